/** Everything that a page calls a picture, to the pixels that `fcnc predict` reads from the same file. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { compileBundle, predicted, SMALL, wallpaper, writePicture } from "./module-nets.js";
import { bytesOf, closeBrowser, openSite, type ModulePage, type ModuleSite } from "./module-page.js";

const fixtures = join(import.meta.dirname, "../images/fixtures");
const folder = await scratch();
const pictures = join(folder, "pictures");
const bundle = join(folder, "small");
/** Two inputs of one size and two outputs. */
const TWO = `fcn 1
net two {
  input color: bgr[H, W, 3] { mean: [104.0, 116.7, 122.7] }
  input depth: gray[H, W, 1] { mean: [120.0] }
  a = color -> conv(4, 3, pad: 1) -> relu
  b = depth -> conv(4, 3, pad: 1) -> relu
  both = concat(a, b)
  sem  = both -> conv(3, 1)
  geo  = both -> conv(2, 3, pad: 1)
  output sem
  output geo
}
`;
let sites: ModuleSite[] = [];
let small: ModulePage | undefined;
let two: ModulePage | undefined;

const missing = chromiumMissing();
beforeAll(async () => {
  if (missing) return;
  mkdirSync(pictures);
  await compileBundle(SMALL, bundle);
  const folders = { pictures, fixtures };
  sites = [
    await openSite(bundle, { folders }),
    await openSite(await compileBundle(TWO, join(folder, "two")), { folders }),
  ];
  [small, two] = await Promise.all(sites.map((site) => site.open()));
  for (const site of [small, two])
    await site?.page.evaluate(async () => {
      globalThis.net = await fcn.load({ backend: "wasm" });
    });
});
afterAll(async () => {
  if (missing) return;
  await closeBrowser();
  for (const site of sites) await site.close();
});
beforeEach((context) => {
  if (missing) context.skip(missing);
});

const maskOf = async (address: string): Promise<Uint8Array> => {
  const result = await small?.page.evaluate((address) => fcn.segment(globalThis.net, address), address);
  expect(result?.notes).toEqual([]);
  return bytesOf(result?.mask ?? "");
};

test.each([1, 2, 3, 4, 5, 6, 7, 8])("turns a picture of EXIF orientation %i upright", async (orientation) => {
  const name = `orientation-${orientation}.jpg`;
  const mask = await maskOf(`/fixtures/${name}`);
  expect(new Set(mask).size).toBeGreaterThan(1);
  expect(mask).toEqual(await predicted(bundle, [join(fixtures, name)]));
});

test.each([
  "baseline-420.jpg",
  "baseline-444.jpg",
  "progressive-422.jpg",
  "gray.jpg",
  "palette.png",
  "orientation.png",
])("reads %s as it is", async (name) => {
  expect(await maskOf(`/fixtures/${name}`)).toEqual(await predicted(bundle, [join(fixtures, name)]));
});

describe("transparency", () => {
  const path = join(pictures, "alpha.png");
  beforeAll(() => {
    if (missing) return;
    const { data } = wallpaper(40, 50);
    const rgba = new Uint8Array(4 * 40 * 50);
    // From nothing to everything: where alpha is 0, a browser that multiplies loses the colour.
    for (let at = 0; at < 40 * 50; at++)
      rgba.set([...data.subarray(3 * at, 3 * at + 3), ((at % 50) * 255) / 49], 4 * at);
    writeFileSync(path, encode({ width: 50, height: 40, channels: 4, data: rgba }));
  });

  test("is dropped and not multiplied in, in files and images, whole and in tiles", async () => {
    const right = await predicted(bundle, [path]);
    const opaque = await predicted(bundle, [writePicture(pictures, 40, 50)]);
    expect(right, "PIL's way").toEqual(opaque);
    expect(await maskOf("/pictures/alpha.png")).toEqual(right);
    const found = await small?.page.evaluate(async () => {
      const image = Object.assign(new Image(), { src: "/pictures/alpha.png" });
      return [
        await fcn.result(await globalThis.net.segment(image)),
        await fcn.segment(globalThis.net, "/pictures/alpha.png", { tile: 1 }),
      ];
    });
    expect(found?.map(({ mask }) => bytesOf(mask))).toEqual([right, right]);
  });
});

test("takes images, canvases, bitmaps, pixels and frames, and leaves them as they were", async () => {
  const path = writePicture(pictures, 30, 40);
  const right = await predicted(bundle, [path]);
  const found = await small?.page.evaluate(async () => {
    const image = Object.assign(new Image(), { src: "/pictures/wallpaper-30-40.png" });
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 30 });
    const context = canvas.getContext("2d")!;
    context.drawImage(image, 0, 0);
    const offscreen = new OffscreenCanvas(40, 30);
    offscreen.getContext("2d")!.drawImage(image, 0, 0);
    const pixels = context.getImageData(0, 0, 40, 30);
    const rgb = new Uint8Array(pixels.data.filter((_, at) => at % 4 !== 3));
    const bitmap = await createImageBitmap(image);
    const frame = new VideoFrame(canvas, { timestamp: 0 });
    const samples = { width: 40, height: 30, channels: 3, data: rgb };
    const frames = document.body.appendChild(document.createElement("iframe")).contentDocument!;
    const elsewhere = Object.assign(frames.createElement("img"), { src: image.src });
    const masks: string[] = [];
    for (const source of [image, canvas, offscreen, pixels, bitmap, frame, samples, { image }, elsewhere])
      masks.push(fcn.base64((await globalThis.net.segment(source)).mask));
    const still = [bitmap.width, frame.codedWidth, pixels.data.length];
    frame.close();
    return { masks, still };
  });
  expect(found?.masks.map(bytesOf)).toEqual(Array.from({ length: 9 }, () => right));
  expect(found?.still).toEqual([40, 40, 4800]);
});

test("says which classes there are, by share, and draws them when asked", async () => {
  const path = writePicture(pictures, 30, 40);
  const right = await predicted(bundle, [path]);
  const found = await small?.page.evaluate(async () => {
    const { mask, classes, overlay } = await globalThis.net.segment(await fcn.file("/pictures/wallpaper-30-40.png"));
    const drawn = overlay();
    const first = classes[0]!;
    const clear = overlay({ opacity: 1, without: [first.name] });
    return {
      classes,
      mask: [...mask],
      drawn: [...drawn.data],
      clear: [...clear.data],
      outputs: globalThis.net.outputs,
    };
  });
  if (!found) throw new Error("no page");
  const shares = found.classes.map(({ share }) => share);
  expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  for (const { index, name, color, share } of found.classes) {
    expect(share).toBeCloseTo(right.filter((value) => value === index).length / right.length);
    expect(found.outputs[0]?.classes[index]).toEqual({ name, color });
  }
  for (const [at, index] of found.mask.entries()) {
    const { color = [] } = found.classes.find((known) => known.index === index) ?? {};
    expect(found.drawn.slice(4 * at, 4 * at + 4)).toEqual([...color, Math.round(0.55 * 255)]);
    const isClear = index === found.classes[0]?.index;
    expect(found.clear.slice(4 * at, 4 * at + 4)).toEqual(isClear ? [0, 0, 0, 0] : [...color, 255]);
  }
});

test("several inputs and heads go by name", async () => {
  const [color, depth] = [writePicture(pictures, 21, 33), join(pictures, "depth.png")];
  writeFileSync(depth, readFileSync(writePicture(pictures, 21, 33)));
  const found = await two?.page.evaluate(async () => {
    const picture = await fcn.file("/pictures/wallpaper-21-33.png");
    const { heads, name } = await globalThis.net.segment({ color: picture, depth: picture });
    const masks = Object.entries(heads).map(([name, { mask }]) => [name, fcn.base64(mask)] as const);
    const faults = [
      await fcn.fault(() => globalThis.net.segment(picture)),
      await fcn.fault(() => globalThis.net.segment({ color: picture })),
      await fcn.fault(() => globalThis.net.segment({ color: picture, dept: picture })),
      await fcn.fault(async () => globalThis.net.segment({ color: picture, depth: new ImageData(3, 3) })),
    ];
    return { name, masks: Object.fromEntries(masks), faults };
  });
  expect(found?.name).toBe("sem");
  for (const head of ["sem", "geo"])
    expect(bytesOf(found?.masks[head] ?? "")).toEqual(
      await predicted(join(folder, "two"), [`color=${color}`, `depth=${depth}`], head),
    );
  expect(found?.faults.map(({ code, message }) => [code, message])).toEqual([
    ["inputs", "The net takes `color` and `depth`: give one picture for each, by name."],
    ["inputs", "The net takes `color` and `depth`, and `depth` was not given."],
    ["inputs", "The net has no input `dept`: it takes `color` and `depth`."],
    ["inputs", "`color` has 33 x 21 pixels and `depth` 3 x 3: the net takes them in one size."],
  ]);
});
