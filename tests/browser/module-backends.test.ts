/** Bundles' own module in Chromium: every backend, threads, and the mask of `fcnc predict` at every size. */
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { BackendName } from "../../targets/web/runtime/types.js";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { compileBundle, predicted, SMALL, writePicture } from "./module-nets.js";
import { bytesOf, closeBrowser, floatsOf, openSite, type ModulePage, type ModuleSite } from "./module-page.js";

const folder = await scratch();
const pictures = join(folder, "pictures");
const bundle = join(folder, "small");
let isolated: ModuleSite | undefined;
let plain: ModuleSite | undefined;

const missing = chromiumMissing();
beforeAll(async () => {
  if (missing) return;
  mkdirSync(pictures);
  await compileBundle(SMALL, bundle);
  isolated = await openSite(bundle, { isolated: true, folders: { pictures } });
  plain = await openSite(bundle, { folders: { pictures } });
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

const DESCRIPTIONS = {
  wasm: /^WASM with SIMD, [12] threads? \(TensorFlow.js 4\./,
  webgl: /^WebGL \(TensorFlow.js 4\./,
  webgpu: /^WebGPU \(TensorFlow.js 4\./,
  cpu: /^plain JavaScript \(TensorFlow.js 4\./,
};

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
  ["webgl", "webgl", false, SIZES],
  // In software each new size costs some seconds.
  ["webgpu", "webgpu", false, [SIZES[0], SIZES[3]]],
  ["cpu", "cpu", false, SIZES],
] as const)("%s", (_, backend, isIsolated, sizes) => {
  let site: ModulePage | undefined;
  beforeAll(async () => {
    site = await (isIsolated ? isolated : plain)?.open();
  });
  afterAll(() => site?.close());

  test("is what runs, in a worker", async () => {
    const found = await site?.page.evaluate(async (backend) => {
      globalThis.net = await fcn.load({ backend });
      const { backend: used, passedOver, worker, notes } = globalThis.net;
      return { used, passedOver, worker, notes };
    }, backend);
    expect(found).toMatchObject({ used: { name: backend }, passedOver: [], worker: true, notes: [] });
    expect(found?.used.threads).toBe(isIsolated ? 2 : 1);
    expect(found?.used.description).toMatch(DESCRIPTIONS[backend]);
  });

  test.each(sizes)("has the mask of `fcnc predict` at %i by %i", async (height, width) => {
    const picture = writePicture(pictures, height, width);
    const result = await site?.page.evaluate(([address, scores]) => fcn.segment(globalThis.net, address, { scores }), [
      `/pictures/${basename(picture)}`,
      height < 1000,
    ] as const);
    if (!result) throw new Error("no page");
    expect(result).toMatchObject({ width, height, bytesPerPixel: 1, tiles: 1, notes: [] });
    const mask = bytesOf(result.mask);
    const right = await predicted(bundle, [picture]);
    expect(mask.length).toBe(right.length);
    const different = [...mask.keys()].filter((at) => mask[at] !== right[at]);
    if (backend === "wasm") expect(different).toEqual([]);
    expect(different.length).toBeLessThanOrEqual(mask.length / 1000);
    if (result.scores !== null) {
      const scores = floatsOf(result.scores);
      const classes = scores.length / mask.length;
      const range = scores.reduce((most, score) => Math.max(most, Math.abs(score)), 0);
      // What differs was a near tie.
      for (const at of different) {
        const [own = 0, other = 0] = [mask[at], right[at]].map((index) => scores[at * classes + (index ?? 0)]);
        expect(Math.abs(own - other)).toBeLessThan(1e-3 * range);
      }
    }
    if (height > 60) expect(result.classes.length).toBeGreaterThan(1);
    expect(site?.said.filter((line) => !/WebGL|GPU stall/.test(line))).toEqual([]);
  });
});

test("takes half the cores as threads unless told, of eight four", async () => {
  const site = await isolated?.open();
  const session = await site?.page.context().newCDPSession(site.page);
  await session?.send("Emulation.setHardwareConcurrencyOverride", { hardwareConcurrency: 8 });
  const found = await site?.page.evaluate(async () => {
    const nets = [await fcn.load({ backend: "wasm" }), await fcn.load({ backend: "wasm", threads: 1 })];
    const backends = nets.map(({ backend }) => backend);
    for (const net of nets) net.dispose();
    return { cores: navigator.hardwareConcurrency, backends };
  });
  expect(found?.cores).toBe(8);
  expect(found?.backends.map(({ threads }) => threads)).toEqual([4, 1]);
  expect(found?.backends[0]?.description).toMatch(/^WASM with SIMD, 4 threads \(TensorFlow.js 4\./);
  await site?.close();
});

describe("which backend", () => {
  test("`auto` passes over what only imitates a graphics processor, and says so", async () => {
    const site = await plain?.open();
    const found = await site?.page.evaluate(async () => {
      const net = await fcn.load();
      return { name: net.backend.name, passedOver: net.passedOver };
    });
    expect(found?.name).toBe("wasm");
    expect(found?.passedOver).toEqual([
      expect.stringMatching(/^webgpu: .*swiftshader.* imitates a graphics processor in software/i),
      expect.stringMatching(/^webgl: .*SwiftShader.* imitates a graphics processor in software/),
    ]);
    await site?.close();
  });

  test("WebGPU without a graphics processor is passed over, and not fetched", async () => {
    const site = await plain?.open();
    const asked: string[] = [];
    site?.page.on("request", (request) => asked.push(request.url()));
    const passedOver = await site?.page.evaluate(async () => {
      const { gpu } = navigator as unknown as { gpu: { requestAdapter(): Promise<null> } };
      gpu.requestAdapter = () => Promise.resolve(null);
      return (await fcn.load({ worker: false })).passedOver;
    });
    expect(passedOver?.[0]).toBe("webgpu: this browser has no graphics processor for it");
    expect(asked.filter((address) => address.includes("tfjs-backend")).length).toBeGreaterThan(0);
    expect(asked.filter((address) => address.includes("webgpu"))).toEqual([]);
    await site?.close();
  });

  test("a list is tried in order; one that does not work is an error and no other in silence", async () => {
    const site = await plain?.open();
    const found = await site?.page.evaluate(async () => {
      // What a browser without WebGPU has, and a page without WebAssembly.
      Object.defineProperty(Navigator.prototype, "gpu", { value: { requestAdapter: async () => null } });
      Object.defineProperty(globalThis, "WebAssembly", { value: undefined });
      const net = await fcn.load({ worker: false, backend: ["webgpu", "wasm", "cpu"] });
      const fault = await fcn.fault(() => fcn.load({ worker: false, backend: "wasm" }));
      const unknown = await fcn.fault(() => fcn.load({ backend: "tpu" as BackendName }));
      const empty = await fcn.fault(() => fcn.load({ backend: [] }));
      return { name: net.backend.name, worker: net.worker, passedOver: net.passedOver, fault, unknown, empty };
    });
    expect(found).toMatchObject({ name: "cpu", worker: false });
    expect(found?.passedOver).toEqual([
      expect.stringMatching(/^webgpu: it does not start here/),
      "wasm: this browser has no WebAssembly",
    ]);
    expect(found?.fault).toMatchObject({ name: "FcnError", code: "no-backend" });
    expect(found?.unknown.message).toBe("There is no backend `tpu`: there are webgpu, webgl, wasm, cpu.");
    expect(found?.empty.message).toBe("`backend` is an empty list: there are webgpu, webgl, wasm, cpu.");
    await site?.close();
  });

  test("WebAssembly without SIMD is taken, and said to be without", async () => {
    const site = await plain?.open();
    const picture = writePicture(pictures, 13, 31);
    const found = await site?.page.evaluate(
      async (address) => {
        // As of browsers before 2021, which know no instruction of SIMD.
        WebAssembly.validate = () => false;
        const net = await fcn.load({ worker: false, backend: "wasm" });
        return { backend: net.backend.description, mask: (await fcn.segment(net, address)).mask };
      },
      `/pictures/${basename(picture)}`,
    );
    expect(found?.backend).toMatch(/^WASM without SIMD, 1 thread \(/);
    expect(bytesOf(found?.mask ?? "")).toEqual(await predicted(bundle, [picture]));
    await site?.close();
  });
});
