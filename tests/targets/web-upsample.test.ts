import { expect, test } from "vitest";
import { wasmEngine } from "../../src/engines/wasm.js";
import { initWeights } from "../../src/weights/init.js";
import { buildModel } from "../../targets/web/build.js";
import { difference, expectSame, noise, readBlobs } from "../reference/compare.js";
import { mapOf } from "../reference/feature-map.js";
import { PlanBuilder, pool, relu } from "../reference/plan-builder.js";

/** A score map at a `stride`th of the input, upsampled and cropped to it. */
function cropped(stride: number, kernel: number, offset: number) {
  return new PlanBuilder()
    .input(2)
    .add("small", 2, pool("average", stride, stride))
    .upsample("up", kernel, stride)
    .add("score", 2, { op: "crop", offset: [offset, offset] }, ["up", "data"])
    .plan();
}

test.each([
  [2, 4, 1],
  [8, 16, 4],
  [32, 64, 16],
  [4, 7, 1],
])("stride %i, kernel %i equals the dense deconvolution, cropped, from 1x1 on", async (stride, kernel, offset) => {
  const plan = cropped(stride, kernel, offset);
  const weights = initWeights(plan);
  const blobs = await readBlobs(plan, weights);
  const model = await (await wasmEngine()).load(await buildModel(plan, weights));
  const sizes = [
    [1, 1],
    [1, 40],
    [33, 2],
    [31, 32],
    [64, 65],
    [7, 100],
  ] as const;
  for (const [height, width] of sizes) await expectSame(model, plan, blobs, { data: noise(2, height, width) }, 1e-6);
  model.dispose();
});

test("a linear ramp comes through unshifted where the kernel sees the whole map", async () => {
  // Unit i of the 32s map is centred on pixel 15.5 + 32 i; kernel 64, stride 32, offset 16 puts it back.
  const plan = cropped(32, 64, 16);
  const model = await (await wasmEngine()).load(await buildModel(plan, initWeights(plan)));
  const side = 224;
  const ramp = mapOf(2, side, side, (c, y, x) => (c === 0 ? x : y));
  const { score } = await model.run({ data: ramp.toNhwc() }, ["score"]);
  for (let y = 16; y < side - 16; y++)
    for (let x = 16; x < side - 16; x++) {
      const at = (y * side + x) * 2;
      expect(Math.abs((score?.data[at] as number) - x)).toBeLessThan(1e-3);
      expect(Math.abs((score?.data[at + 1] as number) - y)).toBeLessThan(1e-3);
    }
  model.dispose();
});

test("a kernel that is not bilinear runs dense, with its crop", async () => {
  const plan = cropped(4, 8, 2);
  const weights = { ...initWeights(plan), origins: new Map([["up.weight", "copied"]] as const) };
  expect((await buildModel(plan, weights)).learned).toEqual([]);

  const shape = weights.tensors.get("up.weight")?.shape ?? [];
  const learned = {
    ...weights,
    async read(name: string, start: number, end: number, into?: Float32Array) {
      const values = await weights.read(name, start, end, into);
      for (let i = start; i < end; i++) if (i % 7 === 0) values[i - start] = (values[i - start] as number) + 0.01;
      return values;
    },
  };
  expect(shape).toEqual([2, 2, 8, 8]);
  const built = await buildModel(plan, learned);
  expect(built.learned).toEqual(["up"]);
  const model = await (await wasmEngine()).load(built);
  await expectSame(model, plan, await readBlobs(plan, learned), { data: noise(2, 13, 9) });
  model.dispose();
});

test("skips of an FCN-8s at many sizes", async () => {
  const builder = new PlanBuilder().input(3).conv("conv1", 6, 3, { pad: 9 }).add("relu1", 6, relu);
  builder
    .add("pool1", 6, pool("max", 2, 2))
    .conv("conv2", 8, 3, { pad: 1 })
    .add("relu2", 8, relu);
  builder
    .add("pool2", 8, pool("max", 2, 2))
    .conv("fc", 8, 3)
    .add("relu3", 8, relu)
    .add("drop", 8, { op: "dropout", rate: 0.5 });
  builder.conv("score_fr", 5, 1).upsample("upscore2", 4, 2);
  builder.conv("score_pool1", 5, 1, {}, ["pool1"]);
  builder.add("score_pool1c", 5, { op: "crop", offset: [1, 1] }, ["score_pool1", "upscore2"]);
  builder.add("fuse", 5, { op: "sum", coefficients: [1, 0.5] }, ["upscore2", "score_pool1c"]);
  builder
    .upsample("upscore", 4, 2)
    .add("score", 5, { op: "crop", offset: [9, 9] }, ["upscore", "data"])
    .output("score");
  const plan = builder.plan();
  const weights = initWeights(plan, 2);
  const blobs = await readBlobs(plan, weights);
  const model = await (await wasmEngine()).load(await buildModel(plan, weights));
  for (const [height, width] of [
    [1, 1],
    [5, 3],
    [14, 23],
    [31, 30],
    [40, 41],
  ] as const)
    await expectSame(model, plan, blobs, { data: noise(3, height, width) });
  expect(difference([1, 2], [1, 2])).toBe(0);
  model.dispose();
});
