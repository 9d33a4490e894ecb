/** What an operation does, in a few words for one line: `conv 3x3 pad 100`, `maxpool 2x2 stride 2`. */
import type { Operation, Pair } from "../model/plan.js";
import { bothAxes } from "./quantities.js";

/** `kind` is the layer's; `reference` what a crop is cut to. */
export function wordingOf(operation: Operation, kind: string, reference: string): string {
  switch (operation.op) {
    case "conv":
    case "deconv":
      return words(kind, cells(operation.kernel), [
        ["stride", operation.stride, 1],
        ["pad", operation.pad, 0],
        ["dilation", operation.dilation, 1],
      ]);
    case "upsample":
      return words(kind, `${sides(operation.stride)}x`, [
        ["kernel", operation.kernel, 0],
        ["pad", operation.pad, 0],
      ]);
    case "pool": {
      const text = words(kind, cells(operation.kernel), [
        ["stride", operation.stride, 1],
        ["pad", operation.pad, 0],
        ["dilation", operation.dilation ?? [1, 1], 1],
      ]);
      return operation.rounding === "floor" ? `${text} round floor` : text;
    }
    case "pad": {
      const { vertical, horizontal } = operation;
      const side = ([before, after]: Pair): string => bothAxes(`${before}`, `${after}`, "+");
      return `${kind} ${bothAxes(side(vertical), side(horizontal), ", ")}`;
    }
    case "globalpool":
      return `${kind} ${operation.method}`;
    case "resize": {
      const target = operation.factor === null ? `to ${reference}` : `${operation.factor}x`;
      const align = operation.align === "corners" ? " align corners" : "";
      return `${kind} ${target} ${operation.method}${align}`;
    }
    case "crop":
      return `${kind} to ${reference}`;
    case "input":
    case "preprocess":
    case "sum":
    case "product":
    case "concat":
    case "activation":
    case "leaky":
    case "prelu":
    case "dropout":
    case "scale":
    case "batchnorm":
    case "lrn":
    case "softmax":
      return kind;
  }
}

function words(kind: string, size: string, settings: readonly (readonly [string, Pair, number])[]): string {
  const unusual = settings.filter(([, pair, usual]) => pair.some((value) => value !== usual));
  return [kind, size, ...unusual.map(([name, pair]) => `${name} ${sides(pair)}`)].join(" ");
}

/** `3x3` */
function cells([height, width]: Pair): string {
  return `${height}x${width}`;
}

/** `2`, or `2x3` where the axes differ. */
function sides([y, x]: Pair): string {
  return bothAxes(`${y}`, `${x}`, "x");
}
