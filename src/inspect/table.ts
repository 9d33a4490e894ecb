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
    ...resizeTable(report, paint),
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
  readonly cell: (group: Group) => string;
}

type Omission = "kind" | "followers" | "parameters" | "MACs";

/**
 * What a table leaves out where the terminal is narrow, each time one thing more, and how far cells may be cut instead:
 * better a long name that is cut a little than a column less.
 */
const omissions: readonly { readonly omitted: readonly Omission[]; readonly least: number }[] = [
  { omitted: [], least: Infinity },
  { omitted: ["kind"], least: Infinity },
  { omitted: ["kind", "followers"], least: 24 },
  { omitted: ["kind", "followers", "parameters"], least: 24 },
  { omitted: ["kind", "followers", "parameters", "MACs"], least: 0 },
];

function layerTable(report: InspectReport, paint: Paint, width: number): string[] {
  const groups = folded(report.layers);
  const room = width - MARGIN.length;
  for (const { omitted, least } of omissions) {
    const columns = columnsFor(report, omitted);
    const rows = rowsOf(groups, columns);
    const longest = longestCell(columns, rows, room);
    if (tableWidth(columns, rows) <= room || longest >= least)
      return tableLines(columns, rows, paint, longest).map((line) => MARGIN + line);
  }
  return [];
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

function columnsFor(report: InspectReport, omitted: readonly Omission[]): TableColumn[] {
  const shown = (what: Omission): boolean => !omitted.includes(what);
  const left = (title: string, cell: TableColumn["cell"]): TableColumn => ({ title, align: "left", cell });
  const right = (title: string, cell: TableColumn["cell"]): TableColumn => ({ title, align: "right", cell });
  const layer = left("layer", ({ layer: { name }, followers }) =>
    [name, ...(shown("followers") ? followers.map(({ kind }) => `+${kind}`) : [])].join(" "),
  );
  const sizes = report.size
    ? [right("size", ({ layer: { height, width } }) => `${height}x${width}`)]
    : widthsAlike(report)
      ? [left("height (width alike)", ({ layer: { heightFormula } }) => heightFormula)]
      : [
          left("height", ({ layer: { heightFormula } }) => heightFormula),
          left("width", ({ layer: { widthFormula } }) => widthFormula),
        ];
  const axes = ({ layer: { grid } }: Group, of: "stride" | "origin" | "field"): string =>
    grid ? bothAxes(decimal(`${grid.y[of]}`), decimal(`${grid.x[of]}`), of === "origin" ? ", " : "x") : "-";
  return [
    layer,
    ...(shown("kind") ? [left("kind", ({ layer: { kind } }) => kind)] : []),
    right("channels", ({ layer: { channels } }) => `${channels}`),
    ...sizes,
    right("stride", (group) => axes(group, "stride")),
    right("origin", (group) => axes(group, "origin")),
    right("field", (group) => axes(group, "field")),
    ...(shown("parameters")
      ? [right("parameters", ({ layer: { parameters } }) => (parameters ? grouped(parameters) : ""))]
      : []),
    ...(report.size && shown("MACs")
      ? [
          right("MACs", ({ layer: { multiplyAccumulates } }) =>
            multiplyAccumulates ? scaled(multiplyAccumulates) : "",
          ),
        ]
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
  const rows = crops.map(({ layer, offset, derived, stated }) => {
    const differs = `${offset}` !== `${derived}`;
    const against = derived ? `the grids demand ${pair(derived)}` : "the grids allow none";
    return { cells: [layer, pair(offset), stated ? `as stated${differs ? `; ${against}` : ""}` : "derived"] };
  });
  return [...tableLines(columns, rows, paint).map((line) => MARGIN + line), ""];
}

/** What resizing to a size shifts; without a size, that it depends on one. */
function resizeTable({ resizes }: InspectReport, paint: Paint): string[] {
  if (resizes.length === 0) return [];
  const columns: Column[] = [
    { title: "resize", align: "left" },
    { title: "to", align: "left" },
    { title: "largest shift", align: "right" },
  ];
  const rows = resizes.map(({ layer, reference, shift }) => ({
    cells: [layer, reference, shift ? `${bothAxes(decimal(shift.y), decimal(shift.x), ", ")} px` : "-"],
  }));
  return [...tableLines(columns, rows, paint).map((line) => MARGIN + line), ""];
}

function totals(report: InspectReport, paint: Paint, width: number): string[] {
  const { parameters, memory, multiplyAccumulates } = report;
  const fixed = parameters.frozen - parameters.statistics;
  const untrained = [
    ...(fixed > 0 ? [`${grouped(fixed)} frozen`] : []),
    ...(parameters.statistics > 0 ? [`${grouped(parameters.statistics)} statistics`] : []),
  ];
  const frozen = untrained.length === 0 ? "" : ` (${untrained.join(", ")})`;
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
