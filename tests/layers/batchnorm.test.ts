/** Statistics are neither trained nor made up: a file must bring them, under PyTorch's keys. */
import { expect, test } from "vitest";
import { initWeights } from "../../src/weights/init.js";
import { matchWeights } from "../../src/weights/match.js";
import type { TensorInfo, WeightSource } from "../../src/weights/source.js";
import { expectErrors, net } from "../checks/expect-errors.js";
import { compileText } from "../numbers/compiled.js";

const plan = await compileText(
  net("conv1 = image -> conv(4, 3, pad: 1, bias: false)", "bn1 = batchnorm() -> relu", "output bn1"),
);

const fileOf = (tensors: readonly TensorInfo[]): WeightSource => ({
  title: "file",
  tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
  read: (_name, start, end) => Promise.resolve(new Float32Array(end - start)),
  close: () => Promise.resolve(),
});

const wanted = plan.tensors.map(({ name, shape }): TensorInfo => ({ name, shape, dtype: "F32" }));

test("its tensors are PyTorch's", async () => {
  const own = plan.tensors.filter(({ layer }) => layer === "bn1");
  expect(own.map(({ name, shape, trainable, generated }) => ({ name, shape, trainable, generated }))).toEqual([
    { name: "bn1.weight", shape: [4], trainable: true, generated: false },
    { name: "bn1.bias", shape: [4], trainable: true, generated: false },
    { name: "bn1.running_mean", shape: [4], trainable: false, generated: false },
    { name: "bn1.running_var", shape: [4], trainable: false, generated: false },
  ]);
  const fresh = initWeights(plan);
  const values = await Promise.all(own.map(async ({ name }) => [...(await fresh.read(name, 0, 2))]));
  expect(values).toEqual([
    [1, 1],
    [0, 0],
    [0, 0],
    [1, 1],
  ]);
});

test("a file that lacks statistics is told of", () => {
  const { problems } = matchWeights(plan, fileOf(wanted.filter(({ name }) => !name.includes("running_"))));
  expect(problems.map((problem) => problem.kind === "missing" && problem.wanted.name)).toEqual([
    "bn1.running_mean",
    "bn1.running_var",
  ]);
});

test("PyTorch's counter of batches is passed over, and that of another layer is not", () => {
  const counter = (layer: string): TensorInfo => ({ name: `${layer}.num_batches_tracked`, shape: [], dtype: "I64" });
  expect(matchWeights(plan, fileOf([...wanted, counter("bn1")])).problems).toEqual([]);
  const { problems } = matchWeights(plan, fileOf([...wanted, counter("bn2")]));
  expect(problems.map(({ kind }) => kind)).toEqual(["left-over"]);
});

test("it cannot share a name with its convolution", () =>
  expectErrors(net("c = image -> conv(4, 3, bias: false) -> batchnorm -> relu", "output c")).toEqual([
    "4:43 two-weights: `c` cannot be the weight key of two layers",
  ]));
