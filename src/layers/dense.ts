import { conv } from "./conv.js";
import { defineLayer, type LayerKind, type SettingsRecord } from "../model/layer-kind.js";

export const dense = defineLayer({
  name: "dense",
  summary: "A fully connected layer, which a fully convolutional net turns into a convolution.",
  documentation: `
Sees its whole input at once, and so fixes the size of the image. Where the use of a backbone says
\`convolutionize: [fc6, fc7]\`, it becomes a convolution whose kernel is the map that it sees at the backbone's
canonical size, with the same weights in the same order (Long et al. 2015, section 3.1; Caffe's net surgery).

Weights: \`<layer>.weight\` [out, in], read over channels, then height, then width, and \`<layer>.bias\` [out].`,
  example: "fc6 = dense(4096) -> relu -> dropout(0.5)",
  inputs: "one",
  role: "dense",
  parameters: {
    channels: { type: "count", documentation: "number of outputs" },
    bias: { type: "flag", default: true, documentation: "whether a bias is added" },
    init: { type: "init", default: { kind: "he" }, documentation: "how fresh weights start; biases start at zero" },
  },
  channels: (settings) => settings.channels,
  lower() {
    throw new Error("a dense layer is lowered as the convolution that it was made into");
  },
});

/** The convolution that a dense layer is, given the map that it sees. */
export function denseAsConvolution(
  settings: SettingsRecord,
  kernel: readonly [number, number],
): [LayerKind, SettingsRecord] {
  return [conv, { stride: [1, 1], pad: [0, 0], dilation: [1, 1], groups: 1, ...settings, kernel }];
}
