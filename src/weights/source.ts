/**
 * One interface for everything that weights can come from. Names, shapes and types are known without reading data;
 * data is read by ranges, so that a tensor of 400 MB need not be held twice.
 */
export interface TensorInfo {
  readonly name: string;
  readonly shape: readonly number[];
  /** As safetensors names them, whatever the file calls it: `F32`, `F16`, `I64`, ... */
  readonly dtype: string;
  /** How the file holds its numbers, where that is not `dtype`: `uint8, scale 0.004 from -0.5`. */
  readonly stored?: string;
}

export interface WeightSource {
  /** For messages: a file's path, or `init`. */
  readonly title: string;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /**
   * Elements `start` to `end` (exclusive) of a tensor in the order of its shape, as float32. Written into `into` where
   * it is given (which must have room), and returned.
   */
  read(name: string, start: number, end: number, into?: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Weights in a file: its numbers can also be had as they are, so that a conversion changes none. */
export interface WeightFile extends WeightSource {
  /** The format's name: `safetensors`. */
  readonly format: string;
  /** Texts that the file says of itself. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Elements from `start` on, in the order of the shape (last axis fastest), little-endian, in the tensor's `dtype`;
   * as many as fill `into`.
   */
  readBytes(name: string, start: number, into: Uint8Array): Promise<void>;
}
