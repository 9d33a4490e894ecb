/** Large pictures, many of them, and several nets: tiles without seams, memory that does not grow, a page that stays alive. */
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { TensorFlowJs } from "../../targets/web/runtime/types.js";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { compileBundle, predicted, SMALL, writePicture } from "./module-nets.js";
import { bytesOf, closeBrowser, openSite, type ModulePage, type ModuleSite } from "./module-page.js";

const folder = await scratch();
const pictures = join(folder, "pictures");
const bundle = join(folder, "small");
const other = join(folder, "other");
/** Rounding down, it works for some sizes alone. */
const PICKY = `fcn 1
net picky {
  input image: rgb[H, W, 3] { where: [H mod 4 == 0, W mod 4 == 0] }
  a = image -> conv(4, 3, pad: 1) -> relu
  p = maxpool(2, round: floor)
  q = maxpool(2, round: floor)
  s = conv(3, 1)
  u = upsample(4x)
  score = crop(to: image)
  output score
}
`;
/** For pictures of millions of pixels. */
const THIN = SMALL.replace(' { labels: "fcnc/voc.labels" }', "")
  .replaceAll("conv(21", "conv(3")
  .replaceAll("conv(12", "conv(4")
  .replaceAll("conv(8", "conv(2");
const thin = join(folder, "thin");
let site: ModuleSite | undefined;
let tab: ModulePage | undefined;

const missing = chromiumMissing();
beforeAll(async () => {
  if (missing) return;
  mkdirSync(pictures);
  await compileBundle(SMALL, bundle);
  await compileBundle(SMALL.replace("net small", "net other"), other, 23);
  await compileBundle(THIN, thin);
  site = await openSite(bundle, { folders: { pictures, other, thin } });
  tab = await site.open();
});
afterAll(async () => {
  if (missing) return;
  await closeBrowser();
  await site?.close();
});
beforeEach((context) => {
  if (missing) context.skip(missing);
});

test("tiles are the whole: by their side, and by the memory that is allowed", async () => {
  const path = writePicture(pictures, 211, 333);
  const found = await tab?.page.evaluate(async () => {
    const address = "/pictures/wallpaper-211-333.png";
    const net = await fcn.load({ backend: "wasm" });
    const told: number[] = [];
    const blob = await fcn.file(address);
    const onProgress = ({ done, total }: { done: number; total: number }) => told.push(done / total);
    const tiled = await fcn.result(await net.segment(blob, { tile: 100, scores: true, onProgress }));
    const whole = await fcn.segment(net, address, { scores: true });
    net.dispose();
    const tight = await fcn.load({ backend: "wasm", memory: 6_000_000 });
    const small = await fcn.segment(tight, address);
    tight.dispose();
    return { tiled, whole, small, told };
  });
  if (!found) throw new Error("no page");
  const right = await predicted(bundle, [path]);
  expect(found.whole.tiles).toBe(1);
  expect(found.tiled.tiles).toBeGreaterThan(9);
  expect(found.small.tiles).toBeGreaterThan(1);
  expect(found.told.at(-1)).toBe(1);
  expect(found.told).toHaveLength(found.tiled.tiles);
  for (const { mask } of [found.whole, found.tiled, found.small]) expect(bytesOf(mask)).toEqual(right);
  expect(found.tiled.scores).not.toBeNull();
  expect(found.tiled.scores === found.whole.scores, "scores to the last bit").toBe(true);
});

test.each([
  [1500, 1499, 700],
  [1, 1500, 400],
  [997, 3, 301],
  [1, 1, 1],
])(
  "at %i by %i, tiles of %i pixels are the whole, and the whole is `fcnc predict`'s",
  async (height, width, tile) => {
    const path = writePicture(pictures, height, width);
    const found = await tab?.page.evaluate(
      async ({ address, tile }) => {
        const net = await fcn.load({ backend: "wasm", memory: 2 ** 40 }, "/thin/");
        const [whole, tiled] = [await fcn.segment(net, address), await fcn.segment(net, address, { tile })];
        net.dispose();
        return { whole, tiled };
      },
      { address: `/pictures/${basename(path)}`, tile },
    );
    const right = await predicted(thin, [path]);
    expect(found?.whole.tiles).toBe(1);
    if (height > 1 || width > 1) expect(found?.tiled.tiles).toBeGreaterThan(1);
    for (const result of [found?.whole, found?.tiled]) {
      expect(result).toMatchObject({ height, width, notes: [] });
      // Not `toEqual`, which takes seconds for millions of numbers.
      expect(Buffer.compare(bytesOf(result?.mask ?? ""), right)).toBe(0);
    }
  },
  180_000,
);

test("two nets on a page do not know of each other, in workers and in the page", async () => {
  const path = writePicture(pictures, 40, 60);
  const found = await tab?.page.evaluate(async () => {
    const results: string[][] = [];
    for (const worker of [true, false]) {
      const [first, second] = await Promise.all([
        fcn.load({ backend: "wasm", worker }, "/bundle/"),
        fcn.load({ backend: worker ? "wasm" : "cpu", worker }, "/other/"),
      ]);
      const picture = await fcn.file("/pictures/wallpaper-40-60.png");
      const masks = await Promise.all(
        [first, second, first, second].map(async (net) => (await net.segment(picture)).mask),
      );
      first.dispose();
      const alone = (await second.segment(picture)).mask;
      second.dispose();
      results.push([...masks, alone].map((mask) => fcn.base64(mask)));
    }
    return results;
  });
  const [one, two] = [await predicted(bundle, [path]), await predicted(other, [path])];
  expect(one).not.toEqual(two);
  for (const masks of found ?? []) expect(masks.map(bytesOf)).toEqual([one, two, one, two, two]);
  expect(found).toHaveLength(2);
});

test("runs on a TensorFlow.js of the page's own, in the page, and says what that lacks", async () => {
  const path = writePicture(pictures, 30, 50);
  const require = createRequire(import.meta.url);
  const page = await site?.open();
  for (const name of ["core", "converter", "backend-cpu"])
    await page?.page.addScriptTag({ path: require.resolve(`@tensorflow/tfjs-${name}/dist/tf-${name}.min.js`) });
  const found = await page?.page.evaluate(async () => {
    const { tf } = globalThis as unknown as { tf: TensorFlowJs };
    const net = await fcn.load({ tf, backend: ["webgl", "cpu"] });
    const { mask } = await net.segment(await fcn.file("/pictures/wallpaper-30-50.png"));
    return { mask: fcn.base64(mask), worker: net.worker, backend: net.backend.name, passedOver: net.passedOver };
  });
  expect(found).toMatchObject({ worker: false, backend: "cpu" });
  expect(found?.passedOver).toEqual(["webgl: the page has not imported @tensorflow/tfjs-backend-webgl"]);
  expect(bytesOf(found?.mask ?? "")).toEqual(await predicted(bundle, [path]));
  await page?.close();
});

test("fifty pictures leave nothing behind", async () => {
  writePicture(pictures, 60, 80);
  const found = await tab?.page.evaluate(async () => {
    const picture = await fcn.file("/pictures/wallpaper-60-80.png");
    const net = await fcn.load({ backend: "wasm", worker: false });
    const { memory } = performance as Performance & { memory?: { usedJSHeapSize: number } };
    const collect = (globalThis as { gc?: () => void }).gc;
    const at = async () => {
      collect?.();
      return { ...(await net.memory()), heap: collect ? (memory?.usedJSHeapSize ?? 0) : 0 };
    };
    for (let run = 0; run < 3; run++) await net.segment(picture);
    const before = await at();
    for (let run = 0; run < 50; run++) await net.segment(picture, { scores: run % 2 === 0 });
    const after = await at();
    net.dispose();
    return { before, after, isCollected: collect !== undefined };
  });
  expect(found?.before.tensors).toBeGreaterThan(0);
  expect(found?.after.tensors).toBe(found?.before.tensors);
  expect(found?.after.bytes).toBe(found?.before.bytes);
  expect(found?.isCollected).toBe(true);
  // 50 masks and 25 times the scores are 10 MB.
  expect((found?.after.heap ?? 0) - (found?.before.heap ?? 0)).toBeLessThan(2_000_000);
});

test("the page stays alive while a worker runs", async () => {
  const found = await tab?.page.evaluate(async () => {
    const net = await fcn.load({ backend: "cpu" });
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 10);
    const { milliseconds } = await net.segment(new ImageData(150, 150));
    clearInterval(timer);
    net.dispose();
    return { ticks, milliseconds };
  });
  expect(found?.ticks).toBeGreaterThan((found?.milliseconds ?? 0) / 10 / 5);
});

test("a size that the net does not take is continued to one that it does, and that is told", async () => {
  const picky = join(folder, "picky");
  await compileBundle(PICKY, picky);
  const fixed = join(folder, "fixed");
  await compileBundle(PICKY.replace(/\[H, W, 3\] .*/, "[64, 64, 3]"), fixed);
  const alone = await openSite(picky, { folders: { fixed } });
  const page = await alone.open();
  const found = await page.page.evaluate(async () => {
    const net = await fcn.load({ backend: "wasm" });
    // Up to 18 rows and 30 columns something, and from there on the last of it.
    const pixels = (height: number, width: number) => {
      const image = new ImageData(width, height);
      for (let at = 0; at < image.data.length; at++) {
        const [x, y] = [Math.min((at >> 2) % width, 29), Math.min(Math.floor((at >> 2) / width), 17)];
        image.data[at] = at % 4 === 3 ? 255 : (37 * x + 11 * y * y) % 256;
      }
      return image;
    };
    const small = await net.segment(pixels(18, 30));
    const grown = await net.segment(pixels(20, 32));
    const cut = small.mask.filter((index, at) => index !== grown.mask[Math.floor(at / 30) * 32 + (at % 30)]);
    const one = await fcn.load({ backend: "wasm" }, "/fixed/");
    const fit = await one.segment(pixels(18, 30));
    const tooLarge = await fcn.fault(async () => one.segment(pixels(65, 64)));
    const { width, height, mask, notes } = small;
    return { width, height, notes, pixels: mask.length, different: cut.length, fit: [fit.width, fit.height], tooLarge };
  });
  expect(found).toMatchObject({ width: 30, height: 18, pixels: 540, different: 0, fit: [30, 18] });
  expect(found.notes).toEqual([
    "The net does not take 30 x 18 pixels, so the picture was continued to 32 x 20 and the mask cut to it.",
  ]);
  expect(found.tooLarge).toMatchObject({
    code: "size",
    message: "The picture is 65 pixels high, and the net takes 64. Shrink it first.",
  });
  await page.close();
  await alone.close();
});
