/**
 * What a layer does to one axis of a map: a closed set of rules, Caffe's, each giving the size, the grid and the
 * receptive field of the output exactly. Layer kinds name one of these; they never compute a size themselves.
 *
 * A grid says where a map lies on the input: unit i is centred on input pixel `origin + stride * i`, in exact
 * rationals, with pixel centres at whole numbers. `field` is the extent in input pixels of what one unit sees,
 * borders not regarded.
 */
import { add, multiply, divide, rational, subtract, type Rational } from "./rational.js";
import { floorAffine, type Size } from "./size.js";

export interface Grid {
  readonly stride: Rational;
  readonly origin: Rational;
  readonly field: Rational;
}

export type Rounding = "ceil" | "floor";

export type Transfer =
  /** Element by element. */
  | { readonly rule: "same" }
  /** floor((n + 2 pad - extent) / stride) + 1 with extent = dilation (kernel - 1) + 1 (conv_layer.cpp). */
  | {
      readonly rule: "convolution";
      readonly kernel: number;
      readonly stride: number;
      readonly pad: number;
      readonly dilation: number;
    }
  /**
   * ceil((n + 2 pad - extent) / stride) + 1, less one where the last window would start in the padding. Caffe's extent
   * is the kernel's: it has no dilation here.
   */
  | {
      readonly rule: "pooling";
      readonly kernel: number;
      readonly stride: number;
      readonly pad: number;
      readonly dilation: number;
      readonly rounding: Rounding;
      /** Whether Caffe clips: it does so on both axes where either is padded. */
      readonly clip: boolean;
    }
  /** stride (n - 1) + extent - 2 pad (deconv_layer.cpp). */
  | {
      readonly rule: "deconvolution";
      readonly kernel: number;
      readonly stride: number;
      readonly pad: number;
      readonly dilation: number;
    }
  /** A map that is reflected needs more units than it is padded by. */
  | { readonly rule: "padding"; readonly before: number; readonly after: number; readonly reflects?: boolean };

/** Drawn anew with other units: as many as before times the factor, or as many as another map has where it is null. */
export interface Resize {
  readonly rule: "resize";
  readonly factor: number | null;
  readonly method: "bilinear" | "nearest";
  readonly align: "half_pixel" | "corners";
}

/** Beside these, one unit that sees all of the map and so lies nowhere, and resizing: see `axis-after.ts`. */
export type AxisRule = Transfer | { readonly rule: "global" } | Resize;

/** Input pixels between the first and the last tap of a kernel, plus one. */
export function extentOf(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

/**
 * The size of the output. A result below 1 means that the map is empty at that input size.
 *
 * Pooling with Caffe's clip is one rounded quotient: the clip bounds the size by ceil((n + pad) / stride), and the
 * smaller of two ceilings is the ceiling of the smaller numerator, n + min(2 pad - extent + stride, pad).
 */
export function sizeAfter(transfer: Transfer, size: Size): Size {
  switch (transfer.rule) {
    case "same":
      return size;
    case "convolution": {
      const { kernel, stride, pad, dilation } = transfer;
      return floorAffine(size, 1, 2 * pad - extentOf(kernel, dilation) + stride, stride);
    }
    case "pooling": {
      const { kernel, stride, pad, dilation } = transfer;
      const whole = 2 * pad - extentOf(kernel, dilation) + stride;
      // Padding is less than the extent, so a last window that was rounded down never starts beyond the map.
      if (transfer.rounding === "floor") return floorAffine(size, 1, whole, stride);
      const clipped = transfer.clip ? Math.min(whole, pad) : whole;
      return floorAffine(size, 1, clipped + stride - 1, stride);
    }
    case "deconvolution": {
      const { kernel, stride, pad, dilation } = transfer;
      return floorAffine(size, stride, extentOf(kernel, dilation) - stride - 2 * pad, 1);
    }
    case "padding":
      return floorAffine(size, 1, transfer.before + transfer.after, 1);
  }
}

/** How far, in units of the map it reads, the centre of a window lies from the window's unpadded start. */
function windowCentre(kernel: number, dilation: number, pad: number): Rational {
  return rational(dilation * (kernel - 1) - 2 * pad, 2);
}

export function gridAfter(transfer: Transfer, grid: Grid): Grid {
  switch (transfer.rule) {
    case "same":
      return grid;
    case "convolution":
    case "pooling": {
      const { kernel, stride, pad, dilation } = transfer;
      return {
        stride: multiply(grid.stride, rational(stride)),
        origin: add(grid.origin, multiply(grid.stride, windowCentre(kernel, dilation, pad))),
        field: add(grid.field, multiply(grid.stride, rational(extentOf(kernel, dilation) - 1))),
      };
    }
    case "deconvolution": {
      const { kernel, stride, pad, dilation } = transfer;
      const finer = divide(grid.stride, rational(stride));
      const cells = Math.ceil(extentOf(kernel, dilation) / stride);
      return {
        stride: finer,
        origin: subtract(grid.origin, multiply(finer, windowCentre(kernel, dilation, pad))),
        field: add(grid.field, multiply(grid.stride, rational(cells - 1))),
      };
    }
    case "padding":
      return { ...grid, origin: subtract(grid.origin, multiply(grid.stride, rational(transfer.before))) };
  }
}
