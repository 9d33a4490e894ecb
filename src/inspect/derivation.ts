/**
 * The rules of `model/transfer.ts` written out with their numbers: how a size, an origin and a field come from those of
 * the map before. Null where the operation leaves the quantity as it is.
 */
import type { AxisRule, Grid } from "../model/transfer.js";
import { equals, toString, type Rational } from "../model/rational.js";
import { decimal } from "./quantities.js";

/** `-91.5` */
export function written(value: Rational): string {
  return decimal(toString(value));
}

/** In terms of `n`, the size of the map before: `ceil((n - 2) / 2) + 1`. */
export function sizeDerivation(transfer: AxisRule): string | null {
  switch (transfer.rule) {
    case "same":
      return null;
    case "convolution": {
      const { kernel, stride, pad, dilation } = transfer;
      const rest = `n${twice("+", pad)} - ${extent(kernel, dilation)}`;
      if (stride !== 1) return `floor((${rest}) / ${stride}) + 1`;
      return 2 * pad === dilation * (kernel - 1) ? null : `${rest} + 1`;
    }
    case "pooling": {
      const { kernel, stride, pad, dilation, rounding, clip } = transfer;
      const windows = `(n${twice("+", pad)} - ${extent(kernel, dilation)}) / ${stride}`;
      if (rounding === "floor") return `floor(${windows}) + 1`;
      // No window starts in the padding at the end.
      return !clip
        ? `ceil(${windows}) + 1`
        : `min(ceil(${windows}) + 1, ceil((n${pad === 0 ? "" : ` + ${pad}`}) / ${stride}))`;
    }
    case "deconvolution": {
      const { kernel, stride, pad, dilation } = transfer;
      if (stride === 1 && 2 * pad === dilation * (kernel - 1)) return null;
      const cut = twice("-", pad);
      return `${stride === 1 ? "(n - 1)" : `${stride} * (n - 1)`} + ${extent(kernel, dilation)}${cut}`;
    }
    case "global":
      return "1";
    case "resize":
      return transfer.factor === null ? null : `${transfer.factor} * n`;
    case "padding":
      return `n + ${transfer.before} + ${transfer.after}`;
  }
}

/** From the grid before and the one after: `-99 + 1 * (2 - 1) / 2`. */
export function originDerivation(transfer: AxisRule, before: Grid | null, after: Grid | null): string | null {
  if (!before || !after) return null;
  const origin = written(before.origin);
  switch (transfer.rule) {
    case "same":
      return null;
    case "convolution":
    case "pooling": {
      const centre = centreOf(transfer.kernel, transfer.dilation, transfer.pad);
      return centre && `${origin} + ${written(before.stride)} * ${centre}`;
    }
    case "deconvolution": {
      const centre = centreOf(transfer.kernel, transfer.dilation, transfer.pad);
      return centre && `${origin} - ${written(after.stride)} * ${centre}`;
    }
    case "global":
      return null;
    case "resize": {
      // (after.stride - before.stride) / 2: half a unit of the new map less half a unit of the old.
      if (transfer.align === "corners" || equals(before.stride, after.stride)) return null;
      return `${origin} + (${written(after.stride)} - ${written(before.stride)}) / 2`;
    }
    case "padding":
      return transfer.before === 0 ? null : `${origin} - ${written(before.stride)} * ${transfer.before}`;
  }
}

/** `212 + 32 * (7 - 1)`; for `count` operations alike, one after the other, `16 + 3 * 4 * (3 - 1)`. */
export function fieldDerivation(transfer: AxisRule, before: Grid | null, count = 1): string | null {
  if (!before || transfer.rule === "same" || transfer.rule === "padding" || transfer.rule === "global") return null;
  if (transfer.rule === "resize")
    return transfer.method === "nearest" ? null : `${written(before.field)} + ${written(before.stride)}`;
  const { kernel, stride, dilation } = transfer;
  const times = `${count === 1 ? "" : `${count} * `}${written(before.stride)}`;
  const start = `${written(before.field)} + ${times}`;
  if (transfer.rule === "deconvolution") return `${start} * (ceil(${extent(kernel, dilation)} / ${stride}) - 1)`;
  if (kernel === 1) return null;
  return dilation === 1 ? `${start} * (${kernel} - 1)` : `${start} * ${dilation} * (${kernel} - 1)`;
}

/** Where the centre of a window lies from its unpadded start, or null where it lies on it. */
function centreOf(kernel: number, dilation: number, pad: number): string | null {
  if (dilation * (kernel - 1) === 2 * pad) return null;
  const middle = `${dilation === 1 ? "" : `${dilation} * `}(${kernel} - 1) / 2`;
  return pad === 0 ? middle : `(${middle} - ${pad})`;
}

function extent(kernel: number, dilation: number): string {
  return dilation === 1 ? `${kernel}` : `(${dilation} * (${kernel} - 1) + 1)`;
}

function twice(sign: "+" | "-", pad: number): string {
  return pad === 0 ? "" : ` ${sign} 2 * ${pad}`;
}
