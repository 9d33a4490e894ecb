/** The legend of a mask: the classes that are in it, by their share, on a panel as wide as the picture above it. */
import type { Color } from "../model/labels.js";
import type { ClassShare } from "./shares.js";
import { Canvas } from "./canvas.js";
import { FONT_BASE, textWidth } from "./font.js";
import { percent } from "./percent.js";

const PAPER: Color = [250, 250, 250];
const INK: Color = [32, 32, 36];
const FAINT: Color = [96, 96, 104];
const OUTLINE: Color = [150, 150, 156];

/** All in dots of the font, which are `scale` pixels. */
const MARGIN = 6;
const SWATCH = 9;
const LINE = 13;
const BETWEEN_COLUMNS = 10;
const AFTER_SWATCH = 4;
const BEFORE_SHARE = 6;
const TITLE_LINE = 14;
/** A panel grows for names and titles up to this width; longer ones are cut where the picture is narrower than they. */
const LONG_TEXT = 160;

/** Pixels for each dot of the font in the legend of a picture: 1 below 450 pixels, 2 below 750, and so on. */
export function legendScale(width: number, height: number): number {
  return Math.max(1, Math.round(Math.max(width, height) / 300));
}

/**
 * Draws the legend, in as many columns as fit, filled from the top.
 *
 * @param width of the panel in pixels; it is wider where a name needs more
 * @param scale pixels for each dot of the font
 */
export function drawLegend(shares: readonly ClassShare[], width: number, scale: number, title = ""): Canvas {
  const dots = Math.floor(width / scale) - 2 * MARGIN;
  const percents = Math.max(0, ...shares.map(({ share }) => textWidth(percent(share))));
  const beside = SWATCH + AFTER_SWATCH + BEFORE_SHARE + percents;
  const longest = Math.max(dots - beside, LONG_TEXT);
  const entries = shares.map((share) => ({
    ...share,
    name: fitText(share.name, longest),
    percent: percent(share.share),
  }));
  const column = beside + Math.max(0, ...entries.map(({ name }) => textWidth(name)));
  const inner = Math.max(dots, column, Math.min(textWidth(title), LONG_TEXT));
  const most = Math.floor((inner + BETWEEN_COLUMNS) / (column + BETWEEN_COLUMNS));
  const rows = Math.ceil(entries.length / Math.max(1, Math.min(most, entries.length)));
  const heading = title === "" ? 0 : TITLE_LINE;
  const height = 2 * MARGIN + heading + rows * LINE - (LINE - SWATCH);

  const canvas = new Canvas(Math.max(width, scale * (inner + 2 * MARGIN)), scale * height, PAPER);
  const text = (x: number, y: number, words: string, color: Color): void =>
    canvas.text(scale * x, scale * y, words, scale, color);
  const box = (x: number, y: number, side: number, color: Color): void =>
    canvas.rectangle(scale * x, scale * y, scale * side, scale * side, color);
  if (title !== "") text(MARGIN, MARGIN, fitText(title, inner), INK);
  for (const [i, entry] of entries.entries()) {
    const x = MARGIN + Math.floor(i / rows) * (column + BETWEEN_COLUMNS);
    const y = MARGIN + heading + (i % rows) * LINE;
    box(x, y, SWATCH, OUTLINE);
    box(x + 1, y + 1, SWATCH - 2, entry.color);
    const line = y + (SWATCH - FONT_BASE) / 2;
    text(x + SWATCH + AFTER_SWATCH, line, entry.name, INK);
    text(x + column - textWidth(entry.percent), line, entry.percent, FAINT);
  }
  return canvas;
}

/** The text, or what of its beginning fits into `width` dots, with dots for the rest. */
export function fitText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const letters = [...text];
  while (letters.length > 0 && textWidth(`${letters.join("").trimEnd()}...`) > width) letters.pop();
  return `${letters.join("").trimEnd()}...`;
}
