import type { NodeGeometry } from "../../src/model/geometry.js";
import type { Operation, Plan } from "../../src/model/plan.js";
import { evaluate, periodOf, type Size } from "../../src/model/size.js";
import type { MemoryTerm } from "./memory-term.js";

const BYTES_PER_VALUE = 4;
/** Sides at which the largest of all moments is looked for; which it is changes with the size. */
const SIDES = [64, 224, 512, 1024, 4096];
/** Sizes repeat themselves with periods of the net's stride; beyond these many the bound is a step's height looser. */
const MOST_SIZES = 1024;

/**
 * The most that a net's maps take at once: those that are still wanted, and the one that is being computed, at each
 * moment of a run in the plan's order, which frees a map when its last reader is done. Upper bounds in closed form, one
 * for each moment that is the largest at some size.
 *
 * What is computed in place counts once, and what an upsampling makes only to be cropped does not count, as the graph
 * folds the two (`upsample.ts`).
 *
 * @param winograd convolutions that the graph computes in that form (`targets/onnx/winograd.ts`), up to rounding rows up
 */
export function memoryTerms(
  plan: Plan,
  geometry: ReadonlyMap<string, NodeGeometry>,
  winograd: ReadonlySet<string> = new Set(),
): MemoryTerm[] {
  const moments = momentsOf(plan, winograd);
  const bounds = new Map<string, MemoryTerm>();
  for (const { name, channels } of plan.operations) {
    const own = geometry.get(name);
    if (own) bounds.set(name, area(BYTES_PER_VALUE * channels, upperBound(own.y.size), upperBound(own.x.size)));
  }
  const terms = moments.map((names) => names.map((name) => bounds.get(name) ?? NONE).reduce(plus, NONE));
  const found = new Set<MemoryTerm>();
  for (const side of SIDES) {
    const at = ({ area, rows, columns, constant }: MemoryTerm) =>
      area * side * side + (rows + columns) * side + constant;
    const largest = terms.reduce((most, term) => (at(term) > at(most) ? term : most), NONE);
    if (largest !== NONE) found.add(largest);
  }
  return [...found];
}

/** The maps that are there while each operation runs, its own among them. */
function momentsOf(plan: Plan, winograd: ReadonlySet<string>): (readonly string[])[] {
  const readers = new Map<string, Operation[]>();
  for (const operation of plan.operations)
    for (const input of operation.inputs) readers.set(input, [...(readers.get(input) ?? []), operation]);
  const outputs = new Set(plan.outputs.map(({ value }) => value));
  /** Where a value lies: its own name, or that of the value that it was written over. */
  const places = new Map<string, string | null>();
  for (const operation of plan.operations) {
    const [source = ""] = operation.inputs;
    const isOnlyReader = readers.get(source)?.length === 1 && !outputs.has(source);
    const isInPlace = operation.op === "activation" || operation.op === "dropout";
    const [reader] = readers.get(operation.name) ?? [];
    const isFolded = operation.op === "upsample" && readers.get(operation.name)?.length === 1 && reader?.op === "crop";
    if (isFolded) places.set(operation.name, places.get(source) ?? source);
    else places.set(operation.name, isInPlace && isOnlyReader ? (places.get(source) ?? source) : operation.name);
  }
  const lastUse = new Map<string, number>();
  plan.operations.forEach((operation, index) => {
    for (const name of [operation.name, ...operation.inputs]) lastUse.set(places.get(name) ?? name, index);
  });
  for (const value of outputs) lastUse.set(places.get(value) ?? value, plan.operations.length);
  return plan.operations.flatMap(({ name, inputs: [source = ""] }, index): (readonly string[])[] => {
    const there = plan.operations
      .slice(0, index + 1)
      .map((operation) => places.get(operation.name) ?? operation.name)
      .filter((place) => (lastUse.get(place) ?? 0) >= index);
    const all = [...new Set(there)];
    if (!winograd.has(name)) return [all];
    // The map turned, half as large again, in two orders at once; and so the sums.
    const input = places.get(source) ?? source;
    const others = all.filter((place) => place !== name && (place !== input || (lastUse.get(place) ?? 0) > index));
    return [all, [...others, input, input, input], [...others, name, name, name]];
  });
}

/** slope n + offset is nowhere below the size. */
interface Bound {
  readonly slope: number;
  readonly offset: number;
}

function upperBound(size: Size): Bound {
  if (size.kind === "constant") return { slope: 0, offset: Number(size.value) };
  const { period, increment } = periodOf(size);
  const slope = Number(increment) / Number(period);
  const looked = Math.min(Number(period), MOST_SIZES);
  // From 1 on, one period: the difference repeats itself. Where the period is longer, a step more covers the rest.
  let offset = -Infinity;
  for (let n = 1; n <= looked; n++) offset = Math.max(offset, evaluate(size, n) - slope * n);
  return { slope, offset: looked < Number(period) ? offset + 1 : offset };
}

function area(each: number, height: Bound, width: Bound): MemoryTerm {
  return {
    area: each * height.slope * width.slope,
    rows: each * height.slope * width.offset,
    columns: each * height.offset * width.slope,
    constant: each * height.offset * width.offset,
  };
}

const NONE: MemoryTerm = { area: 0, rows: 0, columns: 0, constant: 0 };

function plus(a: MemoryTerm, b: MemoryTerm): MemoryTerm {
  return {
    area: a.area + b.area,
    rows: a.rows + b.rows,
    columns: a.columns + b.columns,
    constant: a.constant + b.constant,
  };
}
