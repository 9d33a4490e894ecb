import { TrainingError, type SavedModelHandle, type Tensor, type TensorFlow, type Tensors } from "./types.js";

/** What a signature gives, by name. */
export type Results = Readonly<Record<string, Tensor>>;

/** The signatures of a folder, each loaded when it is first wanted: all of them are on the same variables. */
export class Signatures {
  readonly #handles = new Map<string, Promise<SavedModelHandle>>();

  constructor(
    private readonly tf: TensorFlow,
    private readonly folder: string,
  ) {}

  /**
   * Runs a signature. Tensors of `own` are disposed of, those of `given` are the caller's, and so is what it gives.
   * @throws {TrainingError} with what TensorFlow says: of sizes that do not fit, or of a label that is no class.
   */
  async run(name: string, given: Results, own: Results): Promise<Results> {
    try {
      const handle = await this.#load(name);
      // TF.js types the inputs by its own tensors.
      return handle.predict({ ...given, ...own } as never) as Results;
    } catch (error) {
      throw new TrainingError(`${name}: ${saidOf(error)}`, { cause: error });
    } finally {
      disposeAll(own);
    }
  }

  tensor(values: Float32Array, shape: readonly number[]): Tensor {
    return this.tf.tensor(values, [...shape], "float32");
  }

  float(value: number): Tensor {
    return this.tf.tensor(Float32Array.of(value), [], "float32");
  }

  integer(value: number): Tensor {
    return this.tf.tensor(Int32Array.of(value), [], "int32");
  }

  close(): void {
    for (const handle of this.#handles.values())
      void handle.then(
        (loaded) => loaded.dispose(),
        () => undefined,
      );
    this.#handles.clear();
  }

  #load(name: string): Promise<SavedModelHandle> {
    let handle = this.#handles.get(name);
    if (handle === undefined) {
      handle = this.tf.node.loadSavedModel(this.folder, ["serve"], name);
      this.#handles.set(name, handle);
    }
    return handle;
  }
}

/** Its first line, without the list of all labels that TensorFlow puts behind one that is wrong. */
function saidOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [line = ""] = text.split("\n", 1);
  return line.replace("Session fail to run with error: ", "").replace(/\s*Label values:.*$/, "");
}

export function disposeAll(tensors: Results): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}

/** The number that a scalar holds. */
export async function numberOf(tensor: Tensor): Promise<number> {
  const [value = Number.NaN] = await tensor.data();
  return value;
}

/** Tensors by the names that are wanted: one may stand for the only one. */
export function named(tensors: Tensors, names: readonly string[], what: string): Results {
  const [only] = names;
  if (isTensor(tensors)) {
    if (only === undefined || names.length > 1)
      throw new TrainingError(`there are several of them: give each ${what} by its name, ${names.join(", ")}`);
    return { [only]: tensors };
  }
  const missing = names.find((name) => tensors[name] === undefined);
  if (missing !== undefined) throw new TrainingError(`there is no ${what} for \`${missing}\``);
  return Object.fromEntries(names.flatMap((name) => (tensors[name] ? [[name, tensors[name]]] : [])));
}

const isTensor = (tensors: Tensors): tensors is Tensor =>
  Array.isArray(tensors.shape) && typeof tensors.dtype === "string";
