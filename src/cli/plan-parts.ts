import type { Plan } from "../model/plan.js";

type Table = Readonly<Record<string, unknown>>;

/** Whether a stranger's JSON has the parts of a plan that commands rely on. What its graph computes the engine checks. */
export function isPlan(value: unknown): value is Plan {
  return (
    isTable(value) &&
    value["format"] === "fcnc-plan" &&
    value["version"] === 1 &&
    typeof value["net"] === "string" &&
    all(value["inputs"], isInput) &&
    all(value["outputs"], isOutput) &&
    isTable(value["validFor"]) &&
    Object.values(value["validFor"]).every(isSizeSet) &&
    ["layers", "tensors", "operations"].every((list) => all(value[list], ({ name }) => typeof name === "string"))
  );
}

function isInput({ name, format, height, width, channels }: Table): boolean {
  const known = ["bgr", "rgb", "gray", "raw"].includes(format as string);
  const areSides = [height, width].every((side) => typeof side === "string" || isCount(side));
  return typeof name === "string" && known && areSides && isCount(channels);
}

function isOutput({ name, value, classes, labels, ignore }: Table): boolean {
  const areTexts = typeof name === "string" && typeof value === "string";
  return areTexts && isCount(classes) && (labels === null || isLabels(labels)) && (ignore === null || isNumber(ignore));
}

function isLabels(value: unknown): boolean {
  if (!isTable(value) || typeof value["name"] !== "string") return false;
  return all(value["classes"], isClass) && (value["ignore"] === null || all([value["ignore"]], isClass));
}

function isClass({ name, color }: Table): boolean {
  return typeof name === "string" && Array.isArray(color) && color.length === 3 && color.every(isNumber);
}

function isSizeSet(value: unknown): boolean {
  if (!isTable(value) || typeof value["text"] !== "string") return false;
  const { undecided, smallest, start, sizes, period, residues } = value;
  const areRanges = [sizes, residues].every(
    (list) => Array.isArray(list) && list.every((range) => Array.isArray(range) && range.every(isNumber)),
  );
  const areNumbers = (smallest === null || isNumber(smallest)) && isNumber(start) && isCount(period);
  return (undecided === null || typeof undecided === "string") && areNumbers && areRanges;
}

const all = (value: unknown, holds: (entry: Table) => boolean): boolean =>
  Array.isArray(value) && value.every((entry) => isTable(entry) && holds(entry));

const isTable = (value: unknown): value is Table =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isNumber = (value: unknown): boolean => typeof value === "number";

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1;
