/** What a dataset is: images with their truth, by number. Each kind of dataset is one file under `datasets/`. */
import type { DecodedImage } from "../images/read.js";

/** An image with its truth as it lies on the disk, decoded. */
export interface Example {
  /** As the dataset names it: `2007_000032`. */
  readonly name: string;
  /** By part: `image`, or of NYUDv2 `color`, `depth` and `hha`. All of one size. */
  readonly images: Readonly<Record<string, DecodedImage>>;
  /** By label set: `classes`, or of SIFT Flow `semantic` and `geometric`. */
  readonly labels: Readonly<Record<string, LabelMap>>;
}

/** The class of each pixel. */
export interface LabelMap {
  readonly width: number;
  readonly height: number;
  /** [height, width]: classes from 0, as the dataset's labels count them; pixels that do not count are `ignore`. */
  readonly indices: Uint8Array | Uint16Array;
}

/** The truth's void, in every dataset that fcnc reads. */
export const VOID = 255;

/** A set of examples that is on the disk. Opening reads lists of names alone, never the pictures. */
export interface Dataset {
  /** As the recipe has it: `sbdd(split: "train")`. */
  readonly title: string;
  readonly names: readonly string[];
  /** What `Example.images` has. */
  readonly parts: readonly string[];
  /** What `Example.labels` has, with the names of the classes where the dataset knows them. */
  readonly labelSets: readonly { readonly name: string; readonly classes: readonly string[] | null }[];
  /** The files that an example is made of, absolute: what a message names. */
  filesOf(index: number): readonly string[];
  /**
   * Reads an example. It may be called in a thread of its own: a dataset is opened there anew by its `DatasetCall`.
   * @throws {DataError} for a file that is missing or damaged, or labels that are no classes' indices.
   */
  read(index: number): Promise<Example>;
}

/** `sbdd(split: "train", seed: 1337)` of a recipe as plain values, which can be sent to a thread. */
export interface DatasetCall {
  readonly kind: string;
  /** Positional arguments are under `"0"`, as in plans. */
  readonly arguments: Readonly<Record<string, number | string | boolean>>;
  /** The folder that relative paths and datasets' own folders are looked for in. */
  readonly root: string;
}

/** A kind of dataset: a folder layout that people have on their disk. */
export interface DatasetKind {
  readonly name: string;
  /** One line, for `fcnc data` and docs/data.md. */
  readonly summary: string;
  /** Where files lie below the root, as text for docs/data.md. */
  readonly layout: string;
  readonly splits: readonly string[];
  /** Names of its arguments besides the folder, `split` and `seed`, each with what it is. */
  readonly settings: Readonly<Record<string, string>>;
  /** @throws {DataError} when the folder is not there, is another, or the split is unknown: says where it looked. */
  open(call: DatasetCall): Promise<Dataset>;
}

/**
 * What is wrong, for programs. A data set or its split is `absent`; a file of an example is `missing` or `unreadable`;
 * labels are in colours instead of indices, or of another size than their image. All else, such as a list with a line
 * that is no name, is `setup`.
 */
export type DataFault = "setup" | "absent" | "missing" | "unreadable" | "colour-labels" | "label-size";

/** Something is wrong with data on the disk. The message is for people, and names the file. */
export class DataError extends Error {
  readonly help: readonly string[];
  readonly fault: DataFault;

  constructor(message: string, help: readonly string[] = [], options: ErrorOptions & { fault?: DataFault } = {}) {
    super(message, options);
    this.name = "DataError";
    this.help = help;
    this.fault = options.fault ?? "setup";
  }
}
