/**
 * A net as a picture: stand-alone SVG, made from its plan alone. The way of a plan to a picture:
 *
 *   layers --fold--> maps --blocks--> trunk --lanes--> chains --rows--> units --columns, heights--> places --> SVG
 */
import { isFault, type InspectFault } from "../inspect/fault.js";
import type { InputSize } from "../inspect/input-size.js";
import { grouped, scaled } from "../inspect/quantities.js";
import { inspect, type InspectReport } from "../inspect/report.js";
import type { Plan } from "../model/plan.js";
import { layOut } from "./layout.js";
import { legendOf, wrapText } from "./legend.js";
import type { DrawNode } from "./node.js";
import { panelsOf } from "./panel.js";
import { drawLines } from "./routes.js";
import { escaped, tag } from "./svg.js";
import { FONT, textWidth } from "./text.js";
import { drawUnits } from "./units-drawn.js";

const MARGIN = 24;
const NARROWEST = 520;

/** With a size the picture shows numbers, without one formulas. */
export function draw(plan: Plan, size: InputSize | null): string | InspectFault {
  const report = inspect(plan, size);
  if (isFault(report)) return report;
  const { nodes, rows, edges, columns, heightsFrom, sample } = layOut(plan, report, size);
  const title = plan.net;
  const trunk = Math.max(columns.width, NARROWEST, textWidth(title, 17, true));
  // A block with a long branch may be wider than the trunk that it stands in.
  const width = Math.max(trunk, ...panelsOf(nodes, trunk).map((panel) => panel.width));
  const subtitle = wrapText(subtitleOf(report), width, 11.5);
  const top = 34 + subtitle.length * 16 + 14;
  const heights = heightsFrom(top);
  const { lines, marks } = drawLines(rows, edges, columns, heights);
  const panels = drawPanels(nodes, width, heights.height + 22);
  const legend = legendOf(nodes, sentencesOf(nodes, sample), width);
  const bottom = panels.bottom + 22;
  const [fullWidth, fullHeight] = [Math.ceil(width) + 2 * MARGIN, Math.ceil(bottom + legend.height + 16)];
  const shift = Math.round((width - columns.width) / 2);
  const text = { fill: "#24292f" };
  return `${tag(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: fullWidth,
      height: fullHeight,
      viewBox: `0 0 ${fullWidth} ${fullHeight}`,
      role: "img",
      "aria-labelledby": "title description",
      "font-family": FONT,
    },
    tag("title", { id: "title" }, escaped(`The net ${plan.net}`)),
    tag("desc", { id: "description" }, escaped(describe(report, nodes))),
    tag("rect", { width: fullWidth, height: fullHeight, rx: 6, fill: "#ffffff" }),
    tag("text", { ...text, x: MARGIN, y: 30, "font-size": 17, "font-weight": 700 }, escaped(title)),
    ...subtitle.map((line, i) =>
      tag("text", { x: MARGIN, y: 49 + i * 16, "font-size": 11.5, fill: "#57606a" }, escaped(line)),
    ),
    tag("g", { transform: `translate(${MARGIN + shift} 0)` }, ...lines, ...drawUnits(rows, columns, heights), ...marks),
    tag("g", { transform: `translate(${MARGIN} 0)` }, panels.text, rule(width, bottom - 12), legend.draw(0, bottom)),
  )}\n`;
}

function rule(width: number, y: number): string {
  return tag("path", { d: `M0 ${Math.round(y)}h${Math.ceil(width)}`, stroke: "#d0d7de", "stroke-width": 1 });
}

/** Side by side where they fit. */
function drawPanels(
  nodes: readonly DrawNode[],
  width: number,
  top: number,
): { readonly text: string; readonly bottom: number } {
  let [x, y, lowest] = [0, top, top - 22];
  const texts: string[] = [];
  for (const panel of panelsOf(nodes, width)) {
    if (x > 0 && x + panel.width > width) [x, y] = [0, lowest + 16];
    texts.push(panel.draw(x, y));
    x += panel.width + 40;
    lowest = Math.max(lowest, y + panel.height);
  }
  return { text: texts.join(""), bottom: lowest };
}

function subtitleOf(report: InspectReport): string {
  const inputs = report.inputs.map(
    ({ name, format, height, width, heightFormula, widthFormula, channels }) =>
      `${name}: ${format}[${height ?? heightFormula}, ${width ?? widthFormula}, ${channels}]`,
  );
  const outputs = report.outputs.map(({ name, classes }) => `${name}: ${classes} classes`);
  const facts = [`${grouped(report.parameters.total)} parameters`];
  if (report.multiplyAccumulates !== null) facts.push(`${scaled(report.multiplyAccumulates)} multiply-accumulates`);
  const sizes = Object.values(report.validFor).map(({ text }) => text.replaceAll(">=", "≥"));
  if (report.size === null && sizes.length > 0) facts.push(`works for ${sizes.join(", ")}`);
  const whole = (fact: string): string => fact.replaceAll(" ", "\u00a0");
  return `${inputs.map(whole).join(", ")} → ${outputs.map(whole).join(", ")} · ${facts.map(whole).join(" · ")}`;
}

function sentencesOf(nodes: readonly DrawNode[], sample: InputSize | null): string[] {
  const size = sample ? ` (drawn for ${sample.height} × ${sample.width})` : "";
  const crops = nodes.some(({ look, links }) => look === "crop" || links.some(({ crop }) => crop !== null));
  return [
    `Height: logarithm of a map's height${size}. Width: logarithm of its channels (ch). Stride and field: steps and receptive field of a unit, in input pixels.${
      crops ? " Crop: the first row and column that are kept." : ""
    } Thick outline: output.`,
  ];
}

function describe(report: InspectReport, nodes: readonly DrawNode[]): string {
  const steps = nodes.map(({ name, does, layer, links }) => {
    const from = links.map((link) => link.from + (link.crop ? ` (cropped at ${link.crop.offset.join(", ")})` : ""));
    return `${name}: ${does}, ${layer.channels} channels${from.length > 0 ? `, from ${from.join(" and ")}` : ""}`;
  });
  return `${subtitleOf(report)}. ${steps.join("; ")}.`;
}
