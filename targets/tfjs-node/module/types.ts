/** TensorFlow.js as far as a training graph is run with it: `@tensorflow/tfjs-node` and `-gpu` are such. */
export interface TensorFlow {
  readonly node: {
    loadSavedModel(path: string, tags?: string[], signature?: string): Promise<SavedModelHandle>;
  };
  tensor(values: Float32Array | Int32Array, shape: number[], dtype: "float32" | "int32"): Tensor;
}

export interface Tensor {
  readonly shape: number[];
  readonly dtype: string;
  data(): Promise<Float32Array | Int32Array | Uint8Array>;
  dispose(): void;
}

/** What `loadSavedModel` gives: its `predict` is typed more narrowly by TF.js than it is. */
export interface SavedModelHandle {
  predict(inputs: never): unknown;
  dispose(): void;
}

/** A tensor for the only input, or one for each by name. */
export type Tensors = Tensor | Readonly<Record<string, Tensor>>;

export interface StepOptions {
  readonly rate: number;
  /** Of dropout and sampling; the recipe's unless told. */
  readonly seed?: number;
}

/** Something is wrong with what was given. The message is for people. */
export class TrainingError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TrainingError";
  }
}
