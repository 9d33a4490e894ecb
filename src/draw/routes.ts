/** Lines between maps: along lanes, inside units, and across rows by way of the tracks between them. */
import { markName, PILL_SIZE, type Columns } from "./columns.js";
import { portOf, type Edge, type Seat } from "./edges.js";
import { PILL_HEIGHT, type Heights, type RowPlace } from "./heights.js";
import { drawMark } from "./mark.js";
import type { PlacedLane, Row } from "./rows.js";
import { pathThrough, short, tag } from "./svg.js";
import { textWidth } from "./text.js";
import type { Unit } from "./unit.js";

export type Point = readonly [number, number];

const LINE = "#57606a";
const ARROW = 6;
const noPlace: RowPlace = { axis: 0, top: 0, bottom: 0, start: 0, end: 0 };

export interface Drawn {
  readonly lines: readonly string[];
  /** Marks of crops, which lie on the lines. */
  readonly marks: readonly string[];
}

export function drawLines(rows: readonly Row[], edges: readonly Edge[], columns: Columns, heights: Heights): Drawn {
  const lines: string[] = [];
  const marks: string[] = [];
  rows.forEach((row, i) => {
    const { axis } = heights.rows[i] ?? noPlace;
    for (const placed of row) drawLane(placed, axis, columns, lines, marks);
  });
  for (const edge of edges) {
    const points = pointsOf(edge, columns, heights);
    lines.push(line(points), arrow(points));
    if (edge.crop) marks.push(drawMark(edge.crop, ...markPlace(edge, columns, heights), "beside"));
  }
  return { lines, marks };
}

function drawLane({ lane, units }: PlacedLane, axis: number, columns: Columns, lines: string[], marks: string[]): void {
  units.forEach((unit, i) => {
    const [from, to] = extentOf(unit, columns);
    if (unit.elements.length > 1)
      lines.push(
        line([
          [from + 2, axis],
          [to - 2, axis],
        ]),
      );
    const next = units[i + 1];
    if (!next) return;
    const [nextFrom, nextTo] = extentOf(next, columns);
    const points: Point[] =
      lane.direction === 1
        ? [
            [to, axis],
            [nextFrom - 2, axis],
          ]
        : [
            [from, axis],
            [nextTo + 2, axis],
          ];
    lines.push(line(points), arrow(points));
    const [start, end] = points;
    if (next.crop && start && end) {
      const [near, far] =
        lane.direction === 1
          ? [columns.units.get(unit) ?? 0, columns.units.get(next) ?? 0]
          : [columns.units.get(next) ?? 0, columns.units.get(unit) ?? 0];
      const width = lane.direction === 1 ? unit.width : next.width;
      const fits =
        textWidth(markName(next.crop), PILL_SIZE) < Math.min(Math.abs(end[0] - start[0]), far - near - width);
      const named = fits && next.crop.name !== next.runs[0]?.[0]?.name ? "above" : "nowhere";
      marks.push(drawMark(next.crop, middleBetween(start[0], end[0], near + width, far), axis, named));
    }
  });
}

/** The middle of the gap between two units, if it lies on the line. */
function middleBetween(a: number, b: number, gapFrom: number, gapTo: number): number {
  const [from, to] = [Math.max(Math.min(a, b), gapFrom), Math.min(Math.max(a, b), gapTo)];
  return from < to ? (from + to) / 2 : (a + b) / 2;
}

/** Of the maps of a unit, without its label. */
export function extentOf(unit: Unit, columns: Columns): [number, number] {
  const x = columns.units.get(unit) ?? 0;
  const first = unit.elements[0];
  const last = unit.elements.at(-1);
  if (!first || !last) return [x, x];
  return [x + first.left, x + last.left + last.figure.width + last.figure.depth];
}

/** The corners of a line across rows, from its map to the one that it leads to. */
export function pointsOf(edge: Edge, columns: Columns, heights: Heights): Point[] {
  const { from, to } = edge;
  const [a, b] = [heights.rows[from.row] ?? noPlace, heights.rows[to.row] ?? noPlace];
  const target = (columns.units.get(to.unit) ?? 0) + portOf(to);
  const x = from.row === to.row ? target : (columns.edges.get(edge) ?? 0);
  const track = heights.tracks.get(edge);
  const start = startOf(edge, a.axis, x, columns);
  const down = from.row < to.row || (from.row === to.row && (track ?? 0) < b.axis);
  const points: Point[] = [start];
  if (edge.leavesAside) points.push([x, a.axis]);
  else if (track !== undefined) points.push([start[0], track], [x, track]);
  if (edge.entersAside) {
    const [left, right] = extentOf(to.unit, columns);
    points.push([x, b.axis], [to.placed.lane.direction === 1 ? left - 2 : right + 2, b.axis]);
  } else points.push([x, endOf(to, b.axis, down)]);
  return points;
}

function startOf(edge: Edge, axis: number, x: number, columns: Columns): Point {
  if (!edge.leavesAside) return [(columns.units.get(edge.from.unit) ?? 0) + portOf(edge.from), axis];
  const [left, right] = extentOf(edge.from.unit, columns);
  return [x > (left + right) / 2 ? right : left, axis];
}

/** Where a vertical line meets a map, coming from above or from below. */
function endOf({ element: { figure } }: Seat, axis: number, down: boolean): number {
  return down ? axis - figure.height / 2 - figure.depth - 2 : axis + figure.height / 2 + 2;
}

function line(points: readonly Point[]): string {
  return tag("path", { d: pathThrough(points), fill: "none", stroke: LINE, "stroke-width": 1.3 });
}

function arrow(points: readonly Point[]): string {
  const end = points.at(-1);
  const before = points.at(-2);
  if (!end || !before) return "";
  const length = Math.hypot(end[0] - before[0], end[1] - before[1]) || 1;
  const [dx, dy] = [(end[0] - before[0]) / length, (end[1] - before[1]) / length];
  const corner = (side: number): string =>
    `${short(end[0] - dx * ARROW - dy * side)},${short(end[1] - dy * ARROW + dx * side)}`;
  return tag("polygon", { points: `${short(end[0])},${short(end[1])} ${corner(3)} ${corner(-3)}`, fill: LINE });
}

function markPlace(edge: Edge, columns: Columns, heights: Heights): [number, number] {
  const { from, to } = edge;
  const place = heights.rows[to.row] ?? noPlace;
  const x = from.row === to.row ? (columns.units.get(to.unit) ?? 0) + portOf(to) : (columns.edges.get(edge) ?? 0);
  const above = from.row < to.row || (from.row === to.row && to.unit.side === "bottom");
  return [x, above ? place.start - PILL_HEIGHT / 2 - 4 : place.end + PILL_HEIGHT / 2 + 6];
}
