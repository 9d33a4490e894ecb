/** One plot: curves over images, with axes and a grid, as a part of an SVG. */
import { escaped, tag } from "../draw/svg.js";
import { FONT } from "../draw/text.js";
import { linearScale, logScale, tickText } from "./scale.js";
import { thinned, type Point } from "./smooth.js";

export interface PanelCurve {
  /** In the order of x. */
  readonly points: readonly Point[];
  /** `pale` is the noise behind a smoothed line; `marked` shows each point. */
  readonly look: "pale" | "line" | "marked";
  /** Of its run: which colour and dashes it has. */
  readonly run: number;
  /** For a pointer that rests on a marked point. */
  readonly hover?: (point: Point) => string;
}

export interface Panel {
  readonly title: string;
  readonly curves: readonly PanelCurve[];
  /** What y spans, and how. */
  readonly y: {
    readonly range: readonly [number, number];
    readonly kind: "linear" | "log";
    readonly percent?: boolean;
  };
}

export interface PanelSize {
  readonly width: number;
  readonly height: number;
}

/** Different in lightness as well as hue (Okabe and Ito's, darkened or lightened for a contrast of 3:1 and more). */
const LIGHT = ["#0060a8", "#c04a00", "#00795a", "#a33b7a", "#5b4bb3", "#6b6b00", "#2d7f9d", "#444444"];
const DARK = ["#5ab4ff", "#ff9a57", "#3fd0a0", "#f29ccb", "#b3a6ff", "#d9cf45", "#86d3f0", "#cccccc"];
const DASHES = ["", "7 3", "2 3", "9 3 2 3"];

export const RUN_COLORS = LIGHT.length;

/** For the style of a picture that stands alone, and of a page. */
export const PLOT_STYLE = `${styleOf(LIGHT, "#ffffff", "#24292f", "#57606a", "#d8dee4")}
@media (prefers-color-scheme: dark){${styleOf(DARK, "#0d1117", "#e6edf3", "#9da7b3", "#3d444d")}}`;

function styleOf(colors: readonly string[], ground: string, ink: string, faint: string, grid: string): string {
  const runs = colors.map((color, i) => `.plot .run${i}{stroke:${color}}.plot .dot${i}{fill:${color}}`);
  const fills = { ground, ink, faint };
  const filled = Object.entries(fills).map(([name, color]) => `.plot .${name}{fill:${color}}`);
  return [...filled, `.plot .grid{stroke:${grid}}.plot .axis{stroke:${faint}}`, ...runs].join("");
}

const MARGIN = { left: 62, right: 14, top: 28, bottom: 40 };
const TEXT = 13;

/**
 * Draws a panel with its upper left corner at (0, 0).
 *
 * @param end the last number of images on the x axis
 */
export function drawPanel({ title, curves, y }: Panel, end: number, { width, height }: PanelSize): string {
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const [top, bottom] = [MARGIN.top, height - MARGIN.bottom];
  const across = linearScale([0, end], left, right, Math.floor((right - left) / 90));
  const up = (y.kind === "log" ? logScale : linearScale)(y.range, bottom, top, Math.floor((bottom - top) / 26));
  const text = (x: number, at: number, anchor: string, words: string): string =>
    tag("text", { class: "faint", x, y: at, "text-anchor": anchor, "font-size": TEXT }, escaped(words));
  const rows = up.ticks.map((value) => {
    const words = y.percent ? `${Math.round(1000 * value) / 10}%` : tickText(value);
    const line = tag("line", { class: "grid", x1: left, x2: right, y1: up.at(value), y2: up.at(value) });
    return line + text(left - 7, up.at(value) + TEXT / 3, "end", words);
  });
  const columns = across.ticks.map((value) => {
    const x = across.at(value);
    const anchor = x > right - 20 ? "end" : "middle";
    const mark = tag("line", { class: "axis", x1: x, x2: x, y1: bottom, y2: bottom + 4 });
    return mark + text(anchor === "end" ? right : x, bottom + 18, anchor, tickText(value));
  });
  const place = ({ x, y: value }: Point): [number, number] => [across.at(x), up.at(value)];
  return tag(
    "g",
    { "font-family": FONT },
    tag("text", { class: "ink", x: left, y: 17, "font-size": TEXT, "font-weight": 600 }, escaped(title)),
    ...rows,
    tag("line", { class: "axis", x1: left, x2: right, y1: bottom, y2: bottom }),
    ...columns,
    text((left + right) / 2, height - 6, "middle", "images seen"),
    ...curves.map((curve) => drawCurve(curve, end / (right - left), place)),
  );
}

function drawCurve(
  { points, look, run, hover }: PanelCurve,
  column: number,
  place: (point: Point) => [number, number],
) {
  const color = run % RUN_COLORS;
  const path = thinned(points, column).map((point, i) => {
    const [x, y] = place(point);
    return `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  const dash = DASHES[run % DASHES.length] ?? "";
  const line = tag("path", {
    class: `run${color}`,
    d: path.join(""),
    fill: "none",
    "stroke-linejoin": "round",
    "stroke-width": look === "pale" ? 1 : 2,
    "stroke-opacity": look === "pale" ? "0.28" : undefined,
    "stroke-dasharray": look === "pale" || dash === "" ? undefined : dash,
  });
  if (look !== "marked") return path.length > 1 ? line : "";
  const dots = points.map((point) => {
    const [cx, cy] = place(point);
    return tag("circle", { class: `dot${color}`, cx, cy, r: 3 }, tag("title", {}, escaped(hover?.(point) ?? "")));
  });
  return line + dots.join("");
}

/** A short piece of a run's line, for a legend. */
export function drawSample(run: number, x: number, y: number): string {
  const dash = DASHES[run % DASHES.length] ?? "";
  return tag("line", {
    class: `run${run % RUN_COLORS}`,
    x1: x,
    x2: x + 26,
    y1: y,
    y2: y,
    "stroke-width": 2.5,
    "stroke-dasharray": dash === "" ? undefined : dash,
  });
}
