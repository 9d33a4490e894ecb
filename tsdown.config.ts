import { defineConfig, type UserConfig } from "tsdown";

/** Found in node_modules: TensorFlow.js when a net is run, Prettier when a spec is formatted. */
const external = [/^@tensorflow\//, /^prettier(\/|$)/];

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

const common = {
  format: "esm",
  target: "node20.19",
  outDir: "dist",
  fixedExtension: false,
  minify: true,
  deps: { neverBundle: [...external, /^node:/] },
} satisfies UserConfig;

/**
 * The library and the program apart: commander is CommonJS, and what bundles it asks for Node, which a page has not.
 */
export default defineConfig([
  {
    ...common,
    platform: "browser",
    entry: { index: "src/index.ts", node: "src/node.ts", prettier: "grammar/prettier.ts" },
    dts: { eager: true },
  },
  { ...common, platform: "node", entry: { cli: "src/cli/main.ts" }, dts: false, plugins: [withoutSubprograms] },
]);
