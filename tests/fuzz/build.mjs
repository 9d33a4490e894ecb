/** Builds a program of this folder so that Node runs it: in one file, which knows where its sources lie. */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsdown";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** @param {string} name without its `.ts`; gives the path of what was built */
export async function built(name) {
  const outDir = join(root, "node_modules/.cache/fcnc-fuzz");
  mkdirSync(outDir, { recursive: true });
  await build({
    config: false,
    cwd: root,
    entry: [join(root, "tests/fuzz", `${name}.ts`)],
    outDir,
    format: "esm",
    platform: "node",
    target: "node20.19",
    clean: false,
    dts: false,
    fixedExtension: true,
    logLevel: "error",
    deps: { neverBundle: [/^@tensorflow\//, /^prettier(\/|$)/, /^h5wasm$/, /^node:/] },
    plugins: [
      {
        name: "places-of-sources",
        transform: {
          filter: { code: /import\.meta/ },
          handler: (/** @type {string} */ code, /** @type {string} */ id) =>
            code
              .replaceAll("import.meta.dirname", JSON.stringify(dirname(id)))
              .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(id).href)),
        },
      },
    ],
  });
  return join(outDir, `${name}.mjs`);
}
