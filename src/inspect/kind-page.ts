/** The reference page of a layer kind, made from its own file: what it does, its parameters, an example. */
import type { InputRule, LayerKind, Parameter } from "../model/layer-kind.js";
import { painter, tableLines, wrapped, type Column } from "./text.js";

export interface KindPage {
  readonly name: string;
  readonly summary: string;
  /** Markdown. */
  readonly documentation: string;
  readonly example: string;
  readonly inputs: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: string;
    /** As it is written, or null where the parameter must be given. */
    readonly default: string | null;
    readonly documentation: string;
  }[];
}

const inputWords: Readonly<Record<InputRule, string>> = {
  one: "one map",
  many: "two maps or more; `crop: auto` crops those after the first to it",
  target: "a map, and with `to:` another one whose size it takes",
  reference: "a map, and with `to:` the one whose size and grid it takes",
};

export function kindPage(kind: LayerKind): KindPage {
  return {
    name: kind.name,
    summary: kind.summary,
    documentation: kind.documentation.trim(),
    example: kind.example,
    inputs: inputWords[kind.inputs],
    parameters: Object.entries(kind.parameters).map(([name, parameter]) => ({
      name,
      type: typeText(parameter),
      default: defaultText(parameter),
      documentation: parameter.documentation,
    })),
  };
}

export function explainKind(kind: LayerKind, options: { color?: boolean; width?: number } = {}): string {
  const { color = false, width = 100 } = options;
  const paint = painter(color);
  const page = kindPage(kind);
  const columns: Column[] = ["parameter", "type", "default", ""].map((title) => ({ title, align: "left" }));
  const rows = page.parameters.map(({ name, type, default: usual, documentation }) => ({
    cells: [name, type, usual ?? "", documentation],
  }));
  const paragraphs = page.documentation.split(/\n\s*\n/).flatMap((paragraph) => ["", ...wrapped(paragraph, width)]);
  const table = rows.length === 0 ? [] : ["", ...tableLines(columns, rows, paint).map((line) => `  ${line}`)];
  return `${[
    `${paint("bold", page.name)}: ${page.summary}`,
    "",
    `    ${paint("accent", page.example)}`,
    ...paragraphs,
    "",
    ...wrapped(`Takes ${page.inputs}.`, width),
    ...table,
  ].join("\n")}\n`;
}

function typeText(parameter: Parameter): string {
  switch (parameter.type) {
    case "count":
      return "count";
    case "pixels":
      return "pixels or HxW";
    case "extent":
      return "size or HxW";
    case "factor":
      return "factor, `2x`";
    case "number": {
      const { least, below } = parameter;
      const bounds = [...(least === undefined ? [] : [`>= ${least}`]), ...(below === undefined ? [] : [`< ${below}`])];
      return ["number", ...bounds].join(" ");
    }
    case "numbers":
      return "list of numbers";
    case "flag":
      return "true or false";
    case "word":
      return parameter.words.join(" or ");
    case "init":
      return "initializer";
    case "offset":
      return "auto, pixels or [y, x]";
  }
}

/** Null defaults are worked out by the kind, which its documentation explains. */
function defaultText(parameter: Parameter): string | null {
  if (parameter.type === "offset") return "auto";
  if (parameter.type === "factor" || parameter.default === undefined) return null;
  if (parameter.default === null) return "derived";
  if (typeof parameter.default !== "object") return `${parameter.default}`;
  const initializer = parameter.default;
  switch (initializer.kind) {
    case "constant":
      return `constant(${initializer.value})`;
    case "gaussian":
      return `gaussian(std: ${initializer.std})`;
    default:
      return initializer.kind;
  }
}
