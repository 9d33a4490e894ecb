/** What the compiler knows of a node's value: channels, and for each axis its size and where it lies on the input. */
import type { Rational } from "./rational.js";
import type { Size } from "./size.js";
import type { Grid } from "./transfer.js";

export interface Axis {
  readonly size: Size;
  /** Null where there is no one grid for every size: see `axis-after.ts`. */
  readonly grid: Grid | null;
}

export interface NodeGeometry {
  readonly channels: number;
  readonly y: Axis;
  readonly x: Axis;
}

/** By node; null where a fault keeps the geometry from being known. */
export type Geometry = readonly (NodeGeometry | null)[];

export type AxisName = "y" | "x";
export const axes: readonly AxisName[] = ["y", "x"];

/** How a map lies to the one that it is cropped to or merged with, on one axis. */
export interface Alignment {
  /** Null where one of the maps has no grid. */
  readonly strides: readonly [own: Rational, reference: Rational] | null;
  /** (origin of the reference - origin of the map) / stride, or null where the strides differ or are unknown. */
  readonly offset: Rational | null;
}
