import type { Plan } from "../src/model/plan.js";
import type { PlanWeights } from "../src/weights/plan-weights.js";
import type { Certificate, Certified } from "./certificate.js";
import type { StorageRule } from "./storage.js";
import type { WebRuntime } from "./web/runtimes.js";

/** A target makes a folder of files from a plan and, where they are given, its weights. One folder here per target. */
export interface Target {
  /** As `--target` and `target` declarations name it. */
  readonly name: string;
  /** One line for `fcnc targets`. */
  readonly summary: string;
  /**
   * Writes the target's files into `folder`. They are written beside it and take its place when they are complete: a
   * failure, or `options.signal`, leaves what was there before.
   *
   * Without weights it writes everything else, and the list of weights that are wanted.
   *
   * @throws {TargetError} when the plan holds something that the target cannot express.
   * @throws {WriteError} when the folder cannot be written.
   * @throws {WeightsError} when a tensor cannot be read or holds NaN or infinity.
   * @throws the signal's reason when it is aborted.
   */
  write(plan: Plan, weights: PlanWeights | null, folder: string, options?: TargetOptions): Promise<Written>;
}

export interface TargetOptions {
  /** Bytes of a weight file; 4 MiB unless told. */
  readonly shardBytes?: number;
  /** Whether the graph ends in class indices (the default) or in scores. Scores can be asked for by name either way. */
  readonly argmax?: boolean;
  /** What runs a bundle for the web: `tfjs` unless told. */
  readonly runtime?: WebRuntime;
  /** Files of pictures, one for each input by name, that a bundle's page offers to try: a drawn scene unless told. */
  readonly samples?: Readonly<Record<string, string>>;
  /** How weights are stored: float32 unless told. */
  readonly quantize?: readonly StorageRule[];
  /**
   * Compares the files in a folder, complete but for what says how they compare, with what they were made from. What it
   * throws keeps the folder from being put in place.
   */
  readonly certify?: (folder: string) => Promise<Certified>;
  /** Called some hundred times at most. */
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

export interface Progress {
  /** Bytes of weights written so far, and in all. */
  readonly done: number;
  readonly total: number;
}

export interface Written {
  /** As it was given. */
  readonly folder: string;
  /** Paths relative to the folder, sorted. */
  readonly files: readonly WrittenFile[];
  readonly bytes: number;
  /** Whether weights are in it, or only the list of those that are wanted. */
  readonly hasWeights: boolean;
  /** Null where nothing was compared. */
  readonly certificate?: Certificate | null;
  /** Things a person should know, as sentences: a fallback that was taken, weights that are wanted. */
  readonly notes: readonly string[];
}

export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
  /** In hexadecimal, from targets that keep it in what they write. */
  readonly sha256?: string;
}

/** The target cannot express what the plan says. The message is for people. */
export class TargetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TargetError";
  }
}
