/** The module that bundles carry, as a user has it: its size, its types, and a project that Vite builds with it. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import ts from "typescript";
import { build } from "vite";
import { beforeAll, expect, test } from "vitest";
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
import { load } from "fcnc/web";
const net = await load("./net/", { backend: "wasm" });
const picture = await (await fetch("./picture.png")).blob();
const { mask } = await net.segment(picture);
globalThis.result = { worker: net.worker, notes: net.notes, mask: [...mask] };
`;

test("works in a project that Vite builds", async (context) => {
  const missing = chromiumMissing();
  if (missing) return context.skip(missing);
  const project = join(folder, "project");
  const picture = writePicture(folder, 30, 40);
  writeFileSync(join(project, "public", "picture.png"), readFileSync(picture));
  writeFileSync(
    join(project, "index.html"),
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/main.js"></script>',
  );
  writeFileSync(join(project, "main.js"), MAIN);
  await build({
    root: project,
    base: "/app/",
    logLevel: "error",
    configFile: false,
    resolve: { alias: { "fcnc/web": join(root, "dist/web/fcn.js") } },
    worker: { format: "es" },
    build: { target: "es2022", emptyOutDir: true },
  });
  const server = await serve({ folders: { app: join(project, "dist") } });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const said: string[] = [];
    page.on("pageerror", (error) => said.push(error.message));
    await page.goto(`${server.origin}/app/index.html`);
    await page.waitForFunction(() => "result" in globalThis, null, { timeout: 30_000 }).catch(() => undefined);
    expect(said).toEqual([]);
    const result = await page.evaluate(() => (globalThis as unknown as { result: { mask: number[] } }).result);
    expect(result).toEqual({ worker: true, notes: [], mask: [...(await predicted(bundle, [picture]))] });
  } finally {
    await browser.close();
    await server.close();
  }
});
