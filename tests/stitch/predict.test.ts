/** `fcnc predict --shift-and-stitch`, as its users have it. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readNpy } from "../../src/images/npy.js";
import { indicesOf, png, workplace } from "../cli/material.js";
import { run, runJson } from "../cli/run.js";
import { difference } from "../reference/compare.js";

const place = await workplace();
const cwd = place.folder;
const net = (rarefy: string, rest: string): string => `fcn 1
backbone trunk {
  input image: rgb[32, 32, 3]
  conv1 = conv(4, 3) -> relu
  pool1 = maxpool(2)
  conv2 = conv(6, 3) -> relu
  pool2 = maxpool(3, stride: 2)
}
net small {
  input image: rgb[H, W, 3] { mean: [120, 110, 100] }
  trunk = image -> trunk { ${rarefy} }
  score_fr = trunk -> conv(3, 1)
  ${rest}
}
`;
await place.write("plain.fcn", net("without: []", "up = upsample(4x)\n  output up"));
await place.write("rarefied.fcn", net("rarefy: [pool1, pool2]", "output score_fr"));
const [width, height] = [21, 18];
await place.write(
  "picture.png",
  png(
    width,
    height,
    Array.from({ length: width * height * 3 }, (_, i) => (i * i * 7 + i * 31) % 256),
  ),
);
const weights = ["--weights", "init", "--seed", "4", "--engine", "js"];
const options = [...weights, "--image", "picture.png"];

test("gives the scores of the rarefied net, says what both cost, and where pixels have a class", async () => {
  const stitch = ["--shift-and-stitch", "score_fr", "--scores", "dense.npy", "--mask", "mask.png"];
  const { code, out } = await run(["predict", "plain.fcn", ...options, ...stitch], { cwd });
  expect(code).toBe(0);
  expect(out).toMatch(
    /\nscore_fr: 10x13 scores a pixel apart, the first at row 5.5 and column 5.5, from a stride of 4\n/,
  );
  expect(out).toMatch(
    /\nmultiply-accumulates: [\d.]+ [kM] by 16 runs; [\d.]+ k with every stride .* [\d.]+ times fewer\n/,
  );
  const rarefied = await run(["predict", "rarefied.fcn", ...options, "--scores", "rarefied.npy"], { cwd });
  expect(rarefied.code).toBe(0);
  const [dense, own] = [
    readNpy(await readFile(place.path("dense.npy"))),
    readNpy(await readFile(place.path("rarefied.npy"))),
  ];
  const [, columns = 0] = dense.shape;
  const [, across = 0] = own.shape;
  const shared = dense.data.filter((_, at) => Math.floor(at / 3) % columns < across).slice(0, own.data.length);
  // Windows that hang over the picture's end are in the moved runs alone.
  expect([dense.shape, own.shape]).toEqual([
    [10, 13, 3],
    [7, 10, 3],
  ]);
  expect(difference(shared, own.data)).toBeLessThan(1e-5);

  const mask = indicesOf(await readFile(place.path("mask.png")));
  expect(mask).toMatchObject({ width, height });
  // Unit 0 lies half a pixel beyond pixel 5.
  const unit = [...own.data.subarray(0, 3)];
  expect(mask.indices[5 * width + 5]).toBe(unit.indexOf(Math.max(...unit)));
  expect(mask.indices[4 * width + 5]).toBe(255);
});

test("says in JSON what it did", async () => {
  const args = ["predict", "plain.fcn", ...options, "--shift-and-stitch", "score_fr"];
  const { shiftAndStitch } = (await runJson(args, { cwd })).json as { shiftAndStitch: unknown };
  expect(shiftAndStitch).toMatchObject({ layer: "score_fr", stride: [4, 4], origin: [5.5, 5.5], runs: 16 });
});

test.each([
  ["up", "comes after `up`"],
  ["pool9", "has no layer `pool9`"],
])("refuses `%s`", async (layer, message) => {
  const { code, err } = await run(["predict", "plain.fcn", ...options, "--shift-and-stitch", layer], { cwd });
  expect(code).toBe(1);
  expect(err).toContain(message);
});

test("refuses strides that would take too many runs", async () => {
  await place.write("far.fcn", net("conv1.stride: 12", "output score_fr"));
  await place.write(
    "large.png",
    png(
      80,
      90,
      Array.from({ length: 80 * 90 * 3 }, () => 50),
    ),
  );
  const args = [...weights, "--image", "large.png", "--shift-and-stitch", "score_fr"];
  const { code, err } = await run(["predict", "far.fcn", ...args], { cwd });
  expect(code).toBe(1);
  expect(err).toMatch(/stride of 48, which takes 2304 runs/);
});
