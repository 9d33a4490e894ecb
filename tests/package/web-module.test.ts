/** The module that bundles carry, as a user has it: its size, its types, and projects that Vite and webpack build with it. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import ts from "typescript";
import { build } from "vite";
import { beforeAll, expect, test } from "vitest";
import webpack from "webpack";
import { chromiumMissing, launchChromium } from "../browser/chromium.js";
import { compileBundle, predicted, SMALL, writePicture } from "../browser/module-nets.js";
import { serve } from "../browser/static-server.js";
import { root } from "../cli/run.js";
import { scratch } from "../weights/scratch.js";

const folder = await scratch();
const bundle = join(folder, "project", "public", "net");

beforeAll(async () => {
  mkdirSync(join(folder, "project", "public"), { recursive: true });
  await compileBundle(SMALL, bundle);
});

test("is a few kB: 12 at most, and its engine as well", () => {
  const compressed = (path: string) => gzipSync(readFileSync(join(bundle, path)), { level: 9 }).length;
  expect(compressed("fcn.js")).toBeLessThanOrEqual(12_000);
  expect(compressed("runtime/engine.js")).toBeLessThanOrEqual(12_000);
});

const USER = `
import { FcnError, load, type FcnErrorCode, type Net, type Segmentation } from "./public/net/fcn.js";

export async function use(image: HTMLImageElement, video: HTMLVideoElement, file: File): Promise<string> {
  const { signal } = new AbortController();
  const onProgress = ({ done, total }: { done: number; total: number }) => console.log(done / total);
  const net: Net = await load("./net/", { backend: "auto", onProgress, signal });
  const { mask, classes, overlay }: Segmentation = await net.segment(image, { signal });
  const indices: Uint8Array | Uint16Array = mask;
  const picture: ImageData = overlay({ opacity: 0.5 });
  const { scores, heads } = await net.segment({ color: video, hha: file }, { scores: true });
  const values: Float32Array | undefined = scores;
  try {
    await net.segment(file);
  } catch (error) {
    if (error instanceof FcnError) {
      const code: FcnErrorCode = error.code;
      return code;
    }
  }
  net.dispose();
  return [indices.length, picture.width, values?.length, heads["sem"]?.name, classes[0]?.color[2], net.backend.name].join();
}
`;

/** What TypeScript says of a user's file. */
function faultsOf(text: string): string[] {
  const path = join(folder, "project", "use.ts");
  writeFileSync(path, text);
  const program = ts.createProgram([path], {
    strict: true,
    noEmit: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    exactOptionalPropertyTypes: true,
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

test("has types for a user's TypeScript", () => {
  expect(faultsOf(USER)).toEqual([]);
  expect(faultsOf(USER.replace('"auto"', '"tpu"'))).toEqual([expect.stringContaining('"tpu"')]);
  expect(faultsOf(USER.replace("net.segment(file)", "net.segment(7)"))).toEqual([expect.stringContaining("number")]);
});

const MAIN = `
import { load } from "the-module";
const net = await load("./net/", { backend: "wasm" });
const picture = await (await fetch("./picture.png")).blob();
const { mask } = await net.segment(picture);
globalThis.result = { worker: net.worker, notes: net.notes, mask: [...mask] };
`;

/** The module that a project imports: the package's, or of a bundle on ONNX Runtime its own. */
const MODULES = {
  tfjs: () => join(root, "dist/web/fcn.js"),
  "onnxruntime-web": () => join(folder, "onnxruntime-web", "project", "public", "net", "fcn.js"),
};
type Runtime = keyof typeof MODULES;

const BUNDLERS = {
  vite: (project: string, module: string) =>
    build({
      root: project,
      base: "/app/",
      logLevel: "error",
      configFile: false,
      resolve: { alias: { "the-module": module } },
      worker: { format: "es" },
      build: { target: "es2022", emptyOutDir: true },
    }),
  webpack: async (project: string, module: string) => {
    await cp(join(project, "public"), join(project, "dist"), { recursive: true });
    writeFileSync(join(project, "dist", "index.html"), PAGE.replace("/main.js", "main.js"));
    const compiler = webpack({
      context: project,
      mode: "production",
      entry: "./main.js",
      output: { path: join(project, "dist"), publicPath: "/app/" },
      experiments: { topLevelAwait: true },
      resolve: { alias: { "the-module": module } },
      performance: false,
      // Minifying takes a minute, and shows nothing of what is tested.
      optimization: { minimize: false },
    });
    const faults = await new Promise<string[]>((resolve, reject) => {
      compiler.run((error, stats) => {
        if (error || !stats) reject(error ?? new Error("webpack says nothing"));
        else resolve((stats.toJson({ errors: true }).errors ?? []).map(({ message }) => message));
      });
    });
    await new Promise((closed) => compiler.close(closed));
    expect(faults).toEqual([]);
  },
};

const PAGE = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/main.js"></script>';

test.for([
  ["vite", "tfjs"],
  ["vite", "onnxruntime-web"],
  ["webpack", "tfjs"],
  ["webpack", "onnxruntime-web"],
] as const)("works in a project that %s builds, on %s", { timeout: 240_000 }, async ([bundler, runtime], { skip }) => {
  const missing = chromiumMissing();
  if (missing) return skip(missing);
  const project = await projectOf(runtime);
  const picture = writePicture(folder, 30, 40);
  writeFileSync(join(project, "public", "picture.png"), readFileSync(picture));
  await BUNDLERS[bundler](project, MODULES[runtime]());
  const server = await serve({ folders: { app: join(project, "dist") } });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const said: string[] = [];
    page.on("pageerror", (error) => said.push(error.message));
    await page.goto(`${server.origin}/app/index.html`);
    await page.waitForFunction(() => "result" in globalThis, null, { timeout: 60_000 }).catch(() => undefined);
    expect(said).toEqual([]);
    const result = await page.evaluate(() => (globalThis as unknown as { result: { mask: number[] } }).result);
    expect(result).toEqual({ worker: true, notes: [], mask: [...(await predicted(bundle, [picture]))] });
  } finally {
    await browser.close();
    await server.close();
  }
});

/** A project with the bundle among its static files, of each runtime in one place for both bundlers. */
async function projectOf(runtime: Runtime): Promise<string> {
  const project = join(folder, runtime, "project");
  rmSync(join(project, "dist"), { recursive: true, force: true });
  if (!existsSync(join(project, "public", "net"))) {
    mkdirSync(join(project, "public"), { recursive: true });
    await compileBundle(SMALL, join(project, "public", "net"), 9, { runtime });
  }
  writeFileSync(join(project, "index.html"), PAGE);
  writeFileSync(join(project, "main.js"), MAIN);
  return project;
}
