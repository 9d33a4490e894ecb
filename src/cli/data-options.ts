/** The data that a command reads: which set, and the folder that sets are looked for in. */
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { datasetCallOf } from "../data/call.js";
import type { DatasetCall } from "../data/dataset.js";
import { readDataCall } from "../compile.js";
import type { Plan } from "../model/plan.js";
import { Fault, UsageError } from "./fail.js";
import type { NetSource } from "./open-net.js";
import { stopAtErrors, type FormatOption } from "./output.js";

export interface DataRootOption {
  readonly dataRoot?: string;
}

export interface DataOptions extends DataRootOption {
  /** A call: `voc2011(split: "val")`. */
  readonly on?: string;
}

/**
 * The folder that data sets are looked for in: `--data-root`, else FCNC_DATA, else `folder`.
 * @throws {Fault} where what was named is no folder
 */
export async function dataRootOf({ dataRoot }: DataRootOption, folder: string): Promise<string> {
  const variable = process.env["FCNC_DATA"] ?? "";
  const [named, by] = dataRoot !== undefined ? [dataRoot, "--data-root"] : [variable, "FCNC_DATA"];
  if (dataRoot === "") throw new UsageError("`--data-root` names no folder");
  if (named === "") return folder;
  const found = await stat(named).catch(() => null);
  if (!found?.isDirectory()) throw new Fault(`${by} names \`${named}\`, which is no folder`);
  return named;
}

/** The folder of a spec, for data beside it; the library's specs have none. */
export const specFolder = (spec: string): string => (spec.startsWith("fcnc/") ? "." : dirname(spec));

/**
 * The set that `--on` names, else the one that the recipe validates on. A bundle's sets are looked for where fcnc runs,
 * as the spec that it was made of may be elsewhere.
 */
export async function dataCallOf(
  { plan, isBundle }: NetSource,
  options: DataOptions & FormatOption,
): Promise<DatasetCall> {
  const root = await dataRootOf(options, isBundle ? "." : specFolder(plan.file));
  if (options.on !== undefined) return readCall(options.on, "--on", root, options);
  return datasetCallOf(validationOf(plan), root);
}

/** A call that is written on the command line, at the place that messages name. What is wrong with it ends the command. */
export function readCall(text: string, place: string, root: string, options: FormatOption): DatasetCall {
  const { value, diagnostics, sources } = readDataCall(text, place);
  stopAtErrors({ diagnostics, sources, nets: [] }, options);
  return datasetCallOf(value ?? undefined, root);
}

function validationOf(plan: Plan): NonNullable<Plan["train"]>[string] {
  const value = plan.train?.["validate"];
  if (value !== undefined) return value;
  throw new Fault(`the recipe of ${plan.net} names no data to validate on`, [
    "name it: `--on 'voc2011(split: \"val\")'`",
    'or write `validate: voc2011(split: "val")` into its `train`',
  ]);
}
