/** Where rows lie from top to bottom, and the tracks of lines between them. */
import type { Columns } from "./columns.js";
import { portOf, type Edge } from "./edges.js";
import { labelSize } from "./label.js";
import type { Row } from "./rows.js";
import type { Unit } from "./unit.js";

export interface RowPlace {
  /** The line along which maps stand. */
  readonly axis: number;
  /** Of the maps, without labels. */
  readonly top: number;
  readonly bottom: number;
  /** Of the row, labels included. */
  readonly start: number;
  readonly end: number;
}

export interface Heights {
  readonly rows: readonly RowPlace[];
  /** The height at which an edge runs sideways to its vertical part, where it does. */
  readonly tracks: ReadonlyMap<Edge, number>;
  readonly height: number;
}

const LABEL_GAP = 6;
const GUTTER = 18;
const TRACK = 9;
export const PILL_HEIGHT = 17;

export function heightsOf(rows: readonly Row[], edges: readonly Edge[], columns: Columns, from: number): Heights {
  const lanes = new Map<Edge, { readonly gutter: number; readonly track: number }>();
  const taken: {
    readonly gutter: number;
    readonly track: number;
    readonly span: readonly [number, number];
    readonly source: unknown;
  }[] = [];
  for (const edge of edges) {
    const span = sidewaysOf(edge, columns);
    if (!span) continue;
    const gutter = gutterOf(edge);
    let track = 0;
    while (
      taken.some(
        (other) =>
          other.gutter === gutter && other.track === track && other.source !== edge.from && meet(other.span, span),
      )
    )
      track++;
    taken.push({ gutter, track, span, source: edge.from });
    lanes.set(edge, { gutter, track });
  }
  const gutters: { readonly top: number }[] = [];
  const places: RowPlace[] = [];
  let y = from;
  for (let i = 0; i <= rows.length; i++) {
    const tracks = Math.max(0, ...taken.filter(({ gutter }) => gutter === i).map(({ track }) => track + 1));
    const marks = edges.some((edge) => edge.crop && markGutter(edge) === i) ? PILL_HEIGHT + 8 : 0;
    gutters.push({ top: y });
    y += (i === 0 || i === rows.length ? 0 : GUTTER) + tracks * TRACK + marks;
    const row = rows[i];
    if (!row) break;
    const place = rowPlace(row, y);
    places.push(place);
    y = place.end;
  }
  const trackPlaces = [...lanes].map(
    ([edge, { gutter, track }]) => [edge, (gutters[gutter]?.top ?? 0) + 8 + track * TRACK] as const,
  );
  return { rows: places, tracks: new Map(trackPlaces), height: y };
}

function rowPlace(row: Row, start: number): RowPlace {
  const units = row.flatMap((placed) => placed.units);
  const labels = (side: Unit["side"]): number =>
    Math.max(0, ...units.filter((unit) => unit.side === side).map((unit) => labelSize(unit.label).height + LABEL_GAP));
  const up = Math.max(
    ...units.flatMap(({ elements }) => elements.map(({ figure }) => figure.height / 2 + figure.depth)),
  );
  const down = Math.max(...units.flatMap(({ elements }) => elements.map(({ figure }) => figure.height / 2)));
  const beside = Math.max(0, labels("right") - LABEL_GAP);
  const top = start + labels("top");
  const rest = Math.max(0, (beside - up - down) / 2);
  const axis = Math.round(top + up + rest);
  const bottom = axis + down + rest;
  return { axis, top, bottom, start, end: bottom + labels("bottom") };
}

/** Gutter i lies above row i. */
function gutterOf({ from, to }: Edge): number {
  if (from.row === to.row) return from.unit.side === "bottom" ? from.row : from.row + 1;
  return from.row < to.row ? from.row + 1 : from.row;
}

/** The gutter in which the mark of a crop stands: before the row that the edge leads to. */
function markGutter({ from, to }: Edge): number {
  if (from.row === to.row) return from.unit.side === "bottom" ? from.row : from.row + 1;
  return from.row < to.row ? to.row : to.row + 1;
}

function sidewaysOf(edge: Edge, columns: Columns): readonly [number, number] | null {
  if (edge.leavesAside) return null;
  const x = (columns.units.get(edge.from.unit) ?? 0) + portOf(edge.from);
  const line =
    edge.from.row === edge.to.row
      ? (columns.units.get(edge.to.unit) ?? 0) + portOf(edge.to)
      : (columns.edges.get(edge) ?? 0);
  return Math.abs(x - line) < 1 ? null : [Math.min(x, line), Math.max(x, line)];
}

function meet(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] <= b[1] + 6 && b[0] <= a[1] + 6;
}
