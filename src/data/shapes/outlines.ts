/** The outlines of the shapes, each within the unit circle about the origin. */

export interface Shape {
  readonly name: string;
  /** Whether a point lies in it; x to the right, y down. */
  readonly contains: (x: number, y: number) => boolean;
  /** What it is filled with: two shapes share a texture, so that outline and colour tell them apart. */
  readonly texture: "dots" | "checks" | "stripes" | "bricks";
  /** The middle of its colours, in turns of the colour circle. */
  readonly hue: number;
}

const disc = (x: number, y: number, radius: number): boolean => x * x + y * y < radius * radius;

type Point = readonly [x: number, y: number];

/** Whether a ray from the point to the right crosses the outline an odd number of times. */
function polygon(...points: readonly Point[]): (x: number, y: number) => boolean {
  return (x, y) => {
    let inside = false;
    let [fromX, fromY] = points[points.length - 1] ?? [0, 0];
    for (const [toX, toY] of points) {
      if (fromY > y !== toY > y && x < fromX + ((y - fromY) / (toY - fromY)) * (toX - fromX)) inside = !inside;
      [fromX, fromY] = [toX, toY];
    }
    return inside;
  };
}

export const SHAPES: readonly Shape[] = [
  { name: "circle", texture: "dots", hue: 0, contains: (x, y) => disc(x, y, 0.95) },
  { name: "square", texture: "checks", hue: 1 / 8, contains: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.7 },
  { name: "triangle", texture: "stripes", hue: 2 / 8, contains: polygon([0, -1], [0.87, 0.5], [-0.87, 0.5]) },
  {
    name: "star",
    texture: "stripes",
    hue: 6 / 8,
    contains: polygon(
      [0, -1],
      [0.235, -0.324],
      [0.951, -0.309],
      [0.38, 0.124],
      [0.588, 0.809],
      [0, 0.4],
      [-0.588, 0.809],
      [-0.38, 0.124],
      [-0.951, -0.309],
      [-0.235, -0.324],
    ),
  },
  { name: "ring", texture: "dots", hue: 4 / 8, contains: (x, y) => disc(x, y, 0.95) && !disc(x, y, 0.5) },
  {
    name: "cross",
    texture: "checks",
    hue: 5 / 8,
    contains: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.9 && Math.min(Math.abs(x), Math.abs(y)) < 0.25,
  },
  { name: "moon", texture: "bricks", hue: 3 / 8, contains: (x, y) => disc(x, y, 0.95) && !disc(x - 0.45, y, 0.75) },
  {
    name: "comb",
    texture: "bricks",
    hue: 7 / 8,
    // Three teeth below a spine.
    contains: (x, y) => Math.abs(x) < 0.8 && Math.abs(y) < 0.6 && (y < -0.2 || Math.floor((x + 0.8) / 0.32) % 2 === 0),
  },
];
