/** Dataset calls of recipes: from a plan's value, as text, and what their arguments say. */
import { isAbsolute, join, resolve } from "node:path";
import { nearest } from "../diagnostics/suggest.js";
import type { PlanValue } from "../model/plan.js";
import { DataError, type DatasetCall, type DatasetKind } from "./dataset.js";
import { isFolder } from "./files.js";

/**
 * The `data` or `validate` of a plan's recipe as a call.
 * @param root the folder that its paths are relative to
 * @throws {DataError} for what is no call of plain values.
 */
export function datasetCallOf(value: PlanValue | undefined, root: string): DatasetCall {
  const example = 'write it as `voc("folder", split: "train")`';
  if (typeof value !== "object" || Array.isArray(value) || !("call" in value) || typeof value["call"] !== "string")
    throw new DataError("the recipe names no data set", [example]);
  const given: Record<string, number | string | boolean> = {};
  for (const [name, argument] of Object.entries(value["arguments"] ?? {})) {
    if (typeof argument === "object")
      throw new DataError(`\`${name}\` of \`${value["call"]}\` is no number, text, true or false`, [example]);
    given[name] = argument;
  }
  return { kind: value["call"], arguments: given, root };
}

/** As a recipe has it: `sbdd(split: "train", seed: 1337)`. */
export function callText({ kind, arguments: given }: DatasetCall): string {
  const written = Object.entries(given).map(([name, value]) => {
    const text = typeof value === "string" ? JSON.stringify(value) : String(value);
    return /^\d+$/.test(name) ? text : `${name}: ${text}`;
  });
  return `${kind}(${written.join(", ")})`;
}

/** @throws {DataError} for arguments that the kind does not have. */
export function checkArguments(call: DatasetCall, kind: DatasetKind): void {
  const known = ["split", "seed", ...Object.keys(kind.settings)];
  for (const name of Object.keys(call.arguments)) {
    if (name === "0" || known.includes(name)) continue;
    const near = nearest(name, known);
    const what = /^\d+$/.test(name) ? "takes one folder" : `has no argument \`${name}\``;
    throw new DataError(`\`${kind.name}\` ${what}`, [
      near ? `did you mean \`${near}\`?` : `it has ${known.join(", ")}`,
    ]);
  }
}

/**
 * An argument that is a text, or null where it is not given.
 * @throws {DataError} for a number, true or false.
 */
export function textArgument({ kind, arguments: given }: DatasetCall, name: string): string | null {
  const value = given[name];
  if (value === undefined) return null;
  if (typeof value === "string" && value !== "") return value;
  const what = name === "0" ? "the folder" : `\`${name}\``;
  throw new DataError(`${what} of \`${kind}\` is a text in quotes, not \`${value}\``);
}

/**
 * The split that a call names.
 * @throws {DataError} when it names none: which one is meant is never guessed.
 */
export function splitOf(call: DatasetCall, splits: readonly string[]): string {
  const split = textArgument(call, "split");
  if (split === null)
    throw new DataError(`\`${callText(call)}\` names no split`, [
      `add \`split: ${JSON.stringify(splits[0] ?? "train")}\`; there are ${splits.join(", ")}`,
    ]);
  if (/[/\\\0]/.test(split))
    throw new DataError(`\`${split}\` is no name of a split`, [`such as ${splits.join(", ")}`]);
  return split;
}

/** A path of a call, which is relative to its root. */
export const pathOf = ({ root }: DatasetCall, path: string): string =>
  isAbsolute(path) ? path : resolve(root === "" ? "." : root, path);

/**
 * The folder of a dataset: the one that the call names, or the first of `places` below the root that is there.
 * @param places as people have it on their disks, with forward slashes
 * @param wants what must be in it
 * @throws {DataError} that says where it looked and what was missing.
 */
export async function findFolder(
  call: DatasetCall,
  places: readonly string[],
  wants: readonly string[],
): Promise<string> {
  const named = textArgument(call, "0");
  const candidates = named === null ? places.map((place) => join(pathOf(call, "."), place)) : [pathOf(call, named)];
  const there: string[] = [];
  for (const folder of candidates) if (await isFolder(folder)) there.push(folder);
  for (const folder of there) {
    const held = await Promise.all(wants.map((want) => isFolder(join(folder, want))));
    if (held.every(Boolean)) return folder;
  }
  const [folder] = there;
  if (folder !== undefined)
    throw new DataError(
      `${folder} is no folder of \`${call.kind}\`: it lacks ${await lacking(folder, wants)}`,
      ["docs/data.md shows the layout of every kind of data set"],
      { fault: "absent" },
    );
  const looked = candidates.length === 1 ? `no folder ${candidates[0]}` : `none of ${candidates.join(", ")}`;
  throw new DataError(
    `\`${call.kind}\` is not there: there is ${looked}`,
    [`name the folder that holds it with \`--data-root\`, or the set's own folder as \`${call.kind}("FOLDER", ...)\``],
    { fault: "absent" },
  );
}

async function lacking(folder: string, wants: readonly string[]): Promise<string> {
  const missing: string[] = [];
  for (const want of wants) if (!(await isFolder(join(folder, want)))) missing.push(`${want}/`);
  return missing.join(" and ");
}
