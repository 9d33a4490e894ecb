/** The report as a table for people. */
import { bothAxes, bytes, decimal, grouped, scaled } from "./quantities.js";
import type { InspectLayer, InspectReport } from "./report.js";
import {
  columnWidths,
  painter,
  shortened,
  tableLines,
  tableWidth,
  wrapped,
  type Column,
  type Paint,
  type Row,
} from "./text.js";

export interface TableOptions {
  readonly color: boolean;
  /** Columns of the terminal; no line is longer. */
  readonly width: number;
}

const MARGIN = "  ";
/** A narrower terminal breaks the table as it likes. */
const LEAST_WIDTH = 60;
/** Names and formulas are never cut below so many characters. */
const SHORTEST_CUT = 8;

export function renderInspect(report: InspectReport, options: TableOptions): string {
  const paint = painter(options.color);
  const width = Math.max(options.width, LEAST_WIDTH);
  return `${[
    ...heading(report, paint, width),
    "",
    ...layerTable(report, paint, width),
    "",
    ...cropTable(report, paint),
    ...totals(report, paint, width),
  ].join("\n")}\n`;
}

function heading(report: InspectReport, paint: Paint, width: number): string[] {
  const at = report.size ? `at ${report.size.height}x${report.size.width}` : "for every size, in formulas";
  const inputs = report.inputs.map(
    ({ name, format, heightFormula, widthFormula, channels }) =>
      `${name}: ${format}[${heightFormula}, ${widthFormula}, ${channels}]`,
  );
  const outputs = report.outputs.map(({ name, classes }) => `${name}: ${classes} classes`);
  const flow = shortened(`${inputs.join(", ")} -> ${outputs.join(", ")}`, width);
  return [`${paint("bold", report.net)} ${at}`, paint("dim", flow)];
}

/** A layer with the unnamed activations and dropouts that follow it in place. */
interface Group {
  readonly layer: InspectLayer;
  readonly followers: readonly InspectLayer[];
}

/** `conv1_1/relu` is part of the row of `conv1_1`: it changes neither size nor grid, and has no weights. */
export function folded(layers: readonly InspectLayer[]): Group[] {
  const groups = new Map<string, { readonly layer: InspectLayer; readonly followers: InspectLayer[] }>();
  const headOf = new Map<string, string>();
  for (const layer of layers) {
    const [input] = layer.inputs;
    const head = input === undefined ? undefined : headOf.get(input);
    const group = head === undefined ? undefined : groups.get(head);
    if (group && layer.inPlace && layer.name.startsWith(`${group.layer.name}/`)) {
      group.followers.push(layer);
      headOf.set(layer.name, group.layer.name);
    } else {
      groups.set(layer.name, { layer, followers: [] });
      headOf.set(layer.name, layer.name);
    }
  }
  return [...groups.values()];
}

/** Whether widths are what heights are, with the width's symbol in place of the height's. */
function widthsAlike(report: InspectReport): boolean {
  const symbols = new Map<string, string>();
  for (const { heightFormula, widthFormula } of report.inputs) symbols.set(heightFormula, widthFormula);
  return report.layers.every(({ heightFormula, widthFormula }) => {
    const translated = heightFormula.replace(/\b[A-Za-z_]\w*\b/g, (word) => symbols.get(word) ?? word);
    return translated === widthFormula;
  });
}

interface TableColumn extends Column {
  /** Columns that give way where the terminal is narrow, the highest first. */
  readonly yields: number;
  readonly cell: (group: Group) => string;
}

function layerTable(report: InspectReport, paint: Paint, width: number): string[] {
  const groups = folded(report.layers);
  const room = width - MARGIN.length;
  let columns = columnsFor(report);
  let rows = rowsOf(groups, columns);
  while (tableWidth(columns, rows) > room) {
    const weakest = Math.max(...columns.map(({ yields }) => yields));
    if (weakest === 0) break;
    columns = columns.filter(({ yields }) => yields < weakest);
    rows = rowsOf(groups, columns);
  }
  return tableLines(columns, rows, paint, longestCell(columns, rows, room)).map((line) => MARGIN + line);
}

function rowsOf(groups: readonly Group[], columns: readonly TableColumn[]): Row[] {
  return groups.map((group) => ({
    cells: columns.map(({ cell }) => cell(group)),
    ...(group.layer.kind === "crop" && { style: "accent" as const }),
  }));
}

/** How long cells may be for the table to fit: where formulas or names are too long, the longest are cut. */
function longestCell(columns: readonly Column[], rows: readonly Row[], room: number): number {
  const widths = columnWidths(columns, rows);
  const excess = tableWidth(columns, rows) - room;
  let longest = Math.max(...widths);
  const cut = (limit: number): number => widths.reduce((sum, width) => sum + Math.max(0, width - limit), 0);
  while (longest > SHORTEST_CUT && cut(longest) < excess) longest--;
  return longest;
}

function columnsFor(report: InspectReport): TableColumn[] {
  const column = (title: string, align: Column["align"], yields: number, cell: (group: Group) => string) => ({
    title,
    align,
    yields,
    cell,
  });
  const count = (value: number | null): string => (value ? grouped(value) : "");
  const layer = column("layer", "left", 0, ({ layer: { name }, followers }) =>
    [name, ...followers.map(({ kind }) => `+${kind}`)].join(" "),
  );
  const sizes = report.size
    ? [column("size", "right", 0, ({ layer: { height, width } }) => `${height}x${width}`)]
    : widthsAlike(report)
      ? [column("height (width alike)", "left", 0, ({ layer: { heightFormula } }) => heightFormula)]
      : [
          column("height", "left", 0, ({ layer: { heightFormula } }) => heightFormula),
          column("width", "left", 0, ({ layer: { widthFormula } }) => widthFormula),
        ];
  const axes = (group: Group, of: "stride" | "origin" | "field"): string => {
    const { grid } = group.layer;
    if (!grid) return "";
    return bothAxes(decimal(`${grid.y[of]}`), decimal(`${grid.x[of]}`), of === "origin" ? ", " : "x");
  };
  return [
    layer,
    column("kind", "left", 2, ({ layer: { kind } }) => kind),
    column("channels", "right", 0, ({ layer: { channels } }) => `${channels}`),
    ...sizes,
    column("stride", "right", 0, (group) => axes(group, "stride")),
    column("origin", "right", 0, (group) => axes(group, "origin")),
    column("field", "right", 0, (group) => axes(group, "field")),
    column("parameters", "right", 1, ({ layer: { parameters } }) => count(parameters)),
    ...(report.size
      ? [column("MACs", "right", 1, ({ layer: { multiplyAccumulates: work } }) => (work ? scaled(work) : ""))]
      : []),
  ];
}

function cropTable({ crops }: InspectReport, paint: Paint): string[] {
  if (crops.length === 0) return [];
  const pair = ([y, x]: readonly [number, number]): string => bothAxes(`${y}`, `${x}`);
  const columns: Column[] = [
    { title: "crop", align: "left" },
    { title: "offset", align: "right" },
    { title: "", align: "left" },
  ];
  const rows = crops.map(({ layer, offset, stated }) => ({
    cells: [layer, pair(offset), stated ? "as stated" : "derived"],
  }));
  return [...tableLines(columns, rows, paint).map((line) => MARGIN + line), ""];
}

function totals(report: InspectReport, paint: Paint, width: number): string[] {
  const { parameters, memory, multiplyAccumulates } = report;
  const frozen = parameters.frozen === 0 ? "" : ` (${grouped(parameters.frozen)} frozen)`;
  const facts: [string, string][] = [
    ["parameters", `${grouped(parameters.total)}${frozen}, ${bytes(memory.weightBytes)}`],
  ];
  if (multiplyAccumulates !== null) facts.push(["multiply-accumulates", scaled(multiplyAccumulates, 1)]);
  if (memory.activationBytes !== null) facts.push(["activations", bytes(memory.activationBytes)]);
  const valid = Object.values(report.validFor).map(({ text, undecided }) => undecided ?? text);
  if (valid.length > 0) facts.push(["valid for", valid.join(", ")]);
  const label = Math.max(...facts.map(([name]) => name.length)) + 2;
  return facts.flatMap(([name, text]) =>
    wrapped(text, width - MARGIN.length - label).map(
      (line, i) => `${MARGIN}${paint("dim", (i === 0 ? name : "").padEnd(label))}${line}`,
    ),
  );
}
