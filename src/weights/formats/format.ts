import type { WeightFile, WeightSource } from "../source.js";
import type { RandomAccessFile } from "./file.js";
import type { ReadLimits } from "./limits.js";

/** A format that weights are stored in. One file here for each; `index.ts` lists them. */
export interface WeightFormat {
  /** As `--to` and messages name it: `safetensors`. */
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  /** With their dots; the first is the usual one. What is written is chosen by them. */
  readonly extensions: readonly string[];
  /** Whether a file is of this format: by how it starts, and by its path where that says too little. */
  recognises(start: Uint8Array, path: string): boolean;
  /**
   * Reads what the file says of its tensors, and none of their data. It stays open until `close`; where this fails, who
   * opened it closes it.
   * @throws {WeightsError} when it is not of this format, lies about what it holds, or exceeds a limit.
   */
  open(file: RandomAccessFile, limits: ReadLimits): Promise<WeightFile>;
  /**
   * As which type a tensor of this type is written so that no number changes: itself, or a wider one. Null where there
   * is none.
   */
  holds(dtype: string): string | null;
  /**
   * Writes all tensors in the source's order, a few MiB at a time; null where the format is only read. The file takes
   * its name when it is complete. Of a source that is no file the numbers are float32.
   * @throws {WeightsError} when it cannot be written, or cannot hold what the source has.
   */
  readonly write: ((path: string, source: WeightSource, options?: WriteOptions) => Promise<void>) | null;
}

export interface WriteOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Bytes of tensors written so far, and in all. */
  readonly onProgress?: (done: number, total: number) => void;
}
