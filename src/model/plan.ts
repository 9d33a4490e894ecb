/**
 * The plan: plain JSON, without a reference to the tree, that says all that a target needs. It is what `fcnc compile
 * --target plan` writes, what the golden tests hold, and the one thing that targets and engines see.
 *
 * Every size in it is of height, then width. Maps are NHWC at run time with N = 1; weights are described in PyTorch's
 * layout (convolution OIHW, deconvolution IOHW, vectors [C]).
 */

/** [y, x] */
export type Pair = readonly [number, number];

export interface Plan {
  readonly format: "fcnc-plan";
  readonly version: 1;
  readonly net: string;
  /** The file that was compiled, as it was named. */
  readonly file: string;
  /** `sha256:<hex>` of the plan's canonical JSON, without this field and without files and lines. */
  readonly digest: string;
  readonly inputs: readonly PlanInput[];
  readonly outputs: readonly PlanOutput[];
  /** For each size symbol of the inputs, the sizes for which the net is proved to work. */
  readonly validFor: Readonly<Record<string, SizeSetDescription>>;
  readonly layers: readonly PlanLayer[];
  readonly crops: readonly PlanCrop[];
  readonly tensors: readonly Tensor[];
  /** In an order in which they can be run. */
  readonly operations: readonly Operation[];
  readonly train: PlanSettings | null;
  /** By the target's name. */
  readonly targets: Readonly<Record<string, PlanSettings>>;
}

/** Settings as plain values: calls become `{ call, arguments }`, factors `{ factor }`, extents `{ extent: [y, x] }`. */
export type PlanValue = number | string | boolean | readonly PlanValue[] | { readonly [key: string]: PlanValue };
export type PlanSettings = { readonly [key: string]: PlanValue };

export interface PlanInput {
  readonly name: string;
  /** `bgr` and `rgb` inputs are fed with RGB in 0..255; `gray` with one channel in 0..255; `raw` as it is. */
  readonly format: "bgr" | "rgb" | "gray" | "raw";
  /** A size symbol (`"H"`) or a fixed number of pixels. */
  readonly height: string | number;
  readonly width: string | number;
  readonly channels: number;
}

export interface PlanOutput {
  /** The name under which it was declared. */
  readonly name: string;
  /** The operation whose value it is: mostly of the same name, but in `score = conv(21, 1) -> upsample(2x)` the last. */
  readonly value: string;
  readonly classes: number;
  readonly labels: Labels | null;
  readonly ignore: number | null;
}

/** Class names with colours, from a `.labels` file. */
export interface Labels {
  readonly name: string;
  readonly classes: readonly { readonly name: string; readonly color: readonly [number, number, number] }[];
  /** How the ignore label is drawn. */
  readonly ignore: { readonly name: string; readonly color: readonly [number, number, number] } | null;
}

/**
 * A set of sizes in closed form: those of `from` on (up to `to`, where there is an end), less `except`, each of which
 * is a range of sizes or, with `modulo`, a range of residues.
 */
export interface SizeSetDescription {
  /** `H >= 33`, `H >= 26 and H mod 32 not in 14..25`, `every H >= 1` */
  readonly text: string;
  /** Null when every size has a verdict; otherwise why there is none past the stated limit. */
  readonly undecided: string | null;
  /** The smallest size of the set, or null when it is empty. */
  readonly smallest: number | null;
  /** From `start` on the set repeats itself every `period`; below it `sizes` lists the members as ranges. */
  readonly start: number;
  readonly sizes: readonly (readonly [first: number, last: number])[];
  readonly period: number;
  /** Residues modulo `period` of the members at and above `start`, as ranges. */
  readonly residues: readonly (readonly [first: number, last: number])[];
}

export interface PlanLayer {
  readonly name: string;
  /** The layer kind: `conv`, `maxpool`, `crop`, ... */
  readonly kind: string;
  /** Names of the layers whose values it takes. */
  readonly inputs: readonly string[];
  readonly channels: number;
  readonly heightFormula: string;
  readonly widthFormula: string;
  readonly grid: { readonly y: PlanGrid; readonly x: PlanGrid } | null;
  /** Its settings as they hold, defaults included. */
  readonly settings: PlanSettings;
  /** Elements of all blobs. */
  readonly parameters: number;
  readonly trainable: boolean;
  readonly file: string;
  readonly line: number;
}

export interface PlanGrid {
  /** Exact: `"32"`, `"-183/2"`. */
  readonly stride: string;
  /** The input coordinate of unit 0's centre. */
  readonly origin: string;
  /** Extent of the receptive field in input pixels. */
  readonly field: number;
}

export interface PlanCrop {
  readonly layer: string;
  /** What is applied: what was stated, or else what was derived. */
  readonly offset: Pair;
  /** What the grids demand; null where they allow none, so that a person allowed what was stated. */
  readonly derived: Pair | null;
  /** What was written, or null where it was left out. */
  readonly stated: Pair | null;
}

export type Initializer =
  | { readonly kind: "zero" }
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "gaussian"; readonly std: number }
  /** Uniform in ±sqrt(3 / fanIn), as Caffe's `xavier` with its default FAN_IN. */
  | { readonly kind: "xavier" }
  /** Uniform in ±sqrt(6 / fanIn): He et al. 2015 with a uniform distribution of the same variance. */
  | { readonly kind: "he" }
  /** Weights of bilinear interpolation on the channel diagonal: 1 - |i - (k - 1) / 2| / ceil(k / 2) on each axis. */
  | { readonly kind: "bilinear" };

/** A blob: weights that a file may hold under the key `name`. */
export interface Tensor {
  /** `<layer>.weight`, `<layer>.bias`, and of batch normalization `<layer>.running_mean` and `<layer>.running_var`. */
  readonly name: string;
  readonly layer: string;
  /** Says how `shape` is to be read, and so how it is laid out anew for an engine. */
  readonly role: "conv" | "deconv" | "vector";
  /** OIHW (conv, I per group), IOHW (deconv, O per group), [C] (vector). */
  readonly shape: readonly number[];
  /** Another shape of the same data that a file may hold: [out, in] of the dense layer that became a convolution. */
  readonly denseShape: readonly [number, number] | null;
  /** Values that one unit of the output sees: what initializers scale by. */
  readonly fanIn: number;
  readonly init: Initializer;
  /** A frozen tensor that the compiler makes itself (a bilinear kernel, a fixed scale) when a file lacks it. */
  readonly generated: boolean;
  readonly trainable: boolean;
  /** Rate and decay relative to the recipe's: Caffe's lr_mult and decay_mult. */
  readonly rate: number;
  readonly decay: number;
}

interface OperationBase {
  /** Unique; also the name of its value. The last operation of a layer bears the layer's name. */
  readonly name: string;
  readonly layer: string;
  /** Names of the operations whose values it takes. */
  readonly inputs: readonly string[];
  /** Channels of its value. */
  readonly channels: number;
  readonly file: string;
  readonly line: number;
}

/** The primitives: a closed set. Targets switch over `op`, and the type checker says which one they lack. */
export type Operation = OperationBase &
  (
    | { readonly op: "input" }
    /** out[c] = scale[c] * f(in[reverse ? C - 1 - c : c]) + offset[c], f = ln where `log`, else the identity. */
    | {
        readonly op: "preprocess";
        readonly reverse: boolean;
        readonly log: boolean;
        readonly scale: readonly number[];
        readonly offset: readonly number[];
      }
    /** [top, bottom], [left, right]. `lowest` pads with a value below every other. */
    | {
        readonly op: "pad";
        readonly vertical: Pair;
        readonly horizontal: Pair;
        readonly mode: "constant" | "reflect";
        readonly value: number;
      }
    /** floor((n + 2 pad - (dilation (k - 1) + 1)) / stride) + 1 */
    | {
        readonly op: "conv";
        readonly weight: string;
        readonly bias: string | null;
        readonly kernel: Pair;
        readonly stride: Pair;
        readonly pad: Pair;
        readonly dilation: Pair;
        readonly groups: number;
      }
    /** Caffe's Deconvolution: stride (n - 1) + dilation (k - 1) + 1 - 2 pad */
    | {
        readonly op: "deconv";
        readonly weight: string;
        readonly bias: string | null;
        readonly kernel: Pair;
        readonly stride: Pair;
        readonly pad: Pair;
        readonly dilation: Pair;
        readonly groups: number;
      }
    /**
     * A deconvolution whose frozen kernel is bilinear and diagonal over channels, so that a target may run it as two
     * small matrix products. `weight` names its dense blob [C, C, kh, kw], for targets and files that want one; a file
     * whose blob holds anything else makes it an ordinary deconvolution.
     */
    | {
        readonly op: "upsample";
        readonly weight: string;
        readonly kernel: Pair;
        readonly stride: Pair;
        readonly pad: Pair;
      }
    /**
     * Caffe's rules: `ceil` clips windows to the map, padding is never seen by max; see `model/transfer.ts`. Caffe has
     * no `dilation`, the distance between a window's values: a window extends over dilation (k - 1) + 1, and an average
     * is of its values on the map and its padding. There only where it is not 1.
     */
    | {
        readonly op: "pool";
        readonly method: "max" | "average";
        readonly kernel: Pair;
        readonly stride: Pair;
        readonly pad: Pair;
        readonly dilation?: Pair;
        readonly rounding: "ceil" | "floor";
      }
    /** The mean or the largest of all units of each channel: a map of 1 x 1. */
    | { readonly op: "globalpool"; readonly method: "max" | "average" }
    /**
     * n units to m = factor n, or without a factor to the size of the second input. Unit j reads the map at u,
     * clamped to 0..n - 1: u = (j + 1/2) n / m - 1/2 (half_pixel), or j (n - 1) / (m - 1), 0 where m is 1 (corners).
     * bilinear interpolates there; nearest takes the unit floor((j + 1/2) n / m), or floor(u + 1/2).
     */
    | {
        readonly op: "resize";
        readonly method: "bilinear" | "nearest";
        readonly align: "half_pixel" | "corners";
        readonly factor: number | null;
      }
    /** in[offset : offset + size of the second input]: the second input gives its height and width alone. */
    | { readonly op: "crop"; readonly offset: Pair }
    | { readonly op: "sum"; readonly coefficients: readonly number[] }
    | { readonly op: "product" }
    | { readonly op: "concat" }
    | {
        readonly op: "activation";
        readonly function: "relu" | "relu6" | "sigmoid" | "tanh" | "elu" | "hardsigmoid" | "hardswish";
      }
    /** in > 0 ? in : slope * in, with one slope, or one for each channel in a tensor [C]. */
    | { readonly op: "leaky"; readonly slope: number }
    | { readonly op: "prelu"; readonly weight: string }
    /** Identity when predicting. */
    | { readonly op: "dropout"; readonly rate: number }
    /** Multiplied by a tensor [C], and a tensor [C] added where there is one. */
    | { readonly op: "scale"; readonly weight: string; readonly bias: string | null }
    /** (in - mean) / sqrt(variance + epsilon) * weight + bias, all four tensors [C]. */
    | {
        readonly op: "batchnorm";
        readonly weight: string;
        readonly bias: string;
        readonly mean: string;
        readonly variance: string;
        readonly epsilon: number;
      }
    /** Across channels, Caffe's rule: in / (k + alpha / size * sum of squares)^beta */
    | {
        readonly op: "lrn";
        readonly size: number;
        readonly alpha: number;
        readonly beta: number;
        readonly k: number;
      }
    | { readonly op: "softmax" }
  );

export type OperationOf<Op extends Operation["op"]> = Extract<Operation, { readonly op: Op }>;
