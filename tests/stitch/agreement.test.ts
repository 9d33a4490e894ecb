/**
 * Moving the image and rarefying the net give the same scores on the same weights, on every engine: on all units where
 * nothing after the first layer is padded, else on those whose receptive field lies on the picture.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { buildModel } from "../../targets/web/build.js";
import { verify } from "../../src/model/verify.js";
import { engines, nativeFolder, WHY_NO_NATIVE } from "../engines/every-engine.js";
import { randomInputs, type Extent } from "../numbers/inputs.js";
import {
  compareScores,
  compilePair,
  geometryOf,
  LAYER,
  stitched,
  weightsOf,
  type Pair,
  type Specimen,
} from "./nets.js";

interface Row extends Specimen {
  readonly sizes: readonly Extent[];
  /** Strides of the score before and after. */
  readonly strides: readonly [before: number | Extent, after: number | Extent];
  readonly everywhere: boolean;
}

const ROWS: Readonly<Record<string, Row>> = {
  "a pooling of 2": {
    backbone: `
  conv1 = image -> conv(4, 3) -> relu
  pool1 = maxpool(2)
  conv2 = conv(5, 3) -> relu`,
    rarefy: ["pool1"],
    sizes: [
      [9, 14],
      [17, 11],
    ],
    strides: [2, 1],
    everywhere: true,
  },
  "a strided convolution and a pooling of 3, with a margin": {
    backbone: `
  conv1 = image -> conv(4, 3, stride: 2, pad: 7) -> relu
  pool1 = maxpool(3, stride: 2)
  conv2 = conv(6, 3) -> relu
  norm2 = lrn(3, alpha: 1)`,
    rarefy: ["conv1", "pool1"],
    input: "raw[H, W, 2] { mean: [0.5, -0.25], scale: 1.5 }",
    sizes: [
      [13, 10],
      [8, 19],
    ],
    strides: [4, 1],
    everywhere: true,
  },
  "a classifier with padded layers": {
    backbone: `
  input image: bgr[16, 16, 3]
  conv1_1 = image -> conv(4, 3, pad: 1) -> relu
  conv1_2 = conv(4, 3, pad: 1) -> relu
  pool1 = maxpool(2)
  conv2 = conv(5, 3, pad: 1) -> relu
  pool2 = maxpool(2)
  conv3 = conv(6, 3, pad: 1) -> relu
  fc4 = dense(8) -> relu -> dropout(0.5)
  fc5 = dense(7)`,
    use: "conv1_1.pad: 9, convolutionize: [fc4, fc5]",
    input: "bgr[H, W, 3] { mean: [104, 117, 123] }",
    rarefy: ["pool1", "pool2"],
    sizes: [
      [47, 38],
      [33, 45],
    ],
    strides: [4, 1],
    everywhere: false,
  },
  "the last of three poolings": {
    backbone: `
  conv1 = image -> conv(4, 3, pad: 1) -> relu
  pool1 = maxpool(3, stride: 2, pad: 1)
  conv2 = conv(5, 3, pad: 2, dilation: 2) -> relu
  pool2 = maxpool(3, stride: 2, round: floor)
  conv3 = conv(5, 3, pad: 1) -> relu
  pool3 = avgpool(3, stride: 2, pad: 1)
  conv4 = depthwise(3)`,
    rarefy: ["pool3"],
    sizes: [[63, 74]],
    strides: [8, 4],
    everywhere: false,
  },
  "three poolings": {
    backbone: `
  conv1 = image -> conv(4, 3) -> relu
  pool1 = maxpool(3, stride: 2)
  conv2 = conv(5, 2, stride: 2) -> relu
  pool3 = avgpool(2)
  conv4 = conv(4, 2)`,
    rarefy: ["pool1", "conv2", "pool3"],
    sizes: [[31, 42]],
    strides: [8, 1],
    everywhere: true,
  },
  "axes of different strides": {
    backbone: `
  conv1 = image -> conv(4, 3x2, stride: 2x1)
  pool1 = maxpool(3x2, stride: 1x2)
  conv2 = conv(5, 3, stride: 1x2) -> relu`,
    rarefy: ["conv1", "pool1", "conv2"],
    sizes: [[12, 23]],
    strides: [[2, 4], 1],
    everywhere: true,
  },
  "a block with a projection, and padding as a layer": {
    backbone: `
block residual(x: node, channels: int, stride: int = 1) {
  first   = x -> conv(channels, 3, pad: 1, stride: stride) -> relu
  second  = conv(channels, 3, pad: 1)
  project = x -> conv(channels, 1, stride: stride)
  joined  = sum(second, project) -> relu
  return joined
}
---
  conv1 = image -> pad(top: 2, left: 3) -> conv(4, 3, stride: 2) -> relu
  res2  = residual(conv1, 5, stride: 2)
  res3  = residual(res2, 5) -> pad(top: 1, right: 2)`,
    rarefy: ["conv1", "res2"],
    sizes: [[48, 57]],
    strides: [4, 1],
    everywhere: false,
  },
};

const pairs = new Map<string, Pair>();
beforeAll(async () => {
  for (const [title, row] of Object.entries(ROWS)) pairs.set(title, await compilePair(row));
});

if (nativeFolder === null) test("on native", (context) => context.skip(WHY_NO_NATIVE));

test.each(Object.entries(ROWS))("%s: units keep their places, and lie denser", (title, { strides }) => {
  const { plain, rarefied } = pairs.get(title) as Pair;
  expect(verify(rarefied)).toEqual([]);
  const [before, after] = [geometryOf(plain), geometryOf(rarefied)];
  expect([before.y.stride, before.x.stride]).toEqual([strides[0], strides[0]].flat().slice(0, 2));
  expect([after.y.stride, after.x.stride]).toEqual([strides[1], strides[1]].flat().slice(0, 2));
  for (const axis of ["y", "x"] as const)
    expect({ ...after[axis], stride: 0 }, "origin and field").toEqual({ ...before[axis], stride: 0 });
  expect(rarefied.tensors, "the weights").toEqual(plain.tensors);
});

describe.each(engines)("on %s", (_, start) => {
  test.for(Object.entries(ROWS))("%s", async ([title, { sizes, everywhere }], context) => {
    const pair = pairs.get(title) as Pair;
    const engine = await start();
    const plain = await engine.load(await buildModel(pair.plain, weightsOf(pair.plain)));
    const rarefied = await engine.load(await buildModel(pair.rarefied, weightsOf(pair.rarefied)));
    const notes: string[] = [];
    for (const [index, size] of sizes.entries()) {
      const picture = randomInputs(pair.plain, size, index)["image"]?.toNhwc();
      if (!picture) throw new Error("no picture");
      const dense = await stitched(pair.stitch, plain, picture);
      const value = (await rarefied.run({ image: picture }, [LAYER]))[LAYER];
      if (!value) throw new Error("no scores");
      const { units, all, most } = compareScores(pair, dense, value, picture, everywhere);
      expect(units).toBeGreaterThan(everywhere ? 3 : 12);
      if (everywhere) expect(units).toBe(all);
      expect(most, `at ${size.join("x")}`).toBeLessThan(1e-5);
      notes.push(`${most.toExponential(1)} on ${units} of ${all} units`);
    }
    plain.dispose();
    rarefied.dispose();
    await context.annotate(notes.join(", "));
  });
});
