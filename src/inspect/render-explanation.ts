/** An explanation as text: the grid line by line, what it says about offsets, then the size. */
import type { AxisExplanation, Explanation, MeetingExplanation } from "./explain.js";
import { bothAxes, decimal } from "./quantities.js";
import type { Derived, Step } from "./steps.js";
import { painter, tableLines, tableWidth, wrapped, type Column, type Paint, type Row } from "./text.js";

export interface ExplainOptions {
  readonly color: boolean;
  /** Columns of the terminal, 100 where it is left out. */
  readonly width?: number;
}

const MARGIN = "  ";

export function renderExplanation(explanation: Explanation, options: ExplainOptions): string {
  const paint = painter(options.color);
  const width = options.width ?? 100;
  const { y, x, alike } = explanation;
  const named = alike ? ([["", y]] as const) : ([["rows", y] as const, ["columns", x] as const] as const);
  const sections = named.flatMap(([name, axis]) => [
    ...gridSection(axis, name, paint, width),
    "",
    ...sizeSection(explanation, axis, name, paint, width),
    "",
  ]);
  const note = alike ? [paint("dim", "Columns are derived as rows are.")] : [];
  const shifts = resizeLines(explanation, width);
  return `${[...heading(explanation, paint, width), "", ...sections, ...shifts, ...note].join("\n").trimEnd()}\n`;
}

function heading(explanation: Explanation, paint: Paint, width: number): string[] {
  const { layer, does, kind, file, line, channels, heightFormula, widthFormula, height, grid } = explanation;
  const place = `${file}:${line}`;
  const title = `${layer}: ${does === kind ? kindWords(explanation) : does}`;
  const gap = " ".repeat(Math.max(2, width - title.length - place.length));
  const at = height === null ? "" : ` (${height}x${explanation.width} at ${sizeText(explanation)})`;
  const facts = [
    `${channels} ${channels === 1 ? "channel" : "channels"}; height ${heightFormula}, width ${widthFormula}${at}.`,
  ];
  if (grid) {
    const both = (of: "stride" | "origin" | "field"): string =>
      bothAxes(decimal(`${grid.y[of]}`), decimal(`${grid.x[of]}`), " and ");
    const [stride, origin, field] = [both("stride"), both("origin"), both("field")];
    facts.push(
      `Its units lie ${stride} px apart on the input; unit 0 is centred on pixel ${origin}; each sees ${field} px.`,
    );
  }
  return [`${paint("bold", title)}${gap}${paint("dim", place)}`, ...wrapped(facts.join(" "), width)];
}

function kindWords({ does, y }: Explanation): string {
  const names = y.meetings.length === 0 ? [] : [y.meetings[0]?.reference, ...y.meetings.map(({ own }) => own)];
  return names.length === 0 ? does : `${does} of ${names.join(", ")}`;
}

function sizeText({ size }: Explanation): string {
  return size ? `${size.height}x${size.width}` : "";
}

/** Lines of a table that belong together, after a line that says what they are. */
interface Part {
  readonly heading: string | null;
  readonly steps: readonly Step[];
}

/** The common way, then each branch, then the layer. */
function partsOf({ trunk, branches, last }: AxisExplanation): Part[] {
  const parting = trunk.at(-1)?.layers.at(-1);
  return [
    { heading: null, steps: trunk },
    ...branches.map(({ to, steps }) => ({
      heading: parting === undefined ? `to ${to}` : `from ${parting} to ${to}`,
      steps,
    })),
    { heading: branches.length > 0 ? "then" : null, steps: [last] },
  ];
}

function gridSection(axis: AxisExplanation, name: string, paint: Paint, width: number): string[] {
  const parts = partsOf(axis);
  const columns = (field: (step: Step) => string): StepColumn[] => [
    { title: "layer", align: "left", cell: layersOf },
    { title: "does", align: "left", cell: ({ does }) => does },
    { title: "stride", align: "right", cell: ({ stride }) => stride },
    { title: "origin", align: "left", cell: ({ origin }) => equation(origin) },
    { title: "field", align: "left", cell: field },
  ];
  const derived = columns(({ field }) => equation(field));
  const chosen = fits(parts, derived, width) ? derived : columns(({ field }) => field.value);
  return [
    paint("bold", titled("Grid", name)) + paint("dim", ": where units lie on the input, and what they see"),
    ...partLines(parts, chosen, paint),
    ...axis.meetings.flatMap((meeting) => offsetLines(meeting, paint)),
  ];
}

function offsetLines({ own, reference, crop, offset, applied }: MeetingExplanation, paint: Paint): string[] {
  const what = crop === null ? `offset between ${own} and ${reference}` : `offset of ${crop}`;
  const meaning = crop === null && offset.value === "0" ? ": they meet unit by unit" : "";
  const why =
    offset.value === "none" ? "their strides differ" : "one of them lies on no grid that holds for every size";
  const otherwise =
    applied === null || `${applied}` === offset.value
      ? []
      : [`${MARGIN}cut at ${applied}, as it is stated and allowed`];
  if (offset.derivation === null)
    return ["", `${MARGIN}${what}: ${paint("accent", offset.value)}, as ${why}`, ...otherwise];
  return [
    "",
    `${MARGIN}${what} = (origin of ${reference} - origin of ${own}) / stride`,
    `${MARGIN}${" ".repeat(what.length)} = ${offset.derivation} = ${paint("accent", offset.value)}${meaning}`,
    ...otherwise,
  ];
}

/** How far resizes to a size shift their maps, which is known at one size alone. */
function resizeLines({ resizes, size }: Explanation, width: number): string[] {
  const texts = resizes.map(({ layer, reference, shift }) => {
    if (shift)
      return `${layer} lies up to ${bothAxes(decimal(shift.y), decimal(shift.x), " and ")} px off ${reference} at ${size?.height}x${size?.width}`;
    return size
      ? `${layer} lies nowhere, so that nothing says how far it is off ${reference}`
      : `where ${layer} lies depends on the size of the input: \`--size\` names one`;
  });
  return texts.length === 0 ? [] : [...texts.flatMap((text) => wrapped(`${text}.`, width)), ""];
}

function sizeSection(
  explanation: Explanation,
  axis: AxisExplanation,
  name: string,
  paint: Paint,
  width: number,
): string[] {
  // Layers that keep the size are left out, but for the input and the layer that is explained.
  const shown = ({ size, does }: Step): boolean => size.derivation !== null || does === "input";
  const parts = partsOf(axis).map((part, i, { length }) =>
    i === length - 1 ? part : { ...part, steps: part.steps.filter(shown) },
  );
  const columns: StepColumn[] = [
    { title: "layer", align: "left", cell: layersOf },
    { title: "does", align: "left", cell: ({ does }) => does },
    { title: "size", align: "left", cell: ({ size }) => size.derivation ?? "" },
    { title: "", align: "left", cell: ({ size }) => `${size.derivation ? "= " : "  "}${size.value}` },
  ];
  const asked = explanation.size?.[name === "columns" ? "width" : "height"];
  if (asked !== undefined)
    columns.push({ title: `at ${asked}`, align: "right", cell: ({ pixels }) => `${pixels ?? ""}` });
  // What layers do stands in the grid's table too.
  const chosen = fits(parts, columns, width) ? columns : columns.filter(({ title }) => title !== "does");
  return [
    paint("bold", titled("Size", name)) + paint("dim", ": n is the size of the map before"),
    ...partLines(parts, chosen, paint),
    ...axis.meetings.flatMap((meeting) => fitLines(meeting, width)),
  ];
}

function fitLines({ crop, fits: fit }: MeetingExplanation, width: number): string[] {
  if (!fit) return [];
  const where = fit.proved === "" ? "" : `, which ${fit.proved === null ? "is undecided" : `holds for ${fit.proved}`}`;
  const numbers = fit.numbers === null ? "" : `; here ${fit.numbers}`;
  return ["", ...wrapped(`${crop} fits where ${fit.formula}${where}${numbers}`, width, MARGIN)];
}

function titled(text: string, name: string): string {
  return name === "" ? text : `${text} of ${name}`;
}

interface StepColumn extends Column {
  readonly cell: (step: Step) => string;
}

function rowsOf(parts: readonly Part[], columns: readonly StepColumn[]): Row[][] {
  return parts.map(({ steps }) => steps.map((step) => ({ cells: columns.map(({ cell }) => cell(step)) })));
}

function fits(parts: readonly Part[], columns: readonly StepColumn[], width: number): boolean {
  return MARGIN.length + tableWidth(columns, rowsOf(parts, columns).flat()) <= width;
}

/** One table whose columns line up over all parts. */
function partLines(parts: readonly Part[], columns: readonly StepColumn[], paint: Paint): string[] {
  const rows = rowsOf(parts, columns);
  const [titles = "", ...lines] = tableLines(columns, rows.flat(), paint).map((line) => MARGIN + line);
  const result = [titles];
  let at = 0;
  parts.forEach(({ heading }, i) => {
    const count = rows[i]?.length ?? 0;
    if (heading !== null && count > 0) result.push(`${MARGIN}${paint("dim", heading)}`);
    result.push(...lines.slice(at, at + count));
    at += count;
  });
  return result;
}

/** `conv3_1..conv3_3` */
function layersOf({ layers }: Step): string {
  const [first = "", ...others] = layers;
  const last = others.at(-1);
  if (last === undefined) return first;
  return others.length === 1 ? `${first}, ${last}` : `${first}..${last}`;
}

function equation({ derivation, value }: Derived): string {
  return derivation === null ? value : `${derivation} = ${value}`;
}
