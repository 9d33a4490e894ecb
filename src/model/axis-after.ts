/** One axis of a layer's value from those of the maps that it takes: the size and, where it is known, the grid. */
import { sizesWhereUnequal } from "./decide.js";
import type { Axis } from "./geometry.js";
import { add, compare, divide, multiply, rational, subtract, type Rational } from "./rational.js";
import { isEmpty, isUndecided } from "./size-set.js";
import { constantSize, floorAffine, periodOf, sameSize, symbolOf, type Size } from "./size.js";
import { gridAfter, sizeAfter, type AxisRule, type Grid, type Resize } from "./transfer.js";

/**
 * The first map gives size and grid; of maps that are merged the widest field counts, and where the first has no grid,
 * that of the next which has one. A resize to a size takes that of the second.
 */
export function axisAfter(transfer: AxisRule, inputs: readonly Axis[]): Axis {
  const [first, second] = inputs;
  if (!first) throw new Error("an operation without inputs");
  switch (transfer.rule) {
    case "global":
      return { size: constantSize(1), grid: null };
    case "resize": {
      const size = transfer.factor === null ? second?.size : floorAffine(first.size, transfer.factor, 0, 1);
      if (!size) throw new Error("a resize without a factor and without a map to resize to");
      return { size, grid: first.grid && resizedGrid(first.grid, transfer, first.size, size) };
    }
    default: {
      const grid = mergedGrid(inputs);
      return { size: sizeAfter(transfer, first.size), grid: grid && gridAfter(transfer, grid) };
    }
  }
}

function mergedGrid(inputs: readonly Axis[]): Grid | null {
  const [first, ...others] = inputs.flatMap(({ grid }) => grid ?? []);
  if (!first) return null;
  const field = others.reduce((most, grid) => (compare(grid.field, most) > 0 ? grid.field : most), first.field);
  return { ...first, field };
}

/**
 * Unit j of the result reads the map at u(j) = step j + start, so that a grid (s, o) becomes (s step, o + s start):
 *
 *     half_pixel   u(j) = (j + 1/2) n / m - 1/2     step = n / m, start = step / 2 - 1/2
 *     corners      u(j) = j (n - 1) / (m - 1)       step = (n - 1) / (m - 1), start = 0
 *
 * for n units that become m. Both need one ratio for every size. Interpolation sees two units, whatever the ratio.
 */
function resizedGrid(grid: Grid, { align, method }: Resize, from: Size, to: Size): Grid | null {
  if (sameSize(from, to)) return grid;
  const step = align === "half_pixel" ? ratio(from, to) : ratio(floorAffine(from, 1, -1, 1), floorAffine(to, 1, -1, 1));
  if (!step) return null;
  const start = align === "half_pixel" ? divide(subtract(step, one), rational(2)) : rational(0);
  return {
    stride: multiply(grid.stride, step),
    origin: add(grid.origin, multiply(grid.stride, start)),
    field: method === "bilinear" ? add(grid.field, grid.stride) : grid.field,
  };
}

const one = rational(1);

/** a / b where it is one positive number for every size of the input, else null. */
function ratio(a: Size, b: Size): Rational | null {
  if (a.kind === "constant" && b.kind === "constant")
    return a.value > 0n && b.value > 0n ? rational(a.value, b.value) : null;
  if (symbolOf(a) === null || symbolOf(a) !== symbolOf(b)) return null;
  const [slopeA, slopeB] = [a, b].map((size) => {
    const { period, increment } = periodOf(size);
    return rational(increment, period);
  }) as [Rational, Rational];
  const found = divide(slopeA, slopeB);
  const [over, under] = [Number(found.numerator), Number(found.denominator)];
  if (!Number.isSafeInteger(over) || !Number.isSafeInteger(under)) return null;
  const unequal = sizesWhereUnequal(floorAffine(a, under, 0, 1), floorAffine(b, over, 0, 1));
  return !("differentSymbols" in unequal) && !isUndecided(unequal) && isEmpty(unequal) ? found : null;
}
