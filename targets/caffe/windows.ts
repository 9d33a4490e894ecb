/** Convolutions, deconvolutions and poolings: what slides a window over a map. */
import { field, identifier, message, type Field } from "../../src/caffe/message.js";
import type { Operation, OperationOf, Pair } from "../../src/model/plan.js";
import { unsupported, type CaffeLayer } from "./layer.js";
import { filler, type Tensors } from "./tensors.js";

type LayerBody = Pick<CaffeLayer, "type" | "params" | "settings" | "blobs">;

/** One number where both axes have the same; `_h` and `_w` otherwise. `usual` is Caffe's default and left out. */
function extent(name: string, [y, x]: Pair, usual?: number): Field[] {
  if (y === usual && x === usual) return [];
  const stem = name.replace(/_size$/, "");
  return y === x ? [field(name, y)] : [field(`${stem}_h`, y), field(`${stem}_w`, x)];
}

interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pad: Pair;
}

const windowFields = ({ kernel, stride, pad }: Window): Field[] => [
  ...extent("pad", pad, 0),
  ...extent("kernel_size", kernel),
  ...extent("stride", stride, 1),
];

/** @param pad with what a `pad` layer before it adds */
export function convolution(
  operation: OperationOf<"conv"> | OperationOf<"deconv">,
  tensors: Tensors,
  pad: Pair,
): LayerBody {
  const { weight, bias, dilation, groups, channels } = operation;
  const blobs = bias === null ? [weight] : [weight, bias];
  const [y, x] = dilation;
  const weightFiller = filler(tensors.get(weight).init);
  const biasFiller = bias === null ? undefined : filler(tensors.get(bias).init);
  const fields = [
    field("num_output", channels),
    ...(bias === null ? [field("bias_term", false)] : []),
    ...windowFields({ ...operation, pad }),
    ...(groups === 1 ? [] : [field("group", groups)]),
    ...(weightFiller === undefined ? [] : [field("weight_filler", weightFiller)]),
    ...(biasFiller === undefined ? [] : [field("bias_filler", biasFiller)]),
    // The one extent that Caffe repeats instead of naming its axes.
    ...(y === x ? (y === 1 ? [] : [field("dilation", y)]) : [field("dilation", y), field("dilation", x)]),
  ];
  return {
    type: operation.op === "conv" ? "Convolution" : "Deconvolution",
    params: tensors.params(blobs),
    settings: [field("convolution_param", message(fields))],
    blobs,
  };
}

/**
 * Bilinear upsampling, a channel a group: Caffe's filler fills every kernel of a blob, so that it is right for groups of
 * one channel alone.
 *
 * @param dense whether the weights are others than bilinear ones: then one group, as the blob [C, C, kh, kw] has it
 */
export function upsampling(operation: OperationOf<"upsample">, tensors: Tensors, dense: boolean): LayerBody {
  const { weight, channels } = operation;
  const fields = [
    field("num_output", channels),
    field("bias_term", false),
    ...windowFields(operation),
    ...(dense || channels === 1 ? [] : [field("group", channels)]),
    ...(dense ? [] : [field("weight_filler", message([field("type", "bilinear")]))]),
  ];
  return {
    type: "Deconvolution",
    params: tensors.params([weight]),
    settings: [field("convolution_param", message(fields))],
    blobs: [weight],
  };
}

export function pooling(operation: OperationOf<"pool">): LayerBody {
  const { method, dilation, rounding } = operation;
  if (dilation !== undefined)
    throw unsupported(operation, "its poolings have no dilation", "Leave `dilation` out, and let convolutions have it");
  const fields = [
    poolMethod(method),
    ...windowFields(operation),
    ...(rounding === "floor" ? [field("round_mode", identifier("FLOOR"))] : []),
  ];
  return { type: "Pooling", settings: [field("pooling_param", message(fields))] };
}

export function globalPooling({ method }: OperationOf<"globalpool">): LayerBody {
  return {
    type: "Pooling",
    settings: [field("pooling_param", message([poolMethod(method), field("global_pooling", true)]))],
  };
}

const poolMethod = (method: "max" | "average"): Field => field("pool", identifier(method === "max" ? "MAX" : "AVE"));

/**
 * What a `pad` adds to the convolution behind it: Caffe has no layer for it.
 * @param next the one operation that takes its value, or null
 * @throws {TargetError} where that is not the same.
 */
export function foldedPad(operation: OperationOf<"pad">, next: Operation | null): Pair {
  const { vertical, horizontal, mode, value } = operation;
  const help = "Give the convolution behind it a `pad` instead";
  if (mode !== "constant" || value !== 0)
    throw unsupported(operation, "it pads with zeros alone, inside a convolution", help);
  if (vertical[0] !== vertical[1] || horizontal[0] !== horizontal[1])
    throw unsupported(operation, "it pads as much on one side as on the other", help);
  if (next === null || next.op !== "conv")
    throw unsupported(operation, "it has no layer that pads, and what follows is not one convolution", help);
  return [vertical[0], horizontal[0]];
}
