import { flagOf } from "../attributes.js";
import type { Call, Kernel, Rank4 } from "../value.js";
import { add, matrix, separable, type Matrix } from "./separable.js";

/** Where unit `at` of a resized axis lies among the units that it is made of, as TensorFlow places it. */
function placeOf({ node }: Call, at: number, from: number, to: number): number {
  if (flagOf(node, "align_corners")) return to > 1 ? (at * (from - 1)) / (to - 1) : 0;
  return flagOf(node, "half_pixel_centers") ? ((at + 0.5) * from) / to - 0.5 : (at * from) / to;
}

/** What each of `from` units takes of the gradients of `to` units. */
function sharesBack(call: Call, from: number, to: number, isNearest: boolean): Matrix {
  const shares = matrix(from, to);
  for (let at = 0; at < to; at++) {
    const place = placeOf(call, at, from, to);
    if (isNearest) {
      const halfPixel = flagOf(call.node, "half_pixel_centers");
      const nearest = flagOf(call.node, "align_corners")
        ? Math.round(place)
        : Math.floor(halfPixel ? place + 0.5 : place);
      add(shares, Math.min(from - 1, Math.max(0, nearest)), at, 1);
    } else {
      const low = Math.floor(place);
      add(shares, Math.min(from - 1, Math.max(0, low)), at, 1 - (place - low));
      add(shares, Math.min(from - 1, low + 1), at, place - low);
    }
  }
  return shares;
}

/** TF.js has no gradient of a resize by half pixels, so it is two products, as the resize itself is. */
const gradient =
  (isNearest: boolean): Kernel =>
  (call) => {
    const dy = call.tensor(0);
    const [, to = 1, across = 1] = dy.shape;
    const [height = 1, width = 1] = isNearest ? call.numbers(1) : call.value(1).shape.slice(1, 3);
    const down = sharesBack(call, height, to, isNearest);
    return separable(call.core, dy, down, sharesBack(call, width, across, isNearest));
  };

const resize =
  (method: "resizeBilinear" | "resizeNearestNeighbor"): Kernel =>
  (call) => {
    const { core, node } = call;
    const size = call.numbers(1) as [number, number];
    const corners = flagOf(node, "align_corners");
    return core.image[method](call.tensor(0) as Rank4, size, corners, flagOf(node, "half_pixel_centers"));
  };

/** What a mirrored border adds is what the rows that it shows take back. */
const mirrorPadGradient: Kernel = (call) => {
  const dy = call.tensor(0);
  const paddings = call.numbers(1);
  const side = (axis: 1 | 2): Matrix => {
    const to = dy.shape[axis] ?? 1;
    const [before = 0, after = 0] = paddings.slice(2 * axis, 2 * axis + 2);
    const from = to - before - after;
    const shares = matrix(from, to);
    for (let at = 0; at < to; at++) {
      const place = Math.abs(at - before);
      add(shares, place < from ? place : 2 * (from - 1) - place, at, 1);
    }
    return shares;
  };
  return separable(call.core, dy, side(1), side(2));
};

export const RESIZE_KERNELS: Readonly<Record<string, Kernel>> = {
  MirrorPadGrad: mirrorPadGradient,
  ResizeBilinear: resize("resizeBilinear"),
  ResizeBilinearGrad: gradient(false),
  ResizeNearestNeighbor: resize("resizeNearestNeighbor"),
  ResizeNearestNeighborGrad: gradient(true),
};
