/** A contact sheet: pictures beside what a net makes of them, with their names, and a legend of all classes below. */
import type { Labels } from "../model/plan.js";
import type { Color } from "../model/labels.js";
import { Canvas } from "./canvas.js";
import type { RgbImage } from "./convert.js";
import { FONT_ROWS } from "./font.js";
import { drawLegend, fitText } from "./legend.js";
import { blendMask } from "./overlay.js";
import type { Mask } from "./palette-png.js";
import { classShares, type ClassShare } from "./shares.js";
import { shrinkMask, shrinkPicture } from "./shrink.js";

/** A picture with its mask, both small. */
export interface Tile {
  readonly name: string;
  readonly picture: RgbImage;
  readonly mask: Mask;
}

/** Pictures of one sheet. */
export const SHEET_TILES = 24;

/** Longer side of a picture on a sheet, in pixels. */
const SIDE = 224;
const COLUMNS = 3;
const GAP = 16;
/** Between a picture and its overlay. */
const SEAM = 2;
const SCALE = 2;
const NAME_HEIGHT = SCALE * FONT_ROWS + 8;

const PAPER: Color = [250, 250, 250];
const INK: Color = [32, 32, 36];

/** @throws RangeError where mask and picture differ in size */
export function tileOf(name: string, picture: RgbImage, mask: Mask): Tile {
  if (mask.width !== picture.width || mask.height !== picture.height)
    throw new RangeError(`a mask of ${mask.width} x ${mask.height} is not of ${picture.width} x ${picture.height}`);
  return { name, picture: shrinkPicture(picture, SIDE), mask: shrinkMask(mask, SIDE) };
}

/** @param tiles one or more, up to `SHEET_TILES` */
export function drawContactSheet(tiles: readonly Tile[], labels: Labels, title: string): RgbImage {
  const columns = Math.min(COLUMNS, tiles.length);
  const wide = Math.max(...tiles.map(({ picture }) => picture.width));
  const cell = 2 * wide + SEAM;
  const width = columns * (cell + GAP) + GAP;
  const rows = Array.from({ length: Math.ceil(tiles.length / columns) }, (_, row) =>
    tiles.slice(row * columns, (row + 1) * columns),
  );
  const heights = rows.map((row) => Math.max(...row.map(({ picture }) => picture.height)) + NAME_HEIGHT + GAP);
  const legend = drawLegend(sharesOf(tiles, labels), width, SCALE, title);
  const top = heights.reduce((sum, height) => sum + height, GAP);
  const canvas = new Canvas(Math.max(width, legend.width), top + legend.height, PAPER);
  let y = GAP;
  for (const [row, line] of rows.entries()) {
    for (const [column, { name, picture, mask }] of line.entries()) {
      const x = GAP + column * (cell + GAP);
      canvas.picture(x, y, picture);
      canvas.picture(x + picture.width + SEAM, y, blendMask(picture, mask, labels, 1));
      canvas.text(x, y + picture.height + 5, fitText(name, Math.floor(cell / SCALE)), SCALE, INK);
    }
    y += heights[row] ?? 0;
  }
  canvas.picture(0, top, legend);
  return canvas;
}

/** Of all pixels of the sheet. */
function sharesOf(tiles: readonly Tile[], labels: Labels): readonly ClassShare[] {
  const indices = new Uint16Array(tiles.reduce((sum, { mask }) => sum + mask.indices.length, 0));
  let at = 0;
  for (const { mask } of tiles) {
    indices.set(mask.indices, at);
    at += mask.indices.length;
  }
  return classShares({ width: indices.length, height: 1, indices }, labels);
}
