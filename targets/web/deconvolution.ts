import type { Pair, Tensor } from "../../src/model/plan.js";
import { concat, split } from "./channels.js";
import { crop } from "./crop.js";
import type { Graph } from "./graph.js";
import type { Lowering } from "./lowering.js";
import { attribute } from "./model-json.js";
import { affine, shapeNode } from "./sizes.js";

/** What `deconv` and an `upsample` with a learned kernel have in common. */
export interface Deconvolution {
  readonly layer: string;
  readonly channels: number;
  readonly bias: string | null;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pad: Pair;
  readonly dilation: Pair;
  readonly groups: number;
}

/**
 * Caffe's Deconvolution with any kernel: [1, h, w, I] -> [1, H, W, O], H = stride (h - 1) + extent - 2 pad.
 *
 * Conv2DBackpropInput without padding, with the output's shape computed from the input's; padding is then cut off, as
 * native TensorFlow takes none here. No engine dilates it, so a dilated kernel is written with zeros between its taps.
 *
 * @param tensor IOHW, O per group
 * @returns `name`
 */
export function deconvolution(
  { graph }: Lowering,
  name: string,
  value: string,
  tensor: Tensor,
  settings: Deconvolution,
): string {
  const { bias, pad } = settings;
  const isPadded = pad[0] > 0 || pad[1] > 0;
  const last = bias !== null ? "bias" : isPadded ? "crop" : "deconvolution";
  const nameOf = (step: typeof last, part: string) => (step === last ? name : graph.part(name, part));

  let result = inGroups(graph, nameOf("deconvolution", "whole"), name, value, tensor, settings);
  if (isPadded) {
    const size = sizeOf(graph, name, "size", value, settings, settings.channels, pad);
    result = crop(graph, nameOf("crop", "unpadded"), result, pad, size);
  }
  if (bias !== null) {
    const vector = graph.weight(settings.layer, "bias", [settings.channels], {
      kind: "vector",
      tensor: bias,
      start: 0,
      end: settings.channels,
    });
    result = graph.node(name, "BiasAdd", [result, vector], {
      T: attribute.type("float32"),
      data_format: attribute.text("NHWC"),
    });
  }
  return result;
}

function inGroups(
  graph: Graph,
  name: string,
  layer: string,
  value: string,
  tensor: Tensor,
  settings: Deconvolution,
): string {
  const { groups, channels, stride } = settings;
  const size = sizeOf(graph, layer, "whole/size", value, settings, channels / groups, [0, 0]);
  const values = groups === 1 ? [value] : split(graph, layer, value, groups);
  const results = values.map((part, group) =>
    graph.node(
      groups === 1 ? name : graph.part(layer, `group_${group + 1}`),
      "Conv2DBackpropInput",
      [size, filter(graph, settings, tensor, group), part],
      {
        T: attribute.type("float32"),
        strides: attribute.integers([1, ...stride, 1]),
        dilations: attribute.integers([1, 1, 1, 1]),
        padding: attribute.text("VALID"),
        data_format: attribute.text("NHWC"),
        use_cudnn_on_gpu: attribute.flag(true),
        explicit_paddings: attribute.integers([]),
      },
    ),
  );
  return groups === 1 ? name : concat(graph, name, results);
}

/** The kernel of one group, [kh, kw, O, I]. */
function filter(graph: Graph, settings: Deconvolution, tensor: Tensor, group: number): string {
  const { groups, layer, dilation } = settings;
  const [inputs = 1, outputs = 1] = tensor.shape;
  const rows = inputs / groups;
  return graph.weight(
    layer,
    groups === 1 ? "weight" : `weight_${group + 1}`,
    [extent(settings, 0), extent(settings, 1), outputs, rows],
    { kind: "kernel", kernel: { tensor: tensor.name, start: group * rows, end: (group + 1) * rows, dilation } },
  );
}

const extent = ({ kernel, dilation }: Deconvolution, axis: 0 | 1): number => dilation[axis] * (kernel[axis] - 1) + 1;

/** [1, H, W, channels] with `pad` taken off on each side, int32 [4]. */
function sizeOf(
  graph: Graph,
  layer: string,
  part: string,
  value: string,
  settings: Deconvolution,
  channels: number,
  pad: Pair,
): string {
  const { stride } = settings;
  const term = (axis: 0 | 1) => extent(settings, axis) - stride[axis] - 2 * pad[axis];
  const shape = shapeNode(graph, layer, value);
  return affine(graph, layer, part, shape, [1, ...stride, 0], [0, term(0), term(1), channels]);
}
