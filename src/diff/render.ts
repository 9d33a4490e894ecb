/** A difference between nets as text for a terminal. */
import { bytes, grouped, scaled } from "../inspect/quantities.js";
import { painter, tableLines, type Column, type Paint, type Row } from "../inspect/text.js";
import type { Change } from "./change.js";
import type { LayerDiff, NetDiff, TotalChange } from "./diff.js";

const ARROW = "->";
/** Longer formulas are cut: the JSON has them in full. */
const LONGEST_CELL = 64;
/** Of a long list of names. */
const FEW = 3;

export function renderDiff(diff: NetDiff, options: { readonly color: boolean }): string {
  const paint = painter(options.color);
  const { before, after } = diff;
  const title = `${paint("bold", `${before.net} ${ARROW} ${after.net}`)}  ${paint("dim", `${before.file} ${ARROW} ${after.file}`)}`;
  if (diff.same) return `${title}\n\n  no differences\n`;
  const sections = [
    layerSection(diff, paint),
    derivedSection(diff, paint),
    changeSection("crop offsets", diff.crops, paint),
    changeSection("inputs and outputs", diff.outputs, paint),
    changeSection("works for", diff.validFor, paint),
    changeSection("recipe and targets", diff.recipe, paint),
    totalSection(diff.totals, paint),
  ];
  return `${[title, ...sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"))].join("\n\n")}\n`;
}

/** What was written otherwise: layers that came and went, and settings. */
function layerSection(diff: NetDiff, paint: Paint): string[] {
  const layers = withoutFollowers(diff.layers, ({ what, written }) => `${what} ${written.length > 0}`);
  const shown = layers.filter(({ layer }) => layer.what !== "changed" || layer.written.length > 0);
  const rows = shown.map(({ layer, name }): Row => {
    const { what, kind, channels, written } = layer;
    const mark = what === "added" ? "+" : what === "removed" ? "-" : "~";
    const changes = written.map(({ what: setting, before, after }) => `${setting}: ${besides(before, after)}`);
    const about = what === "changed" ? changes.join(", ") : `${channels} channels`;
    return { cells: [mark, name, kind, about], ...(what === "changed" ? {} : { style: "accent" as const }) };
  });
  const others = layers.filter((entry) => !shown.includes(entry));
  const renamed = others.filter(({ layer }) => isRenamed(layer)).map(({ layer }) => nameOf(layer));
  const moved = diff.layers.filter(({ what, written }) => what === "changed" && written.length === 0).length;
  const rest = [
    ...(diff.equalLayers > 0 ? [`${diff.equalLayers} equal`] : []),
    ...(moved > 0 ? [`${moved} written alike${renamed.length > 0 ? " but for names" : ""}`] : []),
  ];
  const few = renamed.slice(0, FEW).join(", ");
  return [
    paint("dim", "layers"),
    ...indented(tableLines(untitled(4), rows, paint)),
    ...(renamed.length > 0
      ? [`  ~  renamed: ${few}${renamed.length > FEW ? ` and ${renamed.length - FEW} more` : ""}`]
      : []),
    ...(rest.length > 0 ? [`  ${paint("dim", `=  ${rest.join(", ")}`)}`] : []),
  ];
}

/** Layers with the unnamed ones that follow them, `conv1_1 +relu`, where the same is said of both. */
function withoutFollowers(
  layers: readonly LayerDiff[],
  saying: (layer: LayerDiff) => string,
): { readonly layer: LayerDiff; readonly name: string }[] {
  const kept: { readonly layer: LayerDiff; name: string }[] = [];
  for (const layer of layers) {
    const own = layer.after ?? layer.before ?? "";
    const leader = kept.find((entry) => own.startsWith(`${entry.layer.after ?? entry.layer.before ?? ""}/`));
    if (leader && saying(leader.layer) === saying(layer)) leader.name += ` +${layer.kind}`;
    else kept.push({ layer, name: nameOf(layer) });
  }
  return kept;
}

/** What came of it: sizes, grids and parameters of the layers that both nets have. */
function derivedSection({ layers, size }: NetDiff, paint: Paint): string[] {
  const geometry = ({ derived }: LayerDiff): string =>
    JSON.stringify(derived.filter(({ what }) => what !== "parameters"));
  const changed = withoutFollowers(
    layers.filter(({ derived }) => derived.length > 0),
    geometry,
  );
  if (changed.length === 0) return [];
  const kinds = new Set(changed.flatMap(({ layer }) => layer.derived.map(({ what }) => what)));
  // A width that is derived as the height is says nothing new.
  const alike = changed.every(
    ({ layer }) => symbolless(cellOf(layer, "width")) === symbolless(cellOf(layer, "height")),
  );
  const whats = order.filter((what) => kinds.has(what) && !(alike && what === "width"));
  const title = (what: string): string => (alike && what === "height" ? "height (width alike)" : what);
  const columns = ["layer", ...whats.map(title)].map((text): Column => ({ title: text, align: "left" }));
  const rows = changed.map(({ layer }): Row => ({
    cells: [layer.after ?? "", ...whats.map((what) => cellOf(layer, what))],
  }));
  const at = size ? `geometry at ${size.height}x${size.width}` : "geometry";
  return [paint("dim", at), ...indented(tableLines(columns, rows, paint, LONGEST_CELL))];
}

function cellOf({ derived }: LayerDiff, what: string): string {
  const change = derived.find((other) => other.what === what);
  if (!change) return "";
  const text = (value: string | null): string => (what === "parameters" ? grouped(Number(value)) : (value ?? ""));
  return `${text(change.before)} ${ARROW} ${text(change.after)}`;
}

const order: readonly string[] = ["channels", "height", "width", "size", "stride", "origin", "field", "parameters"];

function symbolless(text: string): string {
  return text.replace(/\b(?!floor\b|ceil\b)[A-Za-z]\w*/g, "n");
}

function changeSection(title: string, changes: readonly Change[], paint: Paint): string[] {
  if (changes.length === 0) return [];
  const rows = changes.map(({ what, before, after }): Row => ({
    cells: [before === null ? "+" : after === null ? "-" : "~", what, besides(before, after)],
  }));
  return [paint("dim", title), ...indented(tableLines(untitled(3), rows, paint))];
}

function totalSection(totals: readonly TotalChange[], paint: Paint): string[] {
  if (totals.length === 0) return [];
  const rows = totals.map(({ what, before, after, size }): Row => {
    const text = textOf(what);
    const change = before !== null && after !== null ? signed(after - before, text) : "";
    const named = what === "activation bytes" ? "activations" : what;
    const at = size ? ` at ${size.height}x${size.width}` : "";
    return {
      cells: [`${named}${at}`, before === null ? "?" : text(before), ARROW, after === null ? "?" : text(after), change],
    };
  });
  const columns: Column[] = (["left", "right", "left", "right", "right"] as const).map((align) => ({
    title: "",
    align,
  }));
  return [paint("dim", "totals"), ...indented(tableLines(columns, rows, paint))];
}

function textOf(what: TotalChange["what"]): (value: number) => string {
  return what === "activation bytes" ? bytes : what === "multiply-accumulates" ? scaled : grouped;
}

function signed(difference: number, text: (value: number) => string): string {
  return `${difference < 0 ? "-" : "+"}${text(Math.abs(difference))}`;
}

function nameOf({ before, after }: LayerDiff): string {
  return before !== null && after !== null && before !== after
    ? `${before} ${ARROW} ${after}`
    : (after ?? before ?? "");
}

function isRenamed({ before, after }: LayerDiff): boolean {
  return before !== null && after !== null && before !== after;
}

function besides(before: string | null, after: string | null): string {
  if (before === null) return after ?? "";
  return after === null ? before : `${before} ${ARROW} ${after}`;
}

function untitled(count: number): Column[] {
  return Array.from({ length: count }, () => ({ title: "", align: "left" }));
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
