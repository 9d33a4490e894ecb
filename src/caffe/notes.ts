/**
 * What a spec says and a prototxt cannot: comments at the head of the files that `--target caffe` writes, which
 * `fcnc import caffe` reads back. One note a line, a word and a JSON value:
 *
 *     # fcnc input {"blob":"data","name":"image","format":"bgr","mean":[104.00699,116.66877,122.67892]}
 *
 * | note      | in     | says                                                                                          |
 * | --------- | ------ | --------------------------------------------------------------------------------------------- |
 * | `input`   | nets   | of a blob that is fed: the input's name and format, and its preprocessing                     |
 * | `output`  | nets   | of a blob that is read: the output's name, its labels and its ignore label                    |
 * | `derived` | nets   | the Crop layers whose offset the spec leaves to the compiler                                  |
 * | `dense`   | nets   | the convolutions that were dense layers: files may hold their weights as [out, in]            |
 * | `targets` | nets   | the settings of `target` declarations                                                         |
 * | `train`   | solver | the settings of `train` that neither the solver nor the train net says; null: not in the spec |
 *
 * What the files say themselves is in no note: layers, sizes, offsets; in a net with a loss `ignore`, in one with a data
 * layer that has a `mean` that mean. Of a recipe they say, and an importer reads:
 *
 * - `optimizer: sgd(rate:, momentum:, decay:)` from the solver's base_lr, momentum, weight_decay, those that it has;
 *   `adam(rate:, beta1:, beta2:, epsilon:, decay:)` from type "Adam" with base_lr, momentum, momentum2, delta, weight_decay
 * - `schedule: step(every:, factor:)` from stepsize and gamma, `poly(power:)` from power, none from "fixed"
 * - `steps` from max_iter, `accumulate` from iter_size where it is not 1, `snapshot`, `seed` from random_seed
 * - `loss: softmax(reduce:)` from the losses' normalization: sum from NONE (and from BATCH_SIZE, or `normalize: false`,
 *   with a batch of 1), mean from VALID
 * - `data` and `validate` from the Python data layers of `datasets.ts`, with `batch: 1`
 * - rates from lr_mult and decay_mult, as `rates.ts` says them
 */
import type { PlanSettings, PlanValue } from "../model/plan.js";
import type { Message } from "./message.js";

export interface InputNote {
  /** The blob that the net is fed with. */
  readonly blob: string;
  readonly name: string;
  readonly format: "bgr" | "rgb" | "gray" | "raw";
  /** As the plan's input has them; left out where they are "H" and "W". */
  readonly height?: string | number;
  readonly width?: string | number;
  /** In the order of the blob's channels: the blob holds (f(x) - mean) * scale, with f = ln where `log`. */
  readonly mean?: readonly number[];
  readonly scale?: readonly number[];
  readonly log?: true;
}

export interface OutputNote {
  /** The blob that holds it. */
  readonly blob: string;
  readonly name: string;
  /** A `.labels` file beside this one. */
  readonly labels?: string;
  readonly ignore?: number;
}

export interface Notes {
  readonly inputs: readonly InputNote[];
  readonly outputs: readonly OutputNote[];
  readonly derived: readonly string[];
  readonly dense: readonly string[];
  readonly targets: Readonly<Record<string, PlanSettings>>;
  /** Null for a setting that the spec has not, though the files read as if it had. */
  readonly train: Readonly<Record<string, PlanValue | null>>;
}

export const NO_NOTES: Notes = { inputs: [], outputs: [], derived: [], dense: [], targets: {}, train: {} };

const MARK = "fcnc";

/** The comments that say it, without their `#`; nothing for what is empty. */
export function printNotes(notes: Partial<Notes>): string[] {
  const line = (word: string, value: unknown): string => `${MARK} ${word} ${JSON.stringify(value)}`;
  const { inputs = [], outputs = [], derived = [], dense = [], targets = {}, train = {} } = notes;
  return [
    ...inputs.map((input) => line("input", input)),
    ...outputs.map((output) => line("output", output)),
    ...(derived.length > 0 ? [line("derived", derived)] : []),
    ...(dense.length > 0 ? [line("dense", dense)] : []),
    ...(Object.keys(targets).length > 0 ? [line("targets", targets)] : []),
    ...(Object.keys(train).length > 0 ? [line("train", train)] : []),
  ];
}

export interface ReadNotes {
  readonly notes: Notes;
  /** Comments that begin as a note and are none, as they stand in the file. */
  readonly faulty: readonly string[];
}

/** The notes at the head of a file. Comments of people are passed over. */
export function readNotes(file: Message): ReadNotes {
  const comments = (file.fields[0] ?? file).comments ?? [];
  const faulty: string[] = [];
  let notes: Notes = NO_NOTES;
  for (const comment of comments) {
    const parts = /^fcnc (?<word>\w+) (?<json>[[{].*)$/.exec(comment)?.groups;
    if (parts === undefined) continue;
    const read = readNote(notes, parts["word"] ?? "", parseJson(parts["json"] ?? ""));
    if (read === null) faulty.push(comment);
    else notes = read;
  }
  return { notes, faulty };
}

function readNote(notes: Notes, word: string, value: unknown): Notes | null {
  switch (word) {
    case "input":
      return isInput(value) ? { ...notes, inputs: [...notes.inputs, value] } : null;
    case "output":
      return isOutput(value) ? { ...notes, outputs: [...notes.outputs, value] } : null;
    case "derived":
    case "dense":
      return isListOf(value, isString) ? { ...notes, [word]: value } : null;
    case "targets":
      return isRecord(value) && Object.values(value).every((settings) => isRecord(settings) && isPlanValue(settings))
        ? { ...notes, targets: value as Notes["targets"] }
        : null;
    case "train":
      return isRecord(value) && Object.values(value).every((setting) => setting === null || isPlanValue(setting))
        ? { ...notes, train: value as Notes["train"] }
        : null;
    default:
      return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const isString = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const isSize = (value: unknown): value is string | number => isString(value) || isNumber(value);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isListOf = <Item>(value: unknown, isItem: (item: unknown) => item is Item): value is Item[] =>
  Array.isArray(value) && value.every(isItem);
const isAbsentOr = <Item>(value: unknown, isItem: (item: unknown) => item is Item): boolean =>
  value === undefined || isItem(value);
const isNumbers = (value: unknown): value is number[] => isListOf(value, isNumber);

const FORMATS: ReadonlySet<unknown> = new Set(["bgr", "rgb", "gray", "raw"]);

const isInput = (value: unknown): value is InputNote =>
  isRecord(value) &&
  isString(value["blob"]) &&
  isString(value["name"]) &&
  FORMATS.has(value["format"]) &&
  isAbsentOr(value["height"], isSize) &&
  isAbsentOr(value["width"], isSize) &&
  isAbsentOr(value["mean"], isNumbers) &&
  isAbsentOr(value["scale"], isNumbers) &&
  (value["log"] === undefined || value["log"] === true);

const isOutput = (value: unknown): value is OutputNote =>
  isRecord(value) &&
  isString(value["blob"]) &&
  isString(value["name"]) &&
  isAbsentOr(value["labels"], isString) &&
  isAbsentOr(value["ignore"], isNumber);

function isPlanValue(value: unknown): value is PlanValue {
  if (isString(value) || isNumber(value) || typeof value === "boolean") return true;
  if (Array.isArray(value)) return value.every(isPlanValue);
  return isRecord(value) && Object.values(value).every(isPlanValue);
}
