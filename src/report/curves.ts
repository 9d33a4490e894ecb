/** The curves of runs over the images that they saw: loss, mean IU and rate. */
import { escaped, tag } from "../draw/svg.js";
import { FONT, textWidth } from "../draw/text.js";
import { drawPanel, drawSample, PLOT_STYLE, type Panel, type PanelCurve, type PanelSize } from "./panel.js";
import type { RunLog } from "./run-log.js";
import { smoothed, type Point } from "./smooth.js";

export interface NamedRun {
  /** What tells it from others: its folder or recipe. */
  readonly name: string;
  readonly log: RunLog;
}

/** The loss is smoothed over this share of the longest run. */
const SMOOTHING = 1 / 50;
/** A range of values wider than this is shown in logarithms. */
const WIDE = 12;
const LOGARITHMIC = "in logarithms";

/** What is plotted of some runs, with the number of images that the longest one saw. */
export interface Curves {
  readonly panels: readonly Panel[];
  readonly end: number;
  /** In words, for who does not see them. */
  readonly description: string;
}

/** Panels without data are left out. */
export function curvesOf(runs: readonly NamedRun[]): Curves {
  const end = Math.max(
    1,
    ...runs.flatMap(({ log }) => [log.steps.at(-1)?.images ?? 0, log.validations.at(-1)?.images ?? 0]),
  );
  const panels = [lossPanel(runs, end), iuPanel(runs), ratePanel(runs)].filter((panel) => panel !== null);
  return { panels, end, description: runs.map(describe).join(" ") };
}

/** All panels below one another, as an SVG that stands alone, in light and dark. */
export function drawCurves(runs: readonly NamedRun[]): string {
  const { panels, end, description } = curvesOf(runs);
  const width = 720;
  const heights = panels.map((_, i) => (i === 0 ? 260 : 190));
  const legend = runs.length > 1 ? drawLegend(runs, width) : { svg: "", height: 4 };
  let top = legend.height;
  const parts = panels.map((panel, i) => {
    const height = heights[i] ?? 0;
    const part = tag("g", { transform: `translate(0 ${top})` }, drawPanel(panel, end, { width, height }));
    top += height;
    return part;
  });
  const nothing =
    panels.length === 0 ? tag("text", { class: "ink", x: 12, y: 24, "font-family": FONT }, "no update yet") : "";
  const height = Math.max(top, 40);
  const ground = tag("rect", { class: "ground", width, height });
  const style = tag("style", {}, PLOT_STYLE);
  return `${svg({ width, height }, description, style, ground, legend.svg, nothing, ...parts)}\n`;
}

/** One panel as a picture of its own, for a page that has `PLOT_STYLE`. */
export function drawOnePanel(panel: Panel, { end, description }: Curves, size: PanelSize): string {
  return svg(size, `${panel.title}. ${description}`, drawPanel(panel, end, size));
}

function svg({ width, height }: PanelSize, description: string, ...content: readonly string[]): string {
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    class: "plot",
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
  };
  return tag("svg", { ...attributes, role: "img", "aria-label": description }, ...content);
}

function lossPanel(runs: readonly NamedRun[], end: number): Panel | null {
  const raw = runs.map(({ log }) => points(log.steps.map(({ images, loss }) => [images, loss])));
  const means = raw.map((list) => smoothed(list, end * SMOOTHING));
  const values = [...means.flat(), ...raw.flatMap(inner)].map(({ y }) => y);
  if (values.length === 0) return null;
  const y = rangeOf(values);
  return {
    title: y.kind === "log" ? `loss, and smoothed (${LOGARITHMIC})` : "loss, and smoothed",
    y,
    curves: [
      ...raw.map((list, run): PanelCurve => ({ points: list, look: "pale", run })),
      ...means.map((list, run): PanelCurve => ({ points: list, look: "line", run })),
    ],
  };
}

function iuPanel(runs: readonly NamedRun[]): Panel | null {
  const lists = runs.map(({ log }) => points(log.validations.map(({ images, metrics }) => [images, metrics.meanIU])));
  const highest = Math.max(0, ...lists.flat().map(({ y }) => y));
  if (lists.flat().length === 0) return null;
  return {
    title: "mean IU in validation",
    y: { range: [0, Math.min(1, Math.ceil(highest * 10 + 0.5) / 10)], kind: "linear", percent: true },
    curves: lists.map((list, run): PanelCurve => ({
      points: list,
      look: "marked",
      run,
      hover: ({ x, y }) => `${runs[run]?.name ?? ""}: ${(100 * y).toFixed(1)}% after ${x.toLocaleString("en")} images`,
    })),
  };
}

function ratePanel(runs: readonly NamedRun[]): Panel | null {
  const lists = runs.map(({ log }) => points(log.steps.map(({ images, rate }) => [images, rate])));
  const values = lists.flat().map(({ y }) => y);
  if (values.length === 0) return null;
  const y = rangeOf(values);
  return {
    title: y.kind === "log" ? `learning rate (${LOGARITHMIC})` : "learning rate",
    y,
    curves: lists.map((list, run): PanelCurve => ({ points: list, look: "line", run })),
  };
}

function points(values: readonly (readonly [number, number | null])[]): Point[] {
  return values.flatMap(([x, y]) => (y === null ? [] : [{ x, y }]));
}

/** Without the hundredth at either end, so that single outliers don't flatten the rest: they are drawn at the border. */
function inner(list: readonly Point[]): Point[] {
  const cut = Math.floor(list.length / 100);
  const sorted = [...list].sort((a, b) => a.y - b.y);
  return sorted.slice(cut, sorted.length - cut);
}

function rangeOf(values: readonly number[]): Panel["y"] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > 0 && high / low > WIDE) return { range: [low, high], kind: "log" };
  return { range: [Math.min(0, low), high * (high > 0 ? 1.05 : 1)], kind: "linear" };
}

function drawLegend(runs: readonly NamedRun[], width: number): { svg: string; height: number } {
  let [x, y] = [62, 18];
  const parts = runs.map(({ name }, run) => {
    const wide = 34 + textWidth(name, 13);
    if (x > 62 && x + wide > width) [x, y] = [62, y + 20];
    const attributes = { class: "ink", x: x + 32, y: y + 4, "font-size": 13, "font-family": FONT };
    const part = drawSample(run, x, y) + tag("text", attributes, escaped(name));
    x += wide + 18;
    return part;
  });
  return { svg: parts.join(""), height: y + 14 };
}

function describe({ name, log }: NamedRun): string {
  const losses = points(log.steps.map(({ images, loss }) => [images, loss]));
  const range = Math.max(1, losses.at(-1)?.x ?? 1) * SMOOTHING;
  const [first, last] = [losses[0], smoothed(losses, range).at(-1)];
  const best = Math.max(...log.validations.map(({ metrics }) => metrics.meanIU ?? -1), -1);
  const fell =
    first && last ? `loss from ${short(first.y)} to ${short(last.y)} after ${last.x} images` : "no update yet";
  return `${name}: ${fell}${best < 0 ? "" : `, mean IU ${(100 * best).toFixed(1)}% at best`}.`;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
