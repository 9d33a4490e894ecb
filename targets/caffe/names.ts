/** What layers and blobs are called: as the published FCNs call theirs, where a name allows it. */
import type { Operation, Plan } from "../../src/model/plan.js";

/** Names of layers, each once. */
export class LayerNames {
  readonly #taken: Set<string>;

  constructor(plan: Plan) {
    this.#taken = new Set(plan.operations.map(({ name }) => name));
  }

  /** Of the layer that an operation becomes: `relu1_1` and `drop6` for `conv1_1/relu` and `fc6/dropout`. */
  of({ name, op }: Operation): string {
    const parts = /^(?:conv|fc)(?<number>\d.*)\/(?<kind>relu|dropout)$/.exec(name)?.groups;
    if (parts === undefined || (op !== "activation" && op !== "dropout")) return name;
    const usual = `${parts["kind"] === "relu" ? "relu" : "drop"}${parts["number"]}`;
    if (this.#taken.has(usual)) return name;
    this.#taken.add(usual);
    return usual;
  }

  /** `wanted`, or with a number behind it where that is taken. */
  free(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#taken.has(name); count++) name = `${wanted}_${count}`;
    this.#taken.add(name);
    return name;
  }
}

/** The blobs that a net is fed with, by the input's name: `data` where there is one input, as all published nets say. */
export function inputBlobs(plan: Plan): ReadonlyMap<string, string> {
  const [only, ...others] = plan.inputs;
  const taken = plan.operations.some(({ name }) => name === "data");
  return new Map(
    plan.inputs.map(({ name }) => [name, others.length === 0 && name === only?.name && !taken ? "data" : name]),
  );
}

/** What a head is about: `sem` of `score_sem`, which is what its labels are called; `label` where there is one head. */
export function labelBlobs(plan: Plan): readonly string[] {
  if (plan.outputs.length === 1) return ["label"];
  const names = plan.outputs.map(({ name }) => /^score_(?<what>.+)$/.exec(name)?.groups?.["what"] ?? `${name}_label`);
  const taken = new Set(plan.operations.map(({ name }) => name));
  return names.map((name) => (taken.has(name) ? `${name}_label` : name));
}
