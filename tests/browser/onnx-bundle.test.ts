/** Bundles on ONNX Runtime Web in Chromium: the same module, and the mask of `fcnc predict` on the same weights. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { BackendName } from "../../targets/web/runtime/types.js";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { compileBundle, predicted, SMALL, writePicture } from "./module-nets.js";
import { bytesOf, closeBrowser, floatsOf, openSite, type ModulePage, type ModuleSite } from "./module-page.js";

const folder = await scratch();
const pictures = join(folder, "pictures");
const bundle = join(folder, "small-onnx");
/** The same net and weights on TF.js, for `fcnc predict`. */
const reference = join(folder, "small");
const broken = join(folder, "broken");
let isolated: ModuleSite | undefined;
let plain: ModuleSite | undefined;

const missing = chromiumMissing();
beforeAll(async () => {
  if (missing) return;
  mkdirSync(pictures);
  await compileBundle(SMALL, reference);
  await compileBundle(SMALL, bundle, 9, { runtime: "onnxruntime-web", shardBytes: 4096 });
  await cp(bundle, broken, { recursive: true });
  const model = join(broken, "model.onnx");
  writeFileSync(model, new Uint8Array(readFileSync(model).length).fill(0x7b));
  const folders = { pictures, reference, broken };
  isolated = await openSite(bundle, { isolated: true, folders });
  plain = await openSite(bundle, { folders });
});
afterAll(async () => {
  if (missing) return;
  await closeBrowser();
  await isolated?.close();
  await plain?.close();
});
beforeEach((context) => {
  if (missing) context.skip(missing);
});

const SIZES = [
  [1, 1],
  [2, 1],
  [1, 6],
  [13, 31],
  [67, 100],
] as const;

describe.each([
  ["wasm with threads", "wasm", true, [...SIZES, [375, 500], [1500, 97]]],
  ["wasm without threads", "wasm", false, [...SIZES, [375, 500]]],
  // In software.
  ["webgpu", "webgpu", false, [SIZES[0], SIZES[3]]],
] as const)("%s", (_, backend, isIsolated, sizes) => {
  let site: ModulePage | undefined;
  beforeAll(async () => {
    site = await (isIsolated ? isolated : plain)?.open();
  });
  afterAll(() => site?.close());

  test("is what runs, in a worker", async () => {
    const found = await site?.page.evaluate(async (backend) => {
      const told: { done: number; total: number }[] = [];
      globalThis.net = await fcn.load({ backend, verify: true, onProgress: (progress) => told.push(progress) });
      const { backend: used, passedOver, worker, outputs } = globalThis.net;
      return { used, passedOver, worker, first: told[0], last: told.at(-1), classes: outputs[0]?.classes };
    }, backend);
    const threads = backend === "wasm" && isIsolated ? 2 : 1;
    const words = threads === 2 ? "2 threads" : "1 thread";
    expect(found).toMatchObject({ used: { name: backend, threads }, passedOver: [], worker: true });
    expect(found?.used.description).toMatch(
      backend === "wasm"
        ? new RegExp(String.raw`^WASM with SIMD, ${words} \(ONNX Runtime Web 1\.`)
        : /^WebGPU, and WASM for what it lacks \(ONNX Runtime Web 1\./,
    );
    expect(found?.classes?.[20]?.name).toBe("tv/monitor");
    expect(found?.first?.done).toBe(0);
    expect(found?.last?.done).toBe(found?.last?.total);
  });

  test.each(sizes)("has the mask of `fcnc predict` at %i by %i", async (height, width) => {
    const picture = writePicture(pictures, height, width);
    const address = `/pictures/${basename(picture)}`;
    const result = await site?.page.evaluate((at) => fcn.segment(globalThis.net, at, { scores: true }), address);
    const expected = await predicted(reference, [picture]);
    const mask = bytesOf(result?.mask ?? "");
    const scores = floatsOf(result?.scores ?? "");
    expect([result?.height, result?.width, result?.tiles]).toEqual([height, width, 1]);
    expect(mask.length).toBe(height * width);
    expect(scores.length).toBe(21 * height * width);
    let range: readonly [number, number] = [Infinity, -Infinity];
    for (const score of scores) range = [Math.min(range[0], score), Math.max(range[1], score)];
    // Sums are added up in another order, so only what is as good as equal may change places.
    const off = [...mask.keys()].filter((pixel) => mask[pixel] !== expected[pixel]);
    for (const pixel of off) {
      const gap = (scores[21 * pixel + (mask[pixel] ?? 0)] ?? 0) - (scores[21 * pixel + (expected[pixel] ?? 0)] ?? 0);
      expect(gap / (range[1] - range[0]), `pixel ${pixel}`).toBeLessThan(2e-5);
    }
    expect(off.length).toBeLessThanOrEqual(1e-3 * mask.length);
    if (height > 60) expect(result?.classes.length).toBeGreaterThan(1);
    expect(site?.said.filter((line) => !/WebGL|GPU stall|WebGPU/.test(line))).toEqual([]);
  });
});

test("`auto` takes WASM where WebGPU is only imitated, and knows no WebGL", async () => {
  const site = await plain?.open();
  const found = await site?.page.evaluate(async () => {
    const net = await fcn.load();
    const named = await fcn.fault(() => fcn.load({ backend: "webgl" }));
    return { name: net.backend.name, passedOver: net.passedOver, named };
  });
  expect(found?.name).toBe("wasm");
  expect(found?.passedOver).toEqual([
    expect.stringMatching(/^webgpu: .*swiftshader.* imitates a graphics processor in software/i),
  ]);
  expect(found?.named).toMatchObject({ name: "FcnError", code: "no-backend" });
  expect(found?.named.message).toContain("webgl: ONNX Runtime Web has no such backend in bundles");
  await site?.close();
});

test("WebAssembly without SIMD is a typed error, and the page goes on", async () => {
  const site = await plain?.open();
  const found = await site?.page.evaluate(async () => {
    const { validate } = WebAssembly;
    WebAssembly.validate = () => false;
    const fault = await fcn.fault(() => fcn.load({ worker: false, backend: "wasm" }));
    WebAssembly.validate = validate;
    const net = await fcn.load({ backend: "wasm" });
    return { fault, length: (await net.segment(new ImageData(4, 3))).mask.length };
  });
  expect(found?.fault).toMatchObject({ name: "FcnError", code: "no-backend", message: expect.stringMatching(/SIMD/) });
  expect(found?.length).toBe(12);
  await site?.close();
});

test("a picture run in tiles has the mask of the whole one", async () => {
  const site = await plain?.open();
  const picture = writePicture(pictures, 211, 300);
  const [whole, tiled] = (await site?.page.evaluate(
    async (address) => {
      const net = await fcn.load({ backend: "wasm" });
      return [await fcn.segment(net, address), await fcn.segment(net, address, { tile: 128 })];
    },
    `/pictures/${basename(picture)}`,
  )) ?? [null, null];
  expect(tiled?.tiles).toBeGreaterThan(1);
  expect(tiled?.mask).toBe(whole?.mask);
  await site?.close();
});

test("what is not a graph, a bundle for TF.js, and what was disposed of are typed errors; the page goes on", async () => {
  const site = await plain?.open();
  const picture = writePicture(pictures, 13, 31);
  const found = await site?.page.evaluate(
    async (address) => {
      const { load } = (await bring("/bundle/fcn.js")) as { load: (at: string, o: object) => Promise<Net> };
      type Net = Awaited<ReturnType<typeof fcn.load>>;
      const broken = await fcn.fault(() => fcn.load({ backend: "wasm" }, "/broken/"));
      const damaged = await fcn.fault(() => load("/broken/", { backend: "wasm", verify: true }));
      const other = await fcn.fault(() => load("/reference/", { backend: "wasm" }));
      const stop = new AbortController();
      const stopped = await fcn.fault(() =>
        load("/bundle/", { backend: "wasm", signal: stop.signal, onProgress: () => stop.abort() }),
      );
      const page = await fcn.fault(() => fcn.load({ tf: {} as never }));
      const net = await fcn.load({ backend: "wasm" as BackendName });
      const result = await fcn.segment(net, address);
      const memory = await net.memory();
      net.dispose();
      const disposed = await fcn.fault(() => fcn.segment(net, address));
      return { broken, damaged, other, stopped, page, disposed, memory, classes: result.classes.length };
    },
    `/pictures/${basename(picture)}`,
  );
  expect(found?.broken).toMatchObject({ name: "FcnError", code: "not-a-bundle" });
  expect(found?.damaged).toMatchObject({ name: "FcnError", code: "damaged" });
  expect(found?.other).toMatchObject({ name: "FcnError", code: "not-a-bundle" });
  expect(found?.other.message).toContain("is a bundle for tfjs, and this module has onnxruntime-web");
  expect(found?.stopped.name).toBe("AbortError");
  expect(found?.page).toMatchObject({ name: "FcnError", code: "no-backend" });
  expect(found?.disposed).toMatchObject({ name: "FcnError", code: "disposed" });
  expect(found?.memory.tensors).toBeGreaterThan(0);
  expect(found?.classes).toBeGreaterThan(0);
  await site?.close();
});

test("memory does not grow from run to run", async () => {
  const site = await plain?.open();
  const picture = writePicture(pictures, 120, 160);
  const sizes = await site?.page.evaluate(
    async (address) => {
      const memories: WebAssembly.Memory[] = [];
      const Original = WebAssembly.Memory;
      WebAssembly.Memory = new Proxy(Original, {
        construct: (target, given: [WebAssembly.MemoryDescriptor]) => {
          const memory = new target(...given);
          memories.push(memory);
          return memory;
        },
      });
      const net = await fcn.load({ backend: "wasm", worker: false });
      const taken = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
      const sizes: number[] = [];
      for (let run = 0; run < 30; run++) {
        await fcn.segment(net, address, { scores: run % 2 === 0 });
        sizes.push(taken());
      }
      return sizes;
    },
    `/pictures/${basename(picture)}`,
  );
  expect(sizes?.[0]).toBeGreaterThan(0);
  expect(sizes?.at(-1)).toBe(sizes?.[2]);
  await site?.close();
});
