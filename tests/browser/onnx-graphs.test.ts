/** The two graphs of a bundle on ONNX Runtime Web: Winograd's form, which WASM runs, and plain convolutions for WebGPU. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { WEBGPU_MODEL } from "../../targets/web/runtimes.js";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { compileBundle, predicted, writePicture } from "./module-nets.js";
import { bytesOf, closeBrowser, openSite, type ModuleSite } from "./module-page.js";

const folder = await scratch();
const pictures = join(folder, "pictures");
const bundle = join(folder, "onnx");
const reference = join(folder, "tfjs");
const GRAPHS = { wasm: "model.onnx", webgpu: WEBGPU_MODEL } as const;
let site: ModuleSite | undefined;

const NET = `fcn 1
net fours {
  input image: bgr[H, W, 3] { mean: [104.00699, 116.66877, 122.67892] }
  conv1 = image -> conv(16, 3, pad: 12) -> relu
  conv2 = conv(20, 3, pad: 1) -> relu
  pool2 = maxpool(2)
  conv3 = conv(16, 3, pad: 1) -> relu
  score3 = conv(21, 1)
  up3    = upsample(2x)
  score  = crop(to: image)
  output score { labels: "fcnc/voc.labels" }
}
`;

const missing = chromiumMissing();
beforeAll(async () => {
  if (missing) return;
  mkdirSync(pictures);
  await compileBundle(NET, reference);
  await compileBundle(NET, bundle, 9, { runtime: "onnxruntime-web" });
  const folders: Record<string, string> = { pictures };
  for (const [backend, file] of Object.entries(GRAPHS)) {
    const without = (folders[`without-${backend}`] = join(folder, `without-${backend}`));
    await cp(bundle, without, { recursive: true });
    const path = join(without, file);
    writeFileSync(path, new Uint8Array(readFileSync(path).length).fill(0x7b));
  }
  site = await openSite(bundle, { folders });
});
afterAll(async () => {
  if (missing) return;
  await closeBrowser();
  await site?.close();
});
beforeEach((context) => {
  if (missing) context.skip(missing);
});

test.each(["wasm", "webgpu"] as const)("%s runs its own, with the mask of `fcnc predict`", async (backend) => {
  const tab = await site?.open();
  const picture = writePicture(pictures, 33, 50);
  const found = await tab?.page.evaluate(
    async ({ backend, other, address }) => {
      const fault = await fcn.fault(() => fcn.load({ backend }, `/without-${backend}/`));
      const net = await fcn.load({ backend }, `/without-${other}/`);
      return { fault, result: await fcn.segment(net, address), used: net.backend.name };
    },
    { backend, other: backend === "wasm" ? "webgpu" : "wasm", address: `/pictures/${basename(picture)}` } as const,
  );
  expect(found?.fault).toMatchObject({ name: "FcnError", code: "not-a-bundle" });
  expect(found?.used).toBe(backend);
  const mask = bytesOf(found?.result.mask ?? "");
  const expected = await predicted(reference, [picture]);
  expect(mask.length).toBe(33 * 50);
  expect(new Set(mask).size).toBeGreaterThan(1);
  // Sums are added up in another order, so only what is as good as equal may change places.
  expect(mask.filter((label, pixel) => label !== expected[pixel]).length).toBeLessThanOrEqual(1);
  await tab?.close();
});

test("tiles that begin in the midst of four rows have the mask of the whole", async () => {
  const tab = await site?.open();
  const picture = writePicture(pictures, 211, 150);
  const [whole, tiled] = (await tab?.page.evaluate(
    async (address) => {
      const net = await fcn.load({ backend: "wasm" });
      return [await fcn.segment(net, address), await fcn.segment(net, address, { tile: 90 })];
    },
    `/pictures/${basename(picture)}`,
  )) ?? [null, null];
  expect(tiled?.tiles).toBeGreaterThan(1);
  expect(new Set(bytesOf(whole?.mask ?? "")).size).toBeGreaterThan(1);
  expect(tiled?.mask).toBe(whole?.mask);
  await tab?.close();
});
