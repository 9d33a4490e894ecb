/** A load plan for people: how many tensors of each kind, and all that are not simply copied. */
import { visible } from "../../diagnostics/columns.js";
import type { Initializer } from "../../model/plan.js";
import {
  loadKinds,
  type LoadKind,
  type LoadPlan,
  type LoadStep,
  type LoadWarning,
  type TensorLoad,
} from "./load-plan.js";

/** Lines of one kind that are shown; JSON has them all. */
const MOST = 20;

/** Lines without colours, without a full stop at their ends; the last one has no line break. */
export function renderLoadPlan(load: LoadPlan): string {
  const rows = [...loadKinds.flatMap((kind) => rowsOf(load, kind)), ...unusedRows(load)];
  const widths = [0, 1, 2].map((column) =>
    Math.max(0, ...rows.map((row) => (row.length > 2 ? (row[column]?.length ?? 0) : 0))),
  );
  const lines = rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
  return [...headOf(load), `  ${countsOf(load)}`, ...lines].join("\n");
}

function headOf({ net, sources }: LoadPlan): string[] {
  if (sources.length === 0) return [`${net} from its initializers`];
  return sources.map(({ file, suffix, rename, names, layout, channels, classes }, index) => {
    const said = [
      ...(names === null ? [] : [`names of ${names.title}`]),
      ...(suffix === "" ? [] : [`suffix "${suffix}"`]),
      ...Object.entries(rename).map(([from, to]) => `${from} as ${to}`),
      ...(layout === "pytorch" || names !== null ? [] : [`layout ${layout}`]),
      ...(channels === null ? [] : [`channels: ${channels}`]),
      ...(classes === null ? [] : [`classes: ${classes}`]),
    ];
    const head = index === 0 ? `${net} from ` : "  and ";
    return `${head}${file}${said.length > 0 ? ` (${said.join(", ")})` : ""}`;
  });
}

function countsOf({ tensors, unused }: LoadPlan): string {
  const counts = loadKinds.flatMap((kind) => {
    const count = tensors.filter((tensor) => tensor.kind === kind).length;
    return count > 0 ? [`${count} ${kind}`] : [];
  });
  return [...counts, ...(unused.length > 0 ? [`${unused.length} unused`] : [])].join(", ");
}

/** kind, tensor, where from, what is done. */
function rowsOf(load: LoadPlan, kind: LoadKind): string[][] {
  if (kind === "copied") return [];
  const found = load.tensors.filter((tensor) => tensor.kind === kind);
  // What the compiler makes itself when nothing else does is as it should be.
  if (kind === "generated") return [];
  const rows = found.map((tensor) => [kind, shaped(tensor), sourceOf(load, tensor), doneTo(tensor)]);
  return limited(kind === "reshaped" ? gathered(found, rows) : rows, kind);
}

/** What a whole file is alike in is said once: that its kernels lie in another order. */
function gathered(found: readonly TensorLoad[], rows: string[][]): string[][] {
  const isReordered = (tensor: TensorLoad | undefined): boolean =>
    tensor?.steps.length === 1 && tensor.steps[0]?.step === "transpose";
  const reordered = found.filter(isReordered);
  if (reordered.length < 2) return rows;
  const rest = rows.filter((_, index) => !isReordered(found[index]));
  return [["reshaped", `${reordered.length} kernels`, "", reordered[0] ? doneTo(reordered[0]) : ""], ...rest];
}

function limited(rows: string[][], what: string): string[][] {
  return rows.length <= MOST ? rows : [...rows.slice(0, MOST), [what, `and ${rows.length - MOST} more`]];
}

function unusedRows(load: LoadPlan): string[][] {
  const rows = load.unused.map(({ nearest, source, ...tensor }) => [
    "unused",
    shaped(tensor),
    severalFiles(load.sources) ? `of ${load.sources[source]?.file}` : "",
    nearest === null ? "" : `is it \`${nearest}\`?`,
  ]);
  return limited(rows, "unused");
}

const severalFiles = (sources: LoadPlan["sources"]): boolean => new Set(sources.map(({ file }) => file)).size > 1;

const shaped = ({ name, shape }: { readonly name: string; readonly shape: readonly number[] }): string =>
  `${visible(name)} [${shape.join(", ")}]`;

function sourceOf({ sources }: LoadPlan, { from, name }: TensorLoad): string {
  if (from === null) return "";
  const file = severalFiles(sources) ? ` of ${sources[from.source]?.file}` : "";
  const renamed = from.name === name ? `[${from.shape.join(", ")}]` : shaped(from);
  return `from ${renamed}${file}`;
}

function doneTo({ steps, init }: TensorLoad): string {
  const done = steps.flatMap((step) => stepText(step));
  const made = init === null ? [] : [steps.length > 0 ? `the rest ${initText(init)}` : initText(init)];
  return [...done, ...made].join(", ");
}

function stepText(step: LoadStep): string[] {
  switch (step.step) {
    case "reshape":
      return [];
    case "transpose":
      return [`${orderText(step.axes)} to OIHW`];
    case "spread":
      return [`${step.groups} groups, zero between them`];
    case "group":
      return [`into ${step.groups} groups, where all is zero between them`];
    case "channels":
      return [step.rule === "reverse" ? "colours reversed" : channelText(step.matrix, step.rule)];
    case "resize":
      return [`the first ${step.copied[0]} copied`];
  }
}

/** Names of the source's axes: `HWIO`. */
function orderText(axes: readonly number[]): string {
  const names = ["O", "I", "H", "W"];
  return names.map((_, axis) => names[axes.indexOf(axis)] ?? "?").join("");
}

function channelText(matrix: readonly (readonly number[])[], rule: "mean" | "repeat"): string {
  const text = matrix.map((factors) => {
    const from = factors.flatMap((factor, channel) => (factor === 0 ? [] : [channel]));
    return from.length > 1 ? "mean" : String(from[0] ?? 0);
  });
  return `${rule === "mean" ? "channels" : "repeated channels"} ${text.join(" ")}`;
}

/** As specs write it. */
export function initText(init: Initializer): string {
  switch (init.kind) {
    case "constant":
      return `constant ${init.value}`;
    case "gaussian":
      return `gaussian ${init.std}`;
    default:
      return init.kind;
  }
}

/** The warnings, less those of layers that a fault is told of already. */
export function furtherWarnings({ faults, warnings }: LoadPlan): readonly LoadWarning[] {
  return warnings.filter(
    ({ kind, name }) => kind !== "trunk" || !faults.some(({ tensor }) => tensor.startsWith(`${name}.`)),
  );
}
