/**
 * A row for each layer kind: the example of its own documentation stands in a net, after the lines that it takes for
 * granted. A new kind brings a row, which is often empty.
 */
import { layerKinds } from "../../src/layers/index.js";

interface Row {
  /** What stands above the net. */
  readonly above?: string;
  /** What stands before the example: an input `image` and a map of three channels where it is left out. */
  readonly before?: string;
  /** Further calls, with the settings that the example leaves out, each on a map of six channels. */
  readonly more?: readonly string[];
}

const IMAGE = "input image: raw[H, W, 3]";
const START = `${IMAGE}\n  start = image -> conv(3, 1)`;

export const ROWS: Readonly<Record<string, Row>> = {
  avgpool: { more: ["avgpool(3, stride: 2)", "avgpool(3, stride: 2, pad: 1)", "avgpool(2x3, round: floor, pad: 1)"] },
  batchnorm: { more: ["batchnorm(0.01)"] },
  concat: { before: `${IMAGE}\n  enc1 = image -> conv(3, 3, pad: 2)\n  up1 = image -> conv(2, 1)` },
  conv: {
    more: [
      "conv(4, 3, dilation: 2, pad: 2)",
      "conv(4, 3x2, stride: 2x1, pad: 1, bias: false)",
      "conv(4, 3, pad: 3, dilation: 2, stride: 2, groups: 2)",
    ],
  },
  crop: { before: `${IMAGE}\n  small = image -> conv(4, 3, pad: 9) -> maxpool(2)\n  up = upsample(2x)` },
  deconv: {
    before: `${IMAGE}\n  score = image -> conv(21, 3, pad: 1)`,
    more: ["deconv(4, 3, stride: 2, groups: 2, bias: true)", "deconv(3, 5x4, stride: 3x2, pad: 1)"],
  },
  dense: { before: "input image: raw[5, 7, 3]\n  start = image -> maxpool(2)" },
  depthwise: { more: ["depthwise(3, stride: 2, multiplier: 2, bias: false)", "depthwise(3x5, pad: 2x4, dilation: 2)"] },
  dropout: { before: "input image: raw[5, 7, 3]\n  start = image -> maxpool(2)" },
  elu: {},
  globalpool: { before: `${IMAGE}\n  features = image -> conv(5, 3, pad: 1)`, more: ["globalpool(max)"] },
  hardsigmoid: {},
  hardswish: {},
  leaky: { more: ["leaky()"] },
  lrn: { before: `${IMAGE}\n  conv1 = image -> conv(6, 1)`, more: ["lrn(3, alpha: 2, k: 2)"] },
  maxpool: {
    more: ["maxpool(3, stride: 2)", "maxpool(3, stride: 2, pad: 1)", "maxpool(3x2, stride: 2, round: floor)"],
  },
  pad: { more: ["pad(2, value: 1.5)", "pad(1x2, mode: reflect)"] },
  prelu: { more: ["prelu(0.1)"] },
  product: { before: `${IMAGE}\n  features = image -> conv(4, 3, pad: 1)\n  gate = image -> conv(4, 1)` },
  relu: {},
  relu6: {},
  resize: {
    more: [
      "resize(2x)",
      "resize(3x, method: nearest)",
      "resize(2x, align: corners)",
      "resize(to: start)",
      "resize(to: image, align: corners)",
      "resize(to: image, method: nearest)",
      "resize(to: image, method: nearest, align: corners)",
    ],
    before: `${IMAGE}\n  start = image -> conv(3, 3, pad: 1, stride: 2)`,
  },
  scale: {
    above: `backbone tiny {\n  input image: raw[8, 8, 3]\n  pool4 = maxpool(2)\n}\n`,
    before: `${IMAGE}\n  vgg = image -> tiny()`,
    more: ["scale(3, learned: true, bias: true)"],
  },
  sigmoid: {},
  softmax: { before: `${IMAGE}\n  score = image -> conv(5, 1)` },
  sum: { before: `${IMAGE}\n  upscore2 = image -> conv(4, 1)\n  score_pool4 = image -> conv(4, 1, pad: 5)` },
  tanh: {},
  upsample: {
    before: `${IMAGE}\n  score_fr = image -> conv(4, 3, pad: 9, stride: 2)`,
    more: ["upsample(2x, learned: true)", "upsample(3x, kernel: 5x6, pad: 1)"],
  },
};

/** A net around the example of each kind, by the kind's name; with the row's further calls, or the example alone. */
export function exampleNets(withMore = true): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...layerKinds.values()].map(({ name, example }) => {
      const { above = "", before = START, more: further = [] } = ROWS[name] ?? {};
      const more = withMore ? further : [];
      const shown = example.slice(0, example.indexOf(" "));
      const wide = more.length === 0 ? [] : ["wide_ = image -> conv(6, 3, pad: 1)"];
      const others = more.map((call, index) => `more${index}_ = wide_ -> ${call}`);
      const outputs = [shown, ...more.map((_, index) => `more${index}_`)].map((output) => `output ${output}`);
      const lines = [before, example, ...wide, ...others, ...outputs];
      return [name, `fcn 1\n${above}net n {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`];
    }),
  );
}
