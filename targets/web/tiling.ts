import type { Axis, NodeGeometry } from "../../src/model/geometry.js";
import type { Operation, Plan } from "../../src/model/plan.js";
import { transferOf, type AxisIndex } from "../../src/model/plan-geometry.js";
import {
  add,
  ceilDivide,
  compare,
  gcd,
  multiply,
  rational,
  subtract,
  type Rational,
} from "../../src/model/rational.js";
import { sameSize, type Size } from "../../src/model/size.js";
import { extentOf } from "../../src/model/transfer.js";

/** How a picture may be cut so that its tiles, run apart, give what the whole gives. [y, x] each. */
export interface Tiling {
  /** Tiles begin at multiples of this many pixels. */
  readonly alignment: readonly [number, number];
  /** Pixels of a tile, at a side where the picture goes on, whose own classes are not to be used. */
  readonly before: readonly [number, number];
  readonly after: readonly [number, number];
}

/** How far in input pixels what a unit sees reaches to both sides of its centre, borders not regarded. */
interface Reach {
  readonly before: Rational;
  readonly after: Rational;
}

/**
 * A net is the same everywhere but at borders, up to shifts by its stride. So:
 *
 * 1. A tile that begins at a multiple of the stride of every map has, unit by unit, the grid of the whole picture. Every
 *    size is a chain of floor((a n + b) / c) and the offset is a multiple of what the chain divides by, so it comes out
 *    of each floor whole: the maps of a tile that reaches to the picture's end end where those of the whole end, with
 *    the same padding, rounding up and clipping there.
 * 2. A unit of a tile differs from that of the whole only if something it sees, through all layers, lies beyond a side
 *    of the tile at which the picture goes on: there the tile has padding, or a window that is cut, and the whole has
 *    pixels. What a unit sees lies within its reach, which is added up here layer by layer in exact rationals: half
 *    a window's extent times the stride of the map it reads, and of merged maps the furthest.
 *
 * So the pixels of a tile that lie further than the outputs' reach from such sides are those of the whole.
 *
 * It is refused where a unit sees the whole picture (global pooling), where a grid depends on the size (resizing to
 * another map's size, or with aligned corners), and where an output is not the picture's size.
 */
export function tilingOf(
  plan: Plan,
  geometry: ReadonlyMap<string, NodeGeometry>,
): Tiling | { readonly refused: string } {
  const [input] = plan.inputs;
  if (!input) return { refused: "the net has no input" };
  const alike = plan.inputs.every(({ height, width }) => height === input.height && width === input.width);
  if (!alike) return { refused: "its inputs differ in size" };
  if (typeof input.height === "number" || typeof input.width === "number")
    return { refused: `\`${input.name}\` has one size` };
  const picture = geometry.get(input.name);
  const y = picture && alongAxis(plan, geometry, 0, picture.y.size);
  const x = picture && alongAxis(plan, geometry, 1, picture.x.size);
  if (!y || !x) return { refused: "the net has no input" };
  if ("refused" in y) return y;
  if ("refused" in x) return x;
  return { alignment: [y.alignment, x.alignment], before: [y.before, x.before], after: [y.after, x.after] };
}

interface AxisTiling {
  readonly alignment: number;
  readonly before: number;
  readonly after: number;
}

function alongAxis(
  plan: Plan,
  geometry: ReadonlyMap<string, NodeGeometry>,
  axis: AxisIndex,
  picture: Size,
): AxisTiling | { readonly refused: string } {
  const at = (name: string): Axis | undefined => geometry.get(name)?.[axis === 0 ? "y" : "x"];
  const reaches = new Map<string, Reach>();
  let alignment = 1n;
  for (const operation of plan.operations) {
    const refused = refusalOf(operation, axis);
    if (refused !== null) return { refused };
    const { grid } = at(operation.name) ?? {};
    const isStretched =
      grid && isMerging(operation) && operation.inputs.some((name) => !sameStride(at(name), grid.stride));
    if (isStretched) return { refused: `\`${operation.layer}\` takes maps of several strides` };
    if (!grid) return { refused: `\`${operation.layer}\` has no grid that is the same for every size` };
    alignment = leastCommonMultiple(alignment, grid.stride.numerator);
    reaches.set(operation.name, reachOf(operation, axis, at, reaches));
  }
  let [before, after] = [ZERO, ZERO];
  for (const { name, value } of plan.outputs) {
    const { size, grid } = at(value) ?? {};
    const reach = reaches.get(value);
    const isPicture = size && grid && sameSize(size, picture) && compare(grid.stride, ONE) === 0;
    if (!isPicture || !reach) return { refused: `\`${name}\` has not the size of the picture` };
    // Pixel p of the mask is the unit centred on p + origin.
    before = larger(before, subtract(reach.before, grid.origin));
    after = larger(after, add(reach.after, grid.origin));
  }
  return { alignment: Number(alignment), before: ceiling(before), after: ceiling(after) };
}

function reachOf(
  operation: Operation,
  axis: AxisIndex,
  at: (name: string) => Axis | undefined,
  reaches: ReadonlyMap<string, Reach>,
): Reach {
  if (operation.op === "input") return { before: ZERO, after: ZERO };
  const [first = ""] = operation.inputs;
  const own = at(operation.name)?.grid;
  const source = at(first)?.grid;
  const reach = reaches.get(first);
  if (!own || !source || !reach) throw new Error(`${operation.name} takes ${first}, which does not come before it`);
  if (operation.op === "crop") {
    // The unit that is taken may lie elsewhere than the one that it is set beside, where a stated offset is not the derived.
    const origin = add(source.origin, multiply(source.stride, rational(operation.offset[axis])));
    return shifted(reach, subtract(origin, own.origin));
  }
  const rule = transferOf(operation, axis);
  switch (rule.rule) {
    case "same":
      // Merged maps lie on one grid, up to what the checks call a shift.
      return operation.inputs
        .map((name): Reach => {
          const grid = at(name)?.grid;
          const other = reaches.get(name);
          if (!grid || !other) throw new Error(`${operation.name} takes ${name}, which does not come before it`);
          return shifted(other, subtract(grid.origin, own.origin));
        })
        .reduce((a, b) => ({ before: larger(a.before, b.before), after: larger(a.after, b.after) }));
    case "convolution":
    case "pooling":
      return widened(reach, multiply(source.stride, rational(extentOf(rule.kernel, rule.dilation) - 1, 2)));
    case "deconvolution": {
      // Padding that cuts away more than windows overlap takes units that see nothing beyond the map.
      const extent = extentOf(rule.kernel, rule.dilation);
      const cut = Math.max(0, rule.stride + rule.pad - extent);
      return widened(reach, multiply(own.stride, rational(extent - 1 + 2 * cut, 2)));
    }
    case "resize":
      // Both methods read units that are less than one away.
      return widened(reach, source.stride);
    case "padding":
    case "global":
      return reach;
  }
}

/** Why no part of a map tells what this operation makes of the whole. */
function refusalOf(operation: Operation, axis: AxisIndex): string | null {
  const rule = transferOf(operation, axis);
  if (rule.rule === "global") return `\`${operation.layer}\` sees the whole picture`;
  if (rule.rule !== "resize") return null;
  if (rule.factor === null) return `\`${operation.layer}\` resizes to another map's size`;
  return rule.align === "corners" ? `\`${operation.layer}\` aligns corners, whose grid depends on the size` : null;
}

/** A crop puts a map on another's grid, and so needs the same stride as well. */
const isMerging = ({ inputs }: Operation): boolean => inputs.length > 1;

const sameStride = (axis: Axis | undefined, stride: Rational): boolean =>
  axis?.grid ? compare(axis.grid.stride, stride) === 0 : false;

const ZERO = rational(0);
const ONE = rational(1);

const widened = ({ before, after }: Reach, by: Rational): Reach => ({ before: add(before, by), after: add(after, by) });

/** Of a unit whose centre is said to lie `by` before where it lies. */
const shifted = ({ before, after }: Reach, by: Rational): Reach => ({
  before: subtract(before, by),
  after: add(after, by),
});

const larger = (a: Rational, b: Rational): Rational => (compare(a, b) > 0 ? a : b);

const ceiling = ({ numerator, denominator }: Rational): number =>
  Math.max(0, Number(ceilDivide(numerator, denominator)));

const leastCommonMultiple = (a: bigint, b: bigint): bigint => (a / gcd(a, b)) * b;
