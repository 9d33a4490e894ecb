/** Blocks in full: each structure once, as boxes along its branches. */
import { blockName } from "./blocks.js";
import { paints } from "./look.js";
import type { DrawNode } from "./node.js";
import { arrange, BOX_HEIGHT, type Arrangement } from "./panel-layout.js";
import { escaped, pathThrough, tag } from "./svg.js";
import { middleCut, textWidth } from "./text.js";

export interface Panel {
  readonly width: number;
  readonly height: number;
  readonly draw: (x: number, y: number) => string;
}

const TITLE = 11;
const HEAD = 26;
const INK = "#24292f";
const LINE = "#57606a";

/** One panel for each structure; kernels, strides and channels may differ among blocks of one panel. */
export function panelsOf(nodes: readonly DrawNode[], width: number): Panel[] {
  const groups = new Map<string, DrawNode[]>();
  for (const node of nodes.filter(({ parts }) => parts.length > 0)) {
    const key = outlineOf(node);
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => (first ? [panelOf(first, others, width)] : []));
}

function outlineOf({ parts }: DrawNode): string {
  const place = new Map(parts.map((part, i) => [part.name, i]));
  return parts
    .map(({ layer, links }) => `${layer.kind}(${links.map(({ from }) => place.get(from) ?? "in").join(" ")})`)
    .join(";");
}

function panelOf(block: DrawNode, others: readonly DrawNode[], limit: number): Panel {
  const arranged = arrange(block);
  const name = blockName(block);
  const alike = others.map(blockName);
  const shown = fitting(alike, limit - textWidth(name, TITLE, true) - 60);
  const title = alike.length > 0 ? `; built alike: ${shown}` : "";
  const width = Math.max(arranged.width, textWidth(name, TITLE, true) + textWidth(title, TITLE) + 12);
  return {
    width,
    height: HEAD + arranged.height,
    draw: (x, y) =>
      tag(
        "g",
        { transform: `translate(${x} ${y})` },
        tag(
          "text",
          { x: 0, y: 13, "font-size": TITLE, fill: LINE },
          tag("tspan", { "font-weight": 600, fill: INK }, escaped(name)),
          escaped(title),
        ),
        tag("g", { transform: `translate(0 ${HEAD})` }, ...drawArranged(arranged)),
      ),
  };
}

function fitting(names: readonly string[], width: number): string {
  let text = names[0] ?? "";
  for (const [i, name] of names.entries()) {
    if (i === 0) continue;
    const longer = `${text}, ${name}`;
    if (textWidth(`${longer} and 99 more`, TITLE) > width) return `${text} and ${names.length - i} more`;
    text = longer;
  }
  return text;
}

function drawArranged({ boxes, lines, entry, exit }: Arrangement): string[] {
  const dot = ({ x, y, sign }: { x: number; y: number; sign: string }): string =>
    tag("circle", { cx: x, cy: y, r: sign ? 9 : 3.5, fill: sign ? paints.fuse.front : INK, stroke: INK }) +
    (sign
      ? tag("text", { x, y: y + 4, "text-anchor": "middle", "font-size": 12, "font-weight": 700, fill: INK }, sign)
      : "");
  return [
    ...lines.map((points) => tag("path", { d: pathThrough(points), fill: "none", stroke: LINE, "stroke-width": 1.2 })),
    ...boxes.map(({ node, x, y, width, title, detail }) =>
      tag(
        "g",
        {},
        tag("title", {}, escaped(`${node.name}: ${node.does}, ${node.layer.channels} channels`)),
        tag("rect", {
          x,
          y: y - BOX_HEIGHT / 2,
          width,
          height: BOX_HEIGHT,
          rx: 3,
          fill: "#ffffff",
          stroke: INK,
          "stroke-width": 0.8,
        }),
        tag("rect", {
          x,
          y: y - BOX_HEIGHT / 2,
          width: 7,
          height: BOX_HEIGHT,
          fill: paints[node.look].front,
          stroke: INK,
          "stroke-width": 0.8,
        }),
        tag(
          "text",
          { x: x + 12, y: y - 3, "font-size": 10, "font-weight": 600, fill: INK },
          escaped(middleCut(title, 28)),
        ),
        tag("text", { x: x + 12, y: y + 9, "font-size": 10, fill: "#4b5560" }, escaped(detail)),
      ),
    ),
    dot({ ...entry, sign: "" }),
    dot(exit),
  ];
}
