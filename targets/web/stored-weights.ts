/** The bytes of a graph's weights as they are stored, and what the manifest says of each. */
import type { StoredWeight } from "../certificate.js";
import type { Plan } from "../../src/model/plan.js";
import { storedType, type StorageRule, type StoredType } from "../storage.js";
import type { WebModel } from "./build.js";
import { count } from "./layout.js";
import type { WeightSpec, WeightsGroup } from "./model-json.js";
import { BYTES, quantize } from "./quantize.js";

export class StoredWeights {
  /** Bytes of all weights as they are stored. */
  readonly bytes: number;
  /** What a manifest says of the weights: complete once `data` is at its end, as ranges are found on the way. */
  readonly specs: WeightSpec[] = [];
  /** What `bundle.json` says of those that come from the plan's tensors: complete as `specs` is. */
  readonly stored: StoredWeight[] = [];
  readonly #model: WebModel;
  readonly #declared: readonly WeightSpec[];
  readonly #types: readonly StoredType[];

  constructor(plan: Plan, model: WebModel, rules: readonly StorageRule[]) {
    const tensors = new Map(plan.tensors.map((tensor) => [tensor.name, tensor]));
    this.#model = model;
    this.#declared = model.modelJson.weightsManifest.flatMap(({ weights }: WeightsGroup) => weights);
    this.#types = model.tensors.map((name) => {
      const tensor = name === null ? undefined : tensors.get(name);
      return tensor === undefined ? "float32" : storedType(tensor, rules);
    });
    this.bytes = this.#declared.reduce((sum, spec, index) => sum + this.#bytesOf(spec, index), 0);
  }

  /**
   * To be read once. The bytes in the manifest's order, in pieces that are valid until the next is asked for.
   * @throws {WeightsError} as `WebModel.weightData` does, and where a value is too large for its type.
   */
  async *data(): AsyncGenerator<Uint8Array> {
    for await (const bytes of this.#model.weightData()) {
      const index = this.specs.length;
      const spec = this.#declared[index];
      const type = this.#types[index] ?? "float32";
      if (spec === undefined) throw new RangeError("more weights than the graph declares");
      const tensor = this.#model.tensors[index] ?? null;
      const stored = { name: spec.name, tensor: tensor ?? "", type, bytes: this.#bytesOf(spec, index) };
      if (type === "float32") {
        this.specs.push(spec);
        if (tensor !== null) this.stored.push({ ...stored, error: 0 });
        yield bytes;
        continue;
      }
      const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
      const { quantization, error, pieces } = quantize(values, type, stored.tensor);
      this.specs.push({ ...spec, quantization });
      this.stored.push({ ...stored, error });
      yield* pieces();
    }
  }

  #bytesOf({ shape }: WeightSpec, index: number): number {
    return count(shape) * BYTES[this.#types[index] ?? "float32"];
  }
}
