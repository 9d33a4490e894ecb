import { readdirSync, readFileSync } from "node:fs";
import { defineConfig, type UserConfig } from "tsdown";

/** Found in node_modules: TensorFlow.js when a net is run, Prettier when a spec is formatted, h5wasm for HDF5. */
const external = [/^@tensorflow\//, /^prettier(\/|$)/, /^h5wasm$/];

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
  // Not what lies in folders: bundles are compiled, and their module copied, while another build runs.
  clean: ["dist/*.js", "dist/*.d.ts"],
  fixedExtension: false,
  minify: true,
  deps: { neverBundle: [...external, /^node:/] },
} satisfies UserConfig;

/**
 * Threads of WebAssembly run the text of this function in workers of their own, where a variable around it is not: a
 * minifier gives it another name, which ends them. The variable is left out: it is the address of a script, which
 * TensorFlow.js gives by other means.
 */
const tensorflowForPages = {
  name: "tensorflow-for-pages",
  // Node's modules, which TensorFlow.js asks for in Node alone.
  resolveId: {
    filter: { id: /^(crypto|fs|node-fetch|os|path|perf_hooks|string_decoder|util|worker_threads)$/ },
    handler: () => "\0no-node",
  },
  load: { filter: { id: /^\0no-node$/ }, handler: () => "export default {};" },
  transform: {
    filter: { id: /tfjs-backend-wasm(-threaded-simd)?\.js$/ },
    handler: (code: string) =>
      code
        .replace('typeof _scriptDir !== "undefined" && _scriptDir', "false")
        // webpack puts its own in, half of it.
        .replace("if (typeof __filename !== 'undefined') _scriptDir = _scriptDir || __filename;", "")
        .replace('Module["mainScriptUrlOrBlob"]||_scriptDir', 'Module["mainScriptUrlOrBlob"]'),
  },
};

const converter = "node_modules/@tensorflow/tfjs-converter/dist/operations";

/** Operations that no net is lowered to: of control flow, of text, of sparse and ragged tensors and the like. */
const ABSENT =
  /\/(executors|op_list)\/(control|dynamic|evaluation|hash_table|ragged|sparse|spectral|string)(_executor)?\.js$/;

/** All that is left of TensorFlow.js's operations, as its converter calls them: `ops.image.resizeBilinear`. */
function calledOperations(): string[] {
  const files = readdirSync(`${converter}/executors`).filter((name) => name.endsWith("_executor.js"));
  const kept = files.filter((name) => !ABSENT.test(`/executors/${name}`));
  const texts = kept.map((name) => readFileSync(`${converter}/executors/${name}`, "utf8"));
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/\bops\.(\w+)/g)].map(([, name = ""]) => name)))].sort();
}

/** TensorFlow.js without optimizers, and without what its converter has for operations that no net is lowered to. */
const tensorflowForNets = {
  name: "tensorflow-for-nets",
  load: {
    filter: { id: [ABSENT, /tfjs-core.dist.ops.ops_for_converter\.js$/] },
    handler: (id: string) =>
      ABSENT.test(id.replaceAll("\\", "/"))
        ? "export const json = []; export const executeOp = () => { throw new Error('no net has such an operation'); };"
        : `export { ${calledOperations().join(", ")} } from "./ops.js";`,
  },
  transform: {
    filter: { id: /tfjs-core.dist.index\.js$/ },
    handler: (code: string) => code.replace("registerOptimizers();", ""),
  },
};

/**
 * Rolldown's own functions, a file of 1 kB that is asked for only once another has come: each file that wants them gets
 * them, so that a worker waits for one answer less.
 */
const withoutRuntimeFile = {
  name: "without-runtime-file",
  generateBundle(_: unknown, files: Record<string, { readonly type: string; code?: string }>) {
    const path = Object.keys(files).find((name) => name.endsWith("rolldown-runtime.js"));
    if (path === undefined) return;
    const helpers = (files[path]?.code ?? "").replace(
      /export\{(.*?)\};?\s*$/,
      (_, names: string) => `return{${names.replace(/([\w$]+) as ([\w$]+)/g, "$2:$1")}}`,
    );
    delete files[path];
    for (const file of Object.values(files)) {
      file.code &&= file.code.replace(
        /import\{([^}]*)\}from"\.\/[\w-]*rolldown-runtime\.js";/,
        (_, names: string) => `const{${names.replace(/([\w$]+) as ([\w$]+)/g, "$1:$2")}}=(()=>{${helpers}})();`,
      );
      if (file.code?.includes(path) === true) throw new Error(`a file still imports ${path}`);
    }
  },
};

/** TensorFlow.js has its licence above each of its hundreds of files: a third of what they come to. */
const licencesOnce = {
  name: "licences-once",
  generateBundle(_: unknown, files: Record<string, { readonly type: string; code?: string }>) {
    for (const file of Object.values(files)) {
      const said = new Set<string>();
      file.code &&= file.code.replace(/\/\*\*(?:(?!\*\/)[^])*@license(?:(?!\*\/)[^])*\*\/\n?/g, (text) => {
        if (said.has(text)) return "";
        said.add(text);
        return text;
      });
    }
  },
};

/** `tfjs-backend-webgl.js`, after the package that a file is fetched for. */
const named = ({ facadeModuleId, name }: { facadeModuleId?: string | null; name: string }): string => {
  const part = /@tensorflow\/(tfjs-[a-z-]+)\//.exec((facadeModuleId ?? "").replaceAll("\\", "/"))?.[1];
  return `${part ?? (name.startsWith("tfjs-") ? "[name]" : "tfjs-[name]")}.js`;
};

/** What every net needs of TensorFlow.js, and the parts of its plain backend that the one on WebAssembly takes. */
const everyNets = {
  name: "tfjs-core",
  test: /tfjs-(core|converter)\/|tensorflow-parts|\/(long|seedrandom)\/|tfjs-backend-cpu\/dist\/kernels\/(Concat|Range|Slice|String\w+|Unique)(_impl)?\./,
};

/** `ort.wasm.js`, `ort.webgpu.js`: what ONNX Runtime calls them. */
const onnxNamed = ({ facadeModuleId }: { facadeModuleId?: string | null }): string =>
  `${/(ort\.\w+)\.min\.mjs$/.exec(facadeModuleId ?? "")?.[1] ?? "ort-[name]"}.js`;

/**
 * ONNX Runtime asks for its own address where nobody tells it where its files are, which the engine does, and webpack looks
 * for a file there. The address that it is told is no module of a bundler's: minifying takes the comments that say so.
 */
const onnxForPages = {
  name: "onnx-for-pages",
  transform: {
    filter: { id: /onnxruntime-web.*\.mjs$/ },
    handler: (code: string) => code.replaceAll("import.meta.url", "void 0"),
  },
  generateBundle(_: unknown, files: Record<string, { readonly type: string; code?: string }>) {
    for (const file of Object.values(files))
      file.code &&= file.code.replace(/\bimport\((\w+)\)/g, "import(/* webpackIgnore: true */ /* @vite-ignore */$1)");
  },
};

/** ONNX Runtime's scripts and binaries, which its module fetches; as `.js`, which every host serves as a script. */
const onnxFiles = ["ort-wasm-simd-threaded", "ort-wasm-simd-threaded.asyncify"].flatMap((name) => {
  const from = `node_modules/onnxruntime-web/dist/${name}`;
  return [
    { from: `${from}.wasm`, to: "dist/web/onnxruntime" },
    { from: `${from}.mjs`, to: "dist/web/onnxruntime", rename: `${name}.js` },
  ];
});

/** The module that pages import, apart from the engine: it is a worker's program. */
const withoutEngine = {
  name: "without-engine",
  resolveId: (source: string) => (source === "./engine.js" ? { id: "./runtime/engine.js", external: true } : null),
};

/** What runs pictures is the same for every runtime, and a file of its own. */
const withoutRun = {
  name: "without-run",
  resolveId: (source: string) => (source === "./run.js" ? { id: source, external: true } : null),
};

/** The page of a bundle has the bundle's module beside its own folder. */
const withoutModule = {
  name: "without-module",
  resolveId: (source: string) => (source === "../runtime/fcn.js" ? { id: "../fcn.js", external: true } : null),
};

/** What bundles for the web carry: see `targets/web/runtime`. TensorFlow.js is in it, one file for each backend. */
const forPages = {
  ...common,
  platform: "browser",
  target: "es2022",
  clean: false,
  deps: { alwaysBundle: [/^@tensorflow\//], onlyBundle: false },
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
  // Programs of their own: the threads that read HDF5 and that read data, of the library and of the program.
  {
    ...common,
    platform: "node",
    clean: false,
    entry: {
      "hdf5-worker": "src/weights/formats/hdf5-worker.ts",
      "data-worker": "src/data/data-worker.ts",
    },
    dts: false,
  },
  {
    ...common,
    platform: "node",
    outDir: "dist/train",
    clean: false,
    entry: { train: "targets/tfjs-node/module/train.ts" },
    dts: { eager: true },
  },
  {
    ...forPages,
    outDir: "dist/web",
    entry: { fcn: "targets/web/runtime/fcn.ts" },
    dts: { eager: true },
    plugins: [withoutEngine],
  },
  {
    ...forPages,
    outDir: "dist/web/runtime",
    // A bundle carries whatever lies there, and what TensorFlow.js is cut into changes.
    clean: ["dist/web/runtime/tfjs-*.js"],
    entry: { engine: "targets/web/runtime/engine.ts" },
    dts: false,
    plugins: [tensorflowForPages, tensorflowForNets, withoutRuntimeFile, licencesOnce, withoutRun],
    outputOptions: { chunkFileNames: named, codeSplitting: { groups: [everyNets] }, comments: { legal: true } },
    copy: [
      { from: "node_modules/@tensorflow/tfjs-backend-wasm/dist/*.wasm", to: "dist/web/runtime" },
      { from: "targets/web/runtime/NOTICE", to: "dist/web/runtime" },
      { from: "LICENSE", to: "dist/web/runtime" },
    ],
  },
  {
    ...forPages,
    outDir: "dist/web/onnxruntime",
    entry: { engine: "targets/web/runtime/onnx/engine.ts" },
    dts: false,
    deps: { alwaysBundle: [/^onnxruntime-/], onlyBundle: false },
    plugins: [onnxForPages, withoutRun],
    // Its scripts and binaries stay files of their own.
    inputOptions: { resolve: { conditionNames: ["onnxruntime-web-use-extern-wasm", "browser", "import", "default"] } },
    outputOptions: { chunkFileNames: onnxNamed, comments: { legal: true } },
    copy: [
      ...onnxFiles,
      { from: "targets/web/runtime/onnx/NOTICE", to: "dist/web/onnxruntime" },
      { from: "LICENSE", to: "dist/web/onnxruntime" },
    ],
  },
  ...["dist/web/runtime", "dist/web/onnxruntime"].map((outDir) => ({
    ...forPages,
    outDir,
    entry: { run: "targets/web/runtime/run.ts" },
    dts: false,
  })),
  {
    ...forPages,
    outDir: "dist/web/page",
    entry: { page: "targets/web/page/page.ts" },
    dts: false,
    plugins: [withoutModule],
    copy: [
      { from: "targets/web/page/*.css", to: "dist/web/page" },
      { from: "targets/web/page/index.html", to: "dist/web" },
    ],
  },
]);
