/** What stands beside maps: their names and channels, size, stride and receptive field. */
import { bothAxes, decimal } from "../inspect/quantities.js";
import { blockName } from "./blocks.js";
import type { DrawNode } from "./node.js";
import { middleCut, prettyFormula, rangeOfNames, textWidth } from "./text.js";

export interface LabelLine {
  readonly strong: string;
  readonly plain: string;
}

export type Label = readonly LabelLine[];

export const LABEL_SIZE = 10.5;
export const LINE_HEIGHT = 13;
const LONGEST_NAME = 22;
const MOST_NAMES = 7;

export function labelOf(runs: readonly (readonly DrawNode[])[]): Label {
  const nodes = runs.flat();
  const names = runs.map(nameLine);
  const shown =
    names.length <= MOST_NAMES
      ? names
      : [
          ...names.slice(0, MOST_NAMES - 2),
          { strong: "⋯", plain: `${names.length - MOST_NAMES + 1} more` },
          ...names.slice(-1),
        ];
  const facts = [...sizeTexts(nodes), strideText(nodes), fieldText(nodes)];
  return [...shown, ...facts.filter((fact) => fact !== "").map((plain) => ({ strong: "", plain }))];
}

function nameLine(run: readonly DrawNode[]): LabelLine {
  const [first] = run;
  const last = run.at(-1);
  if (!first || !last) return { strong: "", plain: "" };
  const name = (node: DrawNode): string => (node.look === "block" ? blockName(node) : node.name);
  const strong = middleCut(rangeOfNames(name(first), name(last)), LONGEST_NAME);
  const count = run.length > 3 ? `${run.length} maps, ` : "";
  const channels = last.look === "input" ? `${first.layer.channels} in` : `${last.layer.channels} ch`;
  const output = last.outputs.length > 0 ? " → output" : "";
  return { strong, plain: `${count}${channels}${output}` };
}

/** The size, or in two lines the first and the last one of maps that lose rows to kernels. */
function sizeTexts(nodes: readonly DrawNode[]): string[] {
  const [first = "", ...others] = new Set(nodes.map(sizeOf));
  const last = others.at(-1);
  if (last === undefined) return [first];
  return first.length + last.length < 18 ? [`${first} … ${last}`] : [`${first} …`, `… ${last}`];
}

/** `H`, or `H × W` where the width is not derived as the height is; numbers at a size. */
function sizeOf({ look, layer: { height, width, heightFormula, widthFormula } }: DrawNode): string {
  if (height !== null && width !== null) return `${height} × ${width}`;
  const [tall, wide] = [prettyFormula(heightFormula), prettyFormula(widthFormula)];
  if (look === "input") return `${tall} × ${wide}`;
  const symbol = (text: string): string => text.replace(/[A-Za-z]\w*/g, "n");
  return symbol(tall) === symbol(wide) ? tall : `${tall} × ${wide}`;
}

function strideText(nodes: readonly DrawNode[]): string {
  const [first] = nodes;
  if (!first || first.look === "input") return "";
  const { grid } = first.layer;
  return grid ? `stride ${bothAxes(decimal(grid.y.stride), decimal(grid.x.stride), " × ")}` : "no fixed stride";
}

function fieldText(nodes: readonly DrawNode[]): string {
  if (nodes[0]?.look === "input") return "";
  const fields = nodes.flatMap(({ layer: { grid } }) =>
    grid ? [bothAxes(`${grid.y.field}`, `${grid.x.field}`, " × ")] : [],
  );
  const [first] = fields;
  const last = fields.at(-1);
  if (first === undefined || last === undefined) return "";
  return first === last ? `field ${first}` : `field ${first}–${last}`;
}

/** In pixels. */
export function labelSize(label: Label): { readonly width: number; readonly height: number } {
  const width = Math.max(0, ...label.map(lineWidth));
  return { width, height: label.length * LINE_HEIGHT };
}

export function lineWidth({ strong, plain }: LabelLine): number {
  const space = strong && plain ? 4 : 0;
  return textWidth(strong, LABEL_SIZE, true) + space + textWidth(plain, LABEL_SIZE);
}
