import { describe, expect, it } from "vitest";
import type { Operation, Plan, PlanLayer, Tensor } from "../../src/model/plan.js";
import { verify } from "../../src/model/verify.js";
import { libraryNets, planOf, planOfText } from "./library.js";

it.each(await libraryNets())("the plan of $path is what a plan must be", async ({ path, net }) => {
  const plan = await planOf(path, net);
  expect(verify(plan)).toEqual([]);
  expect(JSON.parse(JSON.stringify(plan)), "plain JSON").toEqual(plan);
});

/** One of each kind of operation. */
const everything = `fcn 1

net everything {
  input image: raw[H, W, 4] { mean: [1, 2, 3, 4] }
  input depth: gray[H, W, 1]
  padded = image -> pad(all: 2)
  a = conv(8, 3, stride: 2, pad: 1, groups: 2) -> relu -> dropout(0.5)
  n = lrn(5)
  p = avgpool(2)
  up = upsample(2x)
  back = deconv(8, 3, bias: true, dilation: 2, pad: 2)
  shallow = a -> conv(8, 1) -> relu6 -> sigmoid -> tanh
  cut = back -> crop(to: shallow)
  s = scale(0.5, learned: true, bias: true)
  added = sum(s, shallow, weights: [1, 2])
  times = product(added, shallow)
  d = depth -> conv(2, 3, pad: 1)
  joined = concat(times, a) -> softmax
  output joined
  output d
}
`;

it("the plan of a net with every kind of layer is what a plan must be", async () => {
  const plan = await planOfText(everything);
  expect(verify(plan)).toEqual([]);
  expect(new Set(plan.operations.map(({ op }) => op)).size).toBe(16);
});

describe("a wrong plan", () => {
  const edited = (plan: Plan, edits: Partial<Plan>): Plan => ({ ...plan, ...edits });
  const operation = (name: string, edits: Partial<Operation>) => (plan: Plan) =>
    edited(plan, {
      operations: plan.operations.map((each) => (each.name === name ? ({ ...each, ...edits } as Operation) : each)),
    });
  const layer = (name: string, edits: Partial<PlanLayer>) => (plan: Plan) =>
    edited(plan, { layers: plan.layers.map((each) => (each.name === name ? { ...each, ...edits } : each)) });
  const tensor = (name: string, edits: Partial<Tensor>) => (plan: Plan) =>
    edited(plan, { tensors: plan.tensors.map((each) => (each.name === name ? { ...each, ...edits } : each)) });

  const faults: readonly (readonly [string, (plan: Plan) => Plan, string])[] = [
    [
      "an order in which it cannot be run",
      (plan) => edited(plan, { operations: [...plan.operations].reverse() }),
      "before it is there",
    ],
    ["a name twice", (plan) => edited(plan, { layers: [...plan.layers, ...plan.layers.slice(0, 1)] }), "two layers"],
    ["an unknown input", operation("upscore2", { inputs: ["nowhere"] }), "takes nowhere"],
    ["a value too many", operation("pool1", { inputs: ["conv1_1", "conv1_2"] }), "takes 1 values"],
    ["a map of other channels", operation("pool1", { channels: 63 }), "63 channels"],
    ["a kernel of nothing", operation("pool1", { kernel: [0, 2] } as Partial<Operation>), "at least 1"],
    ["a missing tensor", (plan) => edited(plan, { tensors: plan.tensors.slice(1) }), "conv1_1.weight"],
    ["a tensor of another shape", tensor("fc6.weight", { shape: [4096, 512, 49, 1] }), "fc6.weight"],
    ["a dense shape of another size", tensor("fc6.weight", { denseShape: [4096, 1] }), "dense shape"],
    ["a tensor of another role", tensor("upscore2.weight", { role: "conv" }), "upscore2.weight"],
    ["an upsampling that is trained", tensor("upscore2.weight", { trainable: true }), "trained and frozen"],
    ["an upsampling by other weights", tensor("upscore2.weight", { generated: false }), "frozen bilinear"],
    [
      "a tensor that nothing uses",
      (plan) =>
        edited(plan, { tensors: [...plan.tensors, { ...(plan.tensors[0] as Tensor), name: "x.weight", layer: "x" }] }),
      "used by 0",
    ],
    [
      "another offset than its grids demand",
      operation("score", { offset: [28, 27] } as Partial<Operation>),
      "its offset is 27",
    ],
    ["an offset below 0", operation("score", { offset: [-1, 27] } as Partial<Operation>), "its offset is -1,27"],
    ["a crop that is not listed", (plan) => edited(plan, { crops: [] }), "not listed"],
    ["another size in words", layer("pool1", { heightFormula: "H" }), "floor((H + 199) / 2) high"],
    [
      "a grid of its own",
      layer("pool1", {
        grid: { y: { stride: "2", origin: "-98", field: 6 }, x: { stride: "2", origin: "-197/2", field: 6 } },
      }),
      "its grid",
    ],
    ["parameters counted otherwise", layer("conv1_1", { parameters: 1791 }), "counts its parameters"],
    ["another wiring", layer("upscore2", { inputs: ["fc7"] }), "takes score_fr"],
    [
      "a layer without operations",
      (plan) =>
        edited(plan, {
          operations: plan.operations
            .filter(({ op }) => op !== "dropout")
            .map((each) => ({ ...each, inputs: each.inputs.map((name) => name.replace("dropout", "relu")) })),
        }),
      "without operations",
    ],
    [
      "an output of other classes",
      (plan) => edited(plan, { outputs: plan.outputs.map((output) => ({ ...output, classes: 20 })) }),
      "20 classes",
    ],
    ["sizes that nothing is said of", (plan) => edited(plan, { validFor: {} }), "H has no valid sizes"],
    [
      "layers that nothing needs",
      (plan) => edited(plan, { outputs: plan.outputs.map((output) => ({ ...output, value: "score_fr" })) }),
      "reaches no output",
    ],
  ];

  it.each(faults)("with %s is found out", async (_what, break_, problem) => {
    const plan = await planOf("specs/voc-fcn16s.fcn");
    const problems = verify(break_(plan));
    expect(problems.join("\n")).toContain(problem);
  });
});
