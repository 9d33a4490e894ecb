/**
 * What a graphics processor cannot hold in one piece: told before a net is loaded, and of maps by smaller tiles. And
 * WebAssembly whose memory is used up.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { compileBundle, predicted, SMALL, writePicture } from "./module-nets.js";
import { bytesOf, closeBrowser, openSite, type ModuleSite } from "./module-page.js";

const folder = await scratch();
const pictures = join(folder, "pictures");
const bundle = join(folder, "small");
const wide = join(folder, "wide");
/** On ONNX Runtime, which binds parts of buffers: 600 maps are 277 MB, and a buffer of 256 MiB is what every device has. */
const onnx = join(folder, "onnx");
/** 64 maps of float32 are 144 MB, and of one size, so that no smaller tiles can be tried. */
const WIDE = `fcn 1
net wide {
  input image: rgb[750, 750, 3]
  conv1 = image -> conv(64, 1) -> relu
  score = conv(3, 1)
  output score
}
`;
let site: ModuleSite | undefined;

const missing = chromiumMissing();
beforeAll(async () => {
  if (missing) return;
  mkdirSync(pictures);
  await compileBundle(SMALL, bundle);
  await compileBundle(WIDE, wide);
  await compileBundle(WIDE.replaceAll("750", "340").replace("conv(64, 1)", "conv(600, 1)"), onnx, 9, {
    runtime: "onnxruntime-web",
  });
  site = await openSite(bundle, { folders: { pictures, wide, onnx } });
});
afterAll(async () => {
  if (missing) return;
  await closeBrowser();
  await site?.close();
});
beforeEach((context) => {
  if (missing) context.skip(missing);
});

/** As though textures had so many texels a side at most. */
function limitTextures(side: number): void {
  const { prototype } = WebGL2RenderingContext;
  const { getParameter } = prototype;
  prototype.getParameter = function (this: WebGL2RenderingContext, name: number): unknown {
    return name === this.MAX_TEXTURE_SIZE ? side : getParameter.call(this, name);
  };
}

/** As though WebAssembly could have so many bytes at most; a function that lifts it. */
function limitMemory(most: number): () => void {
  const { prototype } = WebAssembly.Memory;
  const { grow } = prototype;
  prototype.grow = function (this: WebAssembly.Memory, pages: number) {
    if (this.buffer.byteLength + pages * 65_536 > most) throw new RangeError("no more of it");
    return grow.call(this, pages);
  };
  return () => (prototype.grow = grow);
}

/** A device that is asked for no more binds 128 MiB at once, and has buffers of 256 MiB. */
function limitDevice(): void {
  const { prototype } = (globalThis as unknown as { GPUAdapter: { prototype: Record<string, unknown> } }).GPUAdapter;
  const request = prototype["requestDevice"] as (this: unknown, wanted: object) => unknown;
  prototype["requestDevice"] = function (this: unknown) {
    return request.call(this, {});
  };
}

test("WebGL is passed over where a weight is larger than a texture, and a list goes on", async () => {
  const page = await site?.open();
  await page?.page.evaluate(limitTextures, 10);
  const found = await page?.page.evaluate(async () => {
    const net = await fcn.load({ backend: ["webgl", "cpu"], worker: false });
    const only = await fcn.fault(() => fcn.load({ backend: "webgl", worker: false }));
    const { mask } = await net.segment(new ImageData(5, 4));
    return { name: net.backend.name, passedOver: net.passedOver, only, length: mask.length };
  });
  // conv3: 12 x 8 windows of 3 x 3.
  const said = "webgl: the net's largest weight has 864 values, and a texture here holds 400 (10 x 10 texels)";
  expect(found).toMatchObject({ name: "cpu", passedOver: [said], length: 20 });
  expect(found?.only).toMatchObject({ name: "FcnError", code: "no-backend", message: expect.stringContaining(said) });
  await page?.close();
});

test("on WebGL a picture whose maps are larger than a texture is run in tiles", async () => {
  const path = writePicture(pictures, 100, 130);
  const page = await site?.open();
  await page?.page.evaluate(limitTextures, 300);
  const found = await page?.page.evaluate(async () => {
    const net = await fcn.load({ backend: "webgl", worker: false });
    return fcn.segment(net, "/pictures/wallpaper-100-130.png");
  });
  const right = await predicted(bundle, [path]);
  const mask = bytesOf(found?.mask ?? "");
  expect(found?.tiles).toBeGreaterThan(1);
  expect(found?.notes).toEqual(["Memory did not suffice for the whole picture, so smaller tiles were taken."]);
  expect(mask.filter((index, at) => index !== right[at]).length).toBeLessThanOrEqual(right.length / 1000);
  await page?.close();
});

test("where WebAssembly has no memory left, a picture is run in smaller tiles, or is a typed error", async () => {
  const page = await site?.open();
  // As a text, which is how it gets to the page's other function.
  await page?.page.evaluate(`globalThis.limitMemory = ${limitMemory.toString()}`);
  const found = await page?.page.evaluate(async () => {
    const limit = (globalThis as unknown as { limitMemory: typeof limitMemory }).limitMemory;
    const net = await fcn.load({ backend: "wasm", worker: false });
    const large = {
      width: 900,
      height: 900,
      channels: 3,
      data: new Uint8Array(3 * 900 * 900).map((_, at) => at % 251),
    };
    const tiled = await net.segment(large, { tile: 200 });
    const lift = limit(40e6);
    const { mask, tiles, notes } = await net.segment(large, { tile: 900 });
    const wide = await fcn.load({ backend: "wasm", worker: false }, "/wide/");
    const fault = await fcn.fault(() => wide.segment(new ImageData(750, 750)));
    lift();
    const after = await wide.segment(new ImageData(750, 750));
    const same = mask.every((index, at) => index === tiled.mask[at]);
    return { same, classes: tiled.classes.length, tiles, notes, fault, length: after.mask.length };
  });
  expect(found?.tiles).toBeGreaterThan(1);
  expect(found?.notes[0]).toBe("Memory did not suffice for the whole picture, so smaller tiles were taken.");
  expect(found?.classes).toBeGreaterThan(1);
  expect(found?.same, "the mask is that of other tiles").toBe(true);
  expect(found?.fault).toMatchObject({
    name: "FcnError",
    code: "out-of-memory",
    message: expect.stringMatching(/^The picture does not fit into memory: /),
  });
  expect(found?.length, "the page goes on").toBe(750 * 750);
  await page?.close();
});

test("WebGPU is passed over where a weight is larger than a buffer", async () => {
  const page = await site?.open();
  const found = await page?.page.evaluate(async () => {
    const { GPUSupportedLimits } = globalThis as unknown as { GPUSupportedLimits: { prototype: object } };
    Object.defineProperty(GPUSupportedLimits.prototype, "maxStorageBufferBindingSize", { get: () => 1024 });
    const net = await fcn.load({ backend: ["webgpu", "cpu"], worker: false });
    return { name: net.backend.name, passedOver: net.passedOver };
  });
  expect(found).toEqual({
    name: "cpu",
    passedOver: ["webgpu: the net's largest weight has 3456 bytes, and a buffer here holds 1024"],
  });
  await page?.close();
});

test("on WebGPU a picture whose maps are larger than a buffer is an error, and not a mask of zeros", async () => {
  const page = await site?.open();
  await page?.page.evaluate(limitDevice);
  const found = await page?.page.evaluate(async () => {
    const net = await fcn.load({ backend: "webgpu", worker: false }, "/wide/");
    return fcn.fault(() => net.segment(new ImageData(750, 750)));
  });
  expect(found).toMatchObject({
    name: "FcnError",
    code: "out-of-memory",
    message: expect.stringMatching(/^The picture does not fit into memory: .*144000000.*134217728/),
  });
  await page?.close();
});

test("ONNX Runtime's WebGPU is passed over where a weight is larger than a buffer", async () => {
  const page = await site?.open();
  const found = await page?.page.evaluate(async () => {
    const { GPUSupportedLimits } = globalThis as unknown as { GPUSupportedLimits: { prototype: object } };
    Object.defineProperty(GPUSupportedLimits.prototype, "maxBufferSize", { get: () => 7199 });
    const only = await fcn.fault(() => fcn.load({ backend: "webgpu", worker: false }, "/onnx/"));
    const net = await fcn.load({ backend: ["webgpu", "wasm"], worker: false }, "/onnx/");
    return { name: net.backend.name, passedOver: net.passedOver, only };
  });
  const said = "webgpu: the net's largest weight has 7200 bytes, and a buffer here holds 7199";
  expect(found).toMatchObject({ name: "wasm", passedOver: [said], only: { name: "FcnError", code: "no-backend" } });
  expect(found?.only.message).toContain(said);
  await page?.close();
});

test("on ONNX Runtime's WebGPU a picture whose maps are larger than a buffer is a typed error", async () => {
  const page = await site?.open();
  await page?.page.evaluate(limitDevice);
  const found = await page?.page.evaluate(async () => {
    const net = await fcn.load({ backend: "webgpu", worker: false }, "/onnx/");
    return fcn.fault(() => net.segment(new ImageData(340, 340)));
  });
  expect(found).toMatchObject({
    name: "FcnError",
    code: "out-of-memory",
    message: expect.stringMatching(/^The picture does not fit into memory: .*277440000.*268435456.*/),
  });
  expect(found?.message).not.toContain("\n");
  await page?.close();
});
