import { defineConfig } from "tsdown";

/** TensorFlow.js and the native engine stay outside: they are found in node_modules, and only when a net is run. */
const external = [/^@tensorflow\//];

export default defineConfig([
  {
    entry: { cli: "src/cli/main.ts", index: "src/index.ts", node: "src/node.ts", prettier: "grammar/prettier.ts" },
    format: "esm",
    platform: "node",
    target: "node20.19",
    outDir: "dist",
    fixedExtension: false,
    minify: true,
    dts: { eager: true },
    deps: { neverBundle: [...external, "prettier"] },
  },
]);
