/** The plan's judge judged: on the rules in which frameworks differ it agrees with OpenCV, which knows Caffe's. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { relativeDifference } from "./difference.js";
import { readNpy, writeNpy } from "./npy.js";
import { judgePlan } from "./plan-judge.js";
import { pythonMissing, runJudge } from "./python.js";
import { writeRandomWeights, type WantedTensor } from "./random-weights.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fcnc-plan-judge-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach((context) => {
  const missing = pythonMissing("torch", "cv2");
  if (missing) context.skip(missing);
});

/** One layer over a map of 6 channels, as an operation and as Caffe writes it. */
interface Rule {
  readonly name: string;
  readonly operation: Readonly<Record<string, unknown>> & { readonly op: string; readonly channels: number };
  readonly caffe: string;
  /** Of its weight; a layer that has one has a bias too. */
  readonly shape?: readonly number[];
}

const pool = (method: "max" | "average", kernel: number, stride: number, pad: number): Rule => ({
  name: `${method} pooling of ${kernel} by ${stride} with padding ${pad}`,
  operation: {
    op: "pool",
    channels: 6,
    method,
    rounding: "ceil",
    kernel: [kernel, kernel],
    stride: [stride, stride],
    pad: [pad, pad],
  },
  caffe: `type: "Pooling" pooling_param {
    pool: ${method === "max" ? "MAX" : "AVE"} kernel_size: ${kernel} stride: ${stride} pad: ${pad} }`,
});

const deconv = (channels: number, kernel: number, stride: number, pad: number, groups: number): Rule => ({
  name: `deconvolution in ${groups} groups`,
  operation: {
    op: "deconv",
    channels,
    kernel: [kernel, kernel],
    stride: [stride, stride],
    pad: [pad, pad],
    dilation: [1, 1],
    groups,
  },
  caffe: `type: "Deconvolution" convolution_param {
    num_output: ${channels} kernel_size: ${kernel} stride: ${stride} pad: ${pad} group: ${groups} }`,
  shape: [6, channels / groups, kernel, kernel],
});

const rules: readonly Rule[] = [
  {
    name: "convolution with groups, dilation and unequal sides",
    operation: {
      op: "conv",
      channels: 4,
      kernel: [3, 2],
      stride: [2, 1],
      pad: [3, 2],
      dilation: [2, 2],
      groups: 2,
    },
    caffe: `type: "Convolution" convolution_param { num_output: 4 kernel_h: 3 kernel_w: 2 stride_h: 2 stride_w: 1
      pad_h: 3 pad_w: 2 dilation: 2 group: 2 }`,
    shape: [4, 3, 3, 2],
  },
  pool("max", 2, 2, 0),
  pool("max", 3, 2, 0),
  pool("max", 3, 2, 1),
  pool("average", 3, 2, 0),
  pool("average", 3, 2, 1),
  pool("average", 5, 4, 1),
  deconv(3, 4, 2, 0, 1),
  deconv(4, 5, 3, 1, 2),
  {
    name: "normalization across channels",
    operation: { op: "lrn", channels: 6, size: 5, alpha: 0.5, beta: 0.75, k: 1 },
    caffe: `type: "LRN" lrn_param { local_size: 5 alpha: 0.5 beta: 0.75 }`,
  },
  {
    name: "sum with coefficients",
    operation: { op: "sum", channels: 6, coefficients: [0.5, -2], inputs: ["data", "data"] },
    caffe: `type: "Eltwise" bottom: "data" eltwise_param { operation: SUM coeff: 0.5 coeff: -2 }`,
  },
  {
    name: "scale with bias",
    operation: { op: "scale", channels: 6 },
    caffe: `type: "Scale" scale_param { bias_term: true }`,
    shape: [6],
  },
  { name: "softmax", operation: { op: "softmax", channels: 6 }, caffe: `type: "Softmax"` },
];

const tensors = rules.flatMap(({ name, operation, shape }): WantedTensor[] => {
  if (!shape) return [];
  return [
    { name: `${name}.weight`, shape, fanIn: 20 },
    { name: `${name}.bias`, shape: [operation.channels] },
  ];
});

const plan = {
  tensors: tensors.map((tensor) => ({ ...tensor, denseShape: null, generated: false })),
  operations: [
    { op: "input", name: "data", layer: "data", inputs: [], channels: 6 },
    ...rules.map(({ name, operation, shape }) => ({
      name,
      layer: name,
      inputs: ["data"],
      ...(shape && { weight: `${name}.weight`, bias: `${name}.bias` }),
      ...operation,
    })),
  ],
};

const layers = rules.map(({ name, caffe }) => `layer { name: "${name}" bottom: "data" top: "${name}" ${caffe} }`);

it.each([
  [9, 12],
  [13, 10],
])("agrees with OpenCV on every rule at %i by %i", async (height, width) => {
  const file = (name: string): string => join(folder, name);
  const data = Float32Array.from({ length: height * width * 6 }, (_, index) => Math.sin(index * index));
  writeNpy(file("data.npy"), { shape: [height, width, 6], data });
  writeRandomWeights(file("weights.safetensors"), tensors, { seed: 2 });
  writeFileSync(file("plan.json"), JSON.stringify(plan));
  const input = `input: "data" input_shape { dim: 1 dim: 6 dim: ${height} dim: ${width} }`;
  writeFileSync(file("net.prototxt"), [input, ...layers].join("\n"));

  const values = (judge: string): [string, string][] =>
    rules.map(({ name }, index) => [name, file(`${judge}-${index}.npy`)]);
  const known = { weights: file("weights.safetensors"), inputs: { data: file("data.npy") } };
  await judgePlan({ plan: file("plan.json"), ...known, values: Object.fromEntries(values("torch")) });
  const opencv = [
    "--prototxt",
    file("net.prototxt"),
    "--weights",
    known.weights,
    "--input",
    `data=${known.inputs.data}`,
  ];
  const wanted = values("opencv").flatMap(([name, path]) => ["--value", `${name}=${path}`]);
  await runJudge("caffe_opencv.py", [...opencv, ...wanted]);

  rules.forEach(({ name }, index) => {
    const [found, wanted] = [readNpy(file(`torch-${index}.npy`)), readNpy(file(`opencv-${index}.npy`))];
    expect(relativeDifference(found, wanted), name).toBeLessThan(1e-5);
  });
});
