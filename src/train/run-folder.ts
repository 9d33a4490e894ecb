/** The folder of a run: what it was asked to do, how far it is, and what it made. docs/training.md describes it. */
import { mkdir, readdir, readFile, rmdir } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import type { Plan, PlanSettings, PlanValue } from "../model/plan.js";
import { reasonOf } from "../weights/errors.js";
import { removeUnfinished } from "./checkpoint.js";
import { writeDurably } from "./durable.js";
import { LOCK, lockFolder, type Lock } from "./lock.js";
import { diskHelp } from "./log.js";
import { RunError } from "./run-error.js";

export const RUN = "run.json";
export const PLAN = "plan.json";
export const SPEC = "spec.fcn";

/** `run.json`: how a run was begun. */
export interface RunDescription {
  readonly format: "fcnc-run";
  readonly version: 1;
  readonly net: string;
  /** The spec, as it was named. */
  readonly file: string;
  /** Of the plan. */
  readonly digest: string;
  /** Of all plans that this run has had: there are several where it was made longer or shorter. */
  readonly digests: readonly string[];
  /** Which of the spec's recipes, where it names several; null for the one without a name. */
  readonly recipe: string | null;
  /** Settings in place of the recipe's, as they were given, and as values by key. */
  readonly set: readonly string[];
  readonly overrides: Readonly<Record<string, PlanValue>>;
  /** The recipe as it holds, in the form that plans have. */
  readonly train: PlanSettings;
  readonly seed: number;
  /** In words: which engine, on what. */
  readonly engine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly data: {
    readonly train: string;
    readonly validate: string | null;
    /** The folder that data sets were looked for in. */
    readonly root: string;
    /** Of the set that is trained on: how many examples, and a digest of their names. */
    readonly images: number;
    readonly names: string;
  };
  /** What it started from: files, or `init`. */
  readonly weights: readonly string[];
  /** SHA-256 of those files as they were then, by file; runs of before fcnc kept them have none. */
  readonly weightDigests?: Readonly<Record<string, string>>;
  /** ISO time. */
  readonly started: string;
}

/** A text of the spec, or of a file that it imports. */
export interface SpecText {
  readonly path: string;
  readonly text: string;
}

/** What there is at the place of a run: null where there is nothing yet, or an empty folder. */
export async function readRun(folder: string): Promise<RunDescription | null> {
  const path = join(folder, RUN);
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new RunError(`${path} cannot be read: ${reasonOf(error)}`, [], { cause: error });
  });
  if (text === null) return null;
  let run: unknown;
  try {
    run = JSON.parse(text);
  } catch (error) {
    throw new RunError(`${path} is no JSON`, ["train into another folder with `--out`"], { cause: error });
  }
  if (isRun(run)) return run;
  throw new RunError(`${path} is not of a run that this version of fcnc knows`, [
    "train into another folder with `--out`",
  ]);
}

/** Whether it has what is read of it when a run goes on or is reported on. */
function isRun(value: unknown): value is RunDescription {
  if (!isRecord(value) || value["format"] !== "fcnc-run" || value["version"] !== 1) return false;
  const { data, overrides, train, versions } = value;
  const areTexts = ["net", "file", "digest", "engine", "started"].every((key) => typeof value[key] === "string");
  const areLists = ["digests", "set", "weights"].every((key) => isTexts(value[key]));
  if (value["weightDigests"] !== undefined && !isRecord(value["weightDigests"])) return false;
  if (!areTexts || !areLists || ![overrides, train, versions].every(isRecord) || !isRecord(data)) return false;
  return ["train", "root"].every((key) => typeof data[key] === "string");
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === "string");

/**
 * Makes the folder of a run, where there is none, and takes it for this process.
 * @throws {RunError} where something else is in that place, or another process is at work in it.
 */
export async function takeFolder(folder: string): Promise<Lock> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new RunError(`${folder} cannot be made: ${reasonOf(error)}`, diskHelp(error), { cause: error });
  });
  const names = await readdir(folder);
  // The lock is the first file of a run: where a process was killed while it began, it is still there.
  if (names.length > 0 && !names.includes(LOCK) && (await readRun(folder)) === null)
    throw new RunError(`${folder} is there and is no run: it holds ${names[0]}`, [
      "train into another folder with `--out`",
    ]);
  const lock = await lockFolder(folder);
  await removeUnfinished(folder);
  return {
    async release() {
      await lock.release();
      // Nothing was begun: nothing stays.
      if (names.length === 0) await rmdir(folder).catch(() => undefined);
    },
  };
}

/** Writes how a run begins. `run.json` comes last: once it is there, all is. */
export async function writeRun(
  folder: string,
  run: RunDescription,
  plan: Plan,
  [spec, ...imports]: readonly SpecText[],
): Promise<void> {
  try {
    if (spec !== undefined) {
      await writeDurably(join(folder, SPEC), spec.text);
      for (const { path, text } of imports) await writeImport(folder, spec.path, path, text);
    }
    await writeDurably(join(folder, PLAN), `${JSON.stringify(plan, null, 2)}\n`);
    await writeDurably(join(folder, RUN), `${JSON.stringify(run, null, 2)}\n`);
  } catch (error) {
    throw new RunError(`${folder} cannot be written: ${reasonOf(error)}`, diskHelp(error), { cause: error });
  }
}

/** Imports lie to the spec as they did, where they were below its folder; the library comes with fcnc. */
async function writeImport(folder: string, spec: string, path: string, text: string): Promise<void> {
  if (path.startsWith("fcnc/")) return;
  const way = relative(dirname(spec), path);
  const isBelow = way !== "" && !way.startsWith("..") && way !== SPEC;
  const place = join(folder, isBelow ? way.split(sep).join("/") : join("imports", basename(path)));
  await mkdir(dirname(place), { recursive: true });
  await writeDurably(place, text);
}
