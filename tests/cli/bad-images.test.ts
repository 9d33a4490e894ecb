/** Pictures of every odd kind, through the whole program: with weights that make the strongest channel the class. */
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { readNpy } from "../../src/images/npy.js";
import { fixture } from "../images/fixtures.js";
import { indicesOf, png, workplace, writePrimaries } from "./material.js";
import { root, run, type Ran } from "./run.js";

const place = await workplace();
const cwd = place.folder;
await writePrimaries(place);

beforeAll(async () => {
  await run(["compile", "primaries.fcn", "--weights", "primaries.safetensors", "--out", "bundle"], { cwd });
});

async function predict(picture: Uint8Array, name = "picture.png", ...more: string[]): Promise<Ran> {
  await place.write(name, picture);
  return run(["predict", "bundle", "--image", name, "--mask", "mask.png", ...more], { cwd });
}
const mask = async () => indicesOf(await readFile(place.path("mask.png")));

describe("pictures that are read", () => {
  const pixel = [9, 200, 7];

  test.each<[string, Uint8Array]>([
    ["of one pixel", png(1, 1, pixel)],
    ["with alpha", png(1, 1, [...pixel, 128])],
    ["of 16 bits", png(1, 1, [9 * 257, 200 * 257, 7 * 257], 16)],
  ])("%s", async (_, picture) => {
    const { code, out } = await predict(picture);
    expect(code).toBe(0);
    expect(out).toMatch(/1x1, in \d+ ms .*\n {2}green +100\.0%\n/);
    expect((await mask()).indices).toEqual([1]);
  });

  test("with alpha: a note says what becomes of it", async () => {
    const { err } = await predict(png(1, 1, [...pixel, 128]));
    expect(err).toContain("note: picture.png: transparency was dropped: each pixel has its stored colour\n");
  });

  test("gray, which has no strongest channel: the first class wins", async () => {
    expect((await predict(png(2, 1, [0, 255]))).code).toBe(0);
    expect((await mask()).indices).toEqual([0, 0]);
    expect((await predict(png(2, 1, [0, 65535], 16))).code).toBe(0);
    expect((await predict(fixture("gray.jpg"), "gray.jpg")).code).toBe(0);
  });

  test("10,000 px wide", async () => {
    const row = Array.from({ length: 10_000 }, (_, x) => (x % 3 === 2 ? [0, 0, 9] : [0, 9, 0])).flat();
    const { code, out } = await predict(png(10_000, 2, [...row, ...row]), "wide.png", "--overlay", "overlay.png");
    expect(code).toBe(0);
    expect(out).toContain("2x10000, in ");
    const { width, indices } = await mask();
    expect(width).toBe(10_000);
    expect(indices.slice(9_998, 10_004)).toEqual([2, 1, 1, 1, 2, 1]);
  });

  test.each(["palette.png", "interlaced-bits.png", "cmyk.jpg", "ycck.jpg", "progressive-420.jpg", "restarts.jpg"])(
    "%s",
    async (name) => {
      const { code, err } = await predict(fixture(name), name);
      expect(code).toBe(0);
      if (name === "cmyk.jpg") expect(err).toContain("note: cmyk.jpg: the picture is in CMYK");
      expect((await mask()).indices.length).toBeGreaterThan(100);
    },
  );

  test("turned as EXIF says, scores and mask alike", async () => {
    const upright = await scoresOf("orientation-1.jpg");
    const turned = await scoresOf("orientation-6.jpg");
    expect(turned.shape).toEqual(upright.shape);
    expect(turned.err).toMatch(/note: orientation-6.jpg: turned upright/);
    const difference = turned.values.map((value, i) => Math.abs(value - (upright.values[i] ?? NaN)));
    expect(difference.reduce((sum, value) => sum + value, 0) / difference.length).toBeLessThan(16);

    async function scoresOf(name: string): Promise<{ shape: readonly number[]; values: number[]; err: string }> {
      const { err } = await predict(fixture(name), name, "--scores", "scores.npy");
      const { shape, data } = readNpy(await readFile(place.path("scores.npy")));
      return { shape, values: [...data], err };
    }
  });

  test("a JPEG named .png is a JPEG", async () => {
    expect((await predict(fixture("dot.jpg"), "dot.png")).code).toBe(0);
  });
});

describe("pictures that are refused", () => {
  const jpeg = fixture("baseline-420.jpg");
  const wide = png(
    10_000,
    2,
    Array.from({ length: 60_000 }, () => 7),
  );
  const vast = Uint8Array.from(png(1, 1, [1, 2, 3]));
  new DataView(vast.buffer).setUint32(16, 100_000);
  new DataView(vast.buffer).setUint32(20, 100_000);

  test.each<[string, Uint8Array, string, string]>([
    [
      "cut.jpg",
      jpeg.subarray(0, jpeg.length / 2),
      "ends in the middle of its pixels",
      "copy or download the file again",
    ],
    ["cut.png", wide.subarray(0, wide.length - 30), "ends ", "copy or download the file again"],
    ["empty.png", new Uint8Array(0), "is an empty file", "again"],
    ["gif.png", Buffer.from("GIF89a\x01\0\x01\0\0\0\0;"), "is a GIF picture and not a PNG or a JPEG", "convert it"],
    ["text.jpg", readFileSync(`${root}/package.json`), "is neither a PNG nor a JPEG", "convert it"],
    ["arithmetic.jpg", fixture("arithmetic.jpg"), "is a JPEG of a rare kind", "save it again"],
    ["vast.png", vast, "", ""],
  ])("%s", async (name, picture, message, help) => {
    await place.write("mask.png", "old");
    const { code, out, err } = await predict(picture, name);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(`error: ${name} ${message}`);
    expect(err).toMatch(/\n {2}help: .+\n$/);
    expect(err).toContain(help);
    expect(await readFile(place.path("mask.png"), "utf8"), "the old mask stays").toBe("old");
    expect((await readdir(cwd)).filter((file) => file.startsWith("."))).toEqual([]);
  });
});

test("a picture that takes more memory than the engine has", async () => {
  await place.write(
    "wide.fcn",
    "fcn 1\nnet wide {\n  input image: rgb[H, W, 3]\n  a = conv(900, 1)\n  b = conv(2, 1)\n  output b\n}\n",
  );
  await place.write(
    "large.png",
    png(
      1500,
      1500,
      Array.from({ length: 3 * 1500 * 1500 }, () => 7),
    ),
  );
  const args = ["predict", "wide.fcn", "--weights", "init", "--image", "large.png", "--engine", "wasm"];
  const { code, err } = await run(args, { cwd });
  expect(code).toBe(1);
  expect(err).toMatch(/\nerror: the model cannot be run: the 4 GiB of memory that WebAssembly has are used up/);
});
