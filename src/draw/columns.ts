/** Where units and vertical lines lie from left to right. */
import { Places } from "./constraints.js";
import { portOf, type Edge } from "./edges.js";
import { strideOf, type CropMark } from "./node.js";
import type { Row } from "./rows.js";
import { textWidth } from "./text.js";
import type { Unit } from "./unit.js";

export interface Columns {
  /** Left edges of units. */
  readonly units: ReadonlyMap<Unit, number>;
  /** Of the vertical part of edges. */
  readonly edges: ReadonlyMap<Edge, number>;
  readonly width: number;
}

export const PILL_SIZE = 10;
const BETWEEN_UNITS = 22;
const BESIDE_LANE = 18;
const BESIDE_LINE = 9;

/** Width of the mark of a crop. */
export function pillWidth({ offset: [y, x] }: CropMark): number {
  return textWidth(cropText(y, x), PILL_SIZE) + 12;
}

export function cropText(y: number, x: number): string {
  return `crop ${y === x ? y : `${y}, ${x}`}`;
}

export function columnsOf(rows: readonly Row[], edges: readonly Edge[]): Columns {
  const rough = solve(rows, edges, null);
  return solve(rows, edges, rough);
}

/** With rough places, lines are kept clear of units and of one another, on the side on which they roughly are. */
function solve(rows: readonly Row[], edges: readonly Edge[], rough: Columns | null): Columns {
  const places = new Places();
  const origin = places.variable();
  const units = new Map<Unit, number>();
  const lines = new Map<Edge, number>();
  for (const unit of rows.flat().flatMap((placed) => placed.units)) {
    units.set(unit, places.variable());
    places.add(origin, variableOf(unit), 0);
  }
  for (const edge of edges) lines.set(edge, places.variable());
  keepOrder();
  for (const edge of edges) attach(edge);
  if (rough) keepClear(rough);
  for (const edge of edges) straighten(edge);
  alignStreams();
  alignOutputs();
  const solution = places.solve();
  const at = (variable: number | undefined): number => solution[variable ?? 0] ?? 0;
  const least = Math.min(...[...units.values(), ...lines.values()].map(at));
  const unitPlaces = new Map([...units].map(([unit, variable]) => [unit, at(variable) - least]));
  const linePlaces = new Map([...lines].map(([edge, variable]) => [edge, at(variable) - least]));
  const width = Math.max(...[...unitPlaces].map(([unit, x]) => x + unit.width), ...linePlaces.values());
  return { units: unitPlaces, edges: linePlaces, width };

  function variableOf(unit: Unit): number {
    return units.get(unit) ?? origin;
  }

  /** Units of a lane follow one another, and so do the lanes of a row. */
  function keepOrder(): void {
    for (const row of rows) {
      const ordered = row.flatMap(({ lane, units: own }) => (lane.direction === 1 ? own : own.toReversed()));
      ordered.forEach((unit, i) => {
        const next = ordered[i + 1];
        if (!next) return;
        // The mark of a crop stands before the unit that it leads to, wherever the lane comes from.
        const crops = [unit.crop, next.crop].filter((crop) => crop !== null);
        const mark = crops.reduce((most, crop) => Math.max(most, pillWidth(crop) + 12), 0);
        places.add(variableOf(unit), variableOf(next), unit.width + BETWEEN_UNITS + mark);
      });
    }
  }

  function attach(edge: Edge): void {
    const { from, to, entersAside, leavesAside } = edge;
    const line = lines.get(edge) ?? origin;
    if (entersAside) beside(line, to.unit, to.placed.lane.direction === 1 ? "left" : "right");
    else places.tryFix(variableOf(to.unit), line, portOf(to) + spread(edge));
    if (leavesAside) beside(line, from.unit, from.placed.lane.direction === 1 ? "right" : "left");
  }

  function beside(line: number, unit: Unit, side: "left" | "right", distance = BESIDE_LANE): boolean {
    return side === "left"
      ? places.try([[line, variableOf(unit), distance]])
      : places.try([[variableOf(unit), line, unit.width + distance]]);
  }

  /** Several lines into one map from one side stand beside one another. */
  function spread(edge: Edge): number {
    const alike = edges.filter(
      ({ to, from, entersAside }) =>
        to === edge.to && !entersAside && Math.sign(from.row - to.row) === Math.sign(edge.from.row - edge.to.row),
    );
    const step = Math.min(10, edge.to.element.figure.width / alike.length);
    return (alike.indexOf(edge) - (alike.length - 1) / 2) * step;
  }

  function keepClear(near: Columns): void {
    for (const edge of edges) {
      const line = lines.get(edge) ?? origin;
      const x = near.edges.get(edge) ?? 0;
      for (const row of rows.slice(...rowsBetween(edge))) {
        for (const unit of row.flatMap((placed) => placed.units)) {
          const isLeft = x < (near.units.get(unit) ?? 0) + unit.width / 2;
          const [first, second] = isLeft ? (["left", "right"] as const) : (["right", "left"] as const);
          if (!beside(line, unit, first, BESIDE_LINE)) beside(line, unit, second, BESIDE_LINE);
        }
      }
    }
    edges.forEach((edge, i) => {
      for (const other of edges.slice(i + 1))
        if (edge.from !== other.from && overlap(edge, other)) separate(edge, other, near);
    });
  }

  function separate(a: Edge, b: Edge, near: Columns): void {
    const [left, right] = (near.edges.get(a) ?? 0) <= (near.edges.get(b) ?? 0) ? [a, b] : [b, a];
    const marks = left.to.row === right.to.row ? markRight(left) + (right.crop ? pillWidth(right.crop) / 2 : 0) : 0;
    const apart = (one: Edge, two: Edge): boolean =>
      places.try([[lines.get(one) ?? origin, lines.get(two) ?? origin, 10 + marks]]);
    if (!apart(left, right)) apart(right, left);
  }

  function straighten(edge: Edge): void {
    if (edge.leavesAside || edge.from.row === edge.to.row) return;
    places.tryFix(variableOf(edge.from.unit), lines.get(edge) ?? origin, portOf(edge.from));
  }

  /** Maps of one stride in lanes side by side, such as two streams, stand under one another. */
  function alignStreams(): void {
    const streams = rows.flat().filter(({ lane, isSide }) => lane.direction === 1 && !isSide);
    const [first, ...others] = streams;
    for (const { units: own } of others) {
      own.forEach((unit, i) => {
        const above = first?.units[i];
        if (!above || strideOfUnit(above) !== strideOfUnit(unit)) return;
        places.tryFix(variableOf(above), variableOf(unit), startOf(above) - startOf(unit));
      });
    }
  }

  /** An output of the input's size stands under the input. */
  function alignOutputs(): void {
    const first = rows[0]?.[0]?.units[0];
    for (const unit of rows
      .slice(1)
      .flat()
      .flatMap((placed) => placed.units)) {
      const last = unit.runs.at(-1)?.at(-1);
      const source = first?.runs[0]?.[0];
      if (!first || !source || !last || last.outputs.length === 0) continue;
      if (last.layer.heightFormula !== source.layer.heightFormula) continue;
      places.tryFix(variableOf(first), variableOf(unit), (first.width - unit.width) / 2);
    }
  }
}

/** The name that stands beside the mark of a crop: none where a fusion implies it. */
export function markName({ name }: CropMark): string {
  return name.endsWith("/crop") ? "" : name;
}

/** What stands right of the middle of a line: half a mark, and the name of the crop. */
function markRight({ crop }: Edge): number {
  return crop ? pillWidth(crop) / 2 + 4 + textWidth(markName(crop), PILL_SIZE) : 0;
}

/** Where the maps of a unit begin, from its left edge. */
function startOf({ elements }: Unit): number {
  return elements[0]?.left ?? 0;
}

function strideOfUnit({ runs }: Unit): number | null {
  const node = runs[0]?.[0];
  return node ? strideOf(node) : null;
}

/** Rows that an edge passes, as bounds for `slice`. */
function rowsBetween({ from, to }: Edge): [number, number] {
  return [Math.min(from.row, to.row) + 1, Math.max(from.row, to.row)];
}

function overlap(a: Edge, b: Edge): boolean {
  const top = (edge: Edge): number => Math.min(edge.from.row, edge.to.row);
  const bottom = (edge: Edge): number => Math.max(edge.from.row, edge.to.row);
  return top(a) < bottom(b) && top(b) < bottom(a);
}
