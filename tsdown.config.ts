import { defineConfig } from "tsdown";

/** TensorFlow.js and the native engine stay outside: they are found in node_modules, and only when a net is run. */
const external = [/^@tensorflow\//];

/**
 * commander asks for child_process at start, for commands that are programs of their own, which fcnc has none of. It
 * brings Node's networking with it, a tenth of what `fcnc check` takes, so commander gets an empty one.
 */
const withoutSubprograms = {
  name: "without-subprograms",
  resolveId(source: string, importer: string | undefined) {
    return source === "node:child_process" && importer?.includes("commander") ? "\0no-child-process" : null;
  },
  load: (id: string) => (id === "\0no-child-process" ? "export default {};" : null),
};

export default defineConfig([
  {
    entry: { cli: "src/cli/main.ts", index: "src/index.ts", node: "src/node.ts", prettier: "grammar/prettier.ts" },
    format: "esm",
    platform: "node",
    target: "node20.19",
    outDir: "dist",
    fixedExtension: false,
    minify: true,
    plugins: [withoutSubprograms],
    dts: { eager: true },
    deps: { neverBundle: [...external, "prettier"] },
  },
]);
