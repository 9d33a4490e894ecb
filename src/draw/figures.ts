/** Maps as shapes: slabs that go back into the page, circles for fusions, dots for what is left out. */
import { paints, type Paint } from "./look.js";
import type { DrawNode } from "./node.js";
import type { Figure } from "./scale.js";
import { escaped, short, tag } from "./svg.js";

const INK = "#24292f";

/** `x` is the left edge of the front, `axis` the height of its middle. */
export function drawFigure(node: DrawNode | null, figure: Figure, x: number, axis: number): string {
  if (!node || figure.shape === "dots") return dots(figure, x, axis);
  const paint = paints[node.look];
  const strong = node.outputs.length > 0;
  const shape =
    figure.shape === "circle"
      ? circle(node, figure, x, axis, paint, strong)
      : slab(node, figure, x, axis, paint, strong);
  return tag("g", {}, tag("title", {}, escaped(tooltip(node))), shape);
}

function tooltip({ name, does, layer, outputs }: DrawNode): string {
  const { channels, heightFormula, widthFormula, height, width, grid } = layer;
  const size = height === null || width === null ? `${heightFormula} x ${widthFormula}` : `${height} x ${width}`;
  const place = grid ? `, stride ${grid.y.stride}, origin ${grid.y.origin}, receptive field ${grid.y.field}` : "";
  const output = outputs.length > 0 ? `, output ${outputs.join(", ")}` : "";
  return `${name}: ${does}, ${channels} channels, ${size}${place}${output}`;
}

function slab(
  node: DrawNode,
  { width, height, depth }: Figure,
  x: number,
  axis: number,
  paint: Paint,
  strong: boolean,
): string {
  const top = axis - height / 2;
  const stroke = { stroke: INK, "stroke-width": strong ? 1.8 : 0.7, "stroke-linejoin": "round" };
  const points = (...all: readonly (readonly [number, number])[]): string =>
    all.map(([a, b]) => `${short(a)},${short(b)}`).join(" ");
  const right = x + width;
  const dashes = node.look === "crop" && !strong ? "3 2" : undefined;
  return [
    tag("polygon", {
      points: points([x, top], [x + depth, top - depth], [right + depth, top - depth], [right, top]),
      fill: paint.top,
      ...stroke,
    }),
    tag("polygon", {
      points: points(
        [right, top],
        [right + depth, top - depth],
        [right + depth, top + height - depth],
        [right, top + height],
      ),
      fill: paint.side,
      ...stroke,
    }),
    tag("rect", { x, y: top, width, height, fill: paint.front, ...stroke, "stroke-dasharray": dashes }),
    node.look === "block" ? branches(x, axis, width) : "",
  ].join("");
}

/** The sign of a block: lines that part and meet. */
function branches(x: number, axis: number, width: number): string {
  const middle = x + width / 2;
  const d = `M${short(middle)} ${short(axis - 7)}c-6 4 -6 10 0 14c6 -4 6 -10 0 -14`;
  return tag("path", { d, fill: "none", stroke: "#ffffff", "stroke-width": 1.4 });
}

function circle(node: DrawNode, { width }: Figure, x: number, axis: number, paint: Paint, strong: boolean): string {
  const middle = x + width / 2;
  const stroke = { stroke: INK, "stroke-width": strong ? 1.8 : 0.9 };
  const arm = node.sign === "‖" ? 4.5 : 5;
  const signs: Readonly<Record<string, string>> = {
    "+": `M${short(middle - arm)} ${short(axis)}h${2 * arm}M${short(middle)} ${short(axis - arm)}v${2 * arm}`,
    "×": `M${short(middle - 4)} ${short(axis - 4)}l8 8M${short(middle + 4)} ${short(axis - 4)}l-8 8`,
    "‖": `M${short(middle - 2.5)} ${short(axis - arm)}v${2 * arm}M${short(middle + 2.5)} ${short(axis - arm)}v${2 * arm}`,
  };
  return [
    tag("circle", { cx: middle, cy: axis, r: width / 2, fill: paint.front, ...stroke }),
    tag("path", { d: signs[node.sign], stroke: INK, "stroke-width": 1.6, fill: "none" }),
  ].join("");
}

function dots({ width }: Figure, x: number, axis: number): string {
  return [0.2, 0.5, 0.8].map((part) => tag("circle", { cx: x + part * width, cy: axis, r: 1.8, fill: INK })).join("");
}
