/** Where a loss that is not finite comes from: the pictures, the weights, or the first layer whose values overflow. */
import { buildModel } from "../../targets/web/build.js";
import type { Batch } from "../data/batch.js";
import type { Value } from "../engines/engine.js";
import { wasmEngine } from "../engines/wasm.js";
import type { Plan } from "../model/plan.js";
import { initWeights } from "../weights/init.js";
import type { PlanWeights } from "../weights/plan-weights.js";
import type { Trainer } from "./trainer.js";

export interface Suspect {
  readonly plan: Plan;
  readonly trainer: Trainer;
  readonly batch: Batch;
}

/**
 * Looks for the first thing that is not finite. The trainer is at the state that the loss was computed with.
 * @returns lines for people
 */
export async function findNotFinite({ plan, trainer, batch }: Suspect): Promise<string[]> {
  const picture = Object.entries(batch.images).find(([, { data }]) => !allFinite(data));
  if (picture !== undefined)
    return [`the pictures of input \`${picture[0]}\` hold numbers that are not finite: ${batch.names.join(", ")}`];
  const tensor = await firstNotFinite(trainer);
  if (tensor !== null) {
    const layer = plan.tensors.find(({ name }) => name === tensor)?.layer ?? tensor;
    return [`layer \`${layer}\`: its weights \`${tensor}\` are not finite, by the update before this step`];
  }
  const layer = await firstOverflow({ plan, trainer, batch });
  if (layer !== null) return [`layer \`${layer}\`: its values are not finite, though all weights are`];
  return ["all weights and all layers' values are finite: the loss itself overflows, as where scores are very large"];
}

/** The first tensor of the state that is not finite, in the net's order; null where all are. */
export async function firstNotFinite(trainer: Pick<Trainer, "state" | "read">): Promise<string | null> {
  for (const { name, isWeight } of trainer.state) if (isWeight && !allFinite(await trainer.read(name))) return name;
  return null;
}

/** Halves the net until the first operation is found whose value is not finite, on the batch's first picture. */
async function firstOverflow({ plan, trainer, batch }: Suspect): Promise<string | null> {
  const model = await (await wasmEngine()).load(await buildModel(plan, weightsOf(plan, trainer)));
  try {
    const images = firstOf(batch.images);
    const isSound = async (name: string): Promise<boolean> => {
      const values = await model.run(images, [name]);
      return allFinite(values[name]?.data ?? new Float32Array());
    };
    const layers = plan.layers.filter(({ kind }) => kind !== "input").map(({ name }) => name);
    let [low, high] = [0, layers.length - 1];
    if (high < 0 || (await isSound(layers[high] ?? ""))) return null;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (await isSound(layers[middle] ?? "")) low = middle + 1;
      else high = middle;
    }
    return layers[low] ?? null;
  } finally {
    model.dispose();
  }
}

function firstOf(images: Batch["images"]): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(images).map(([name, { data, shape }]) => {
      const [count = 1, ...sides] = shape;
      return [name, { data: data.subarray(0, data.length / count), shape: [1, ...sides] }];
    }),
  );
}

/** What a trainer has, for whoever builds a net of it; kernels that no run changes are no state. */
function weightsOf(plan: Plan, trainer: Pick<Trainer, "state" | "read">): PlanWeights {
  const names = new Set(trainer.state.map(({ name }) => name));
  const generated = initWeights(plan);
  let held: { readonly name: string; readonly values: Float32Array } | null = null;
  return {
    ...generated,
    title: "the run",
    async read(name, start, end, into) {
      if (!names.has(name)) return generated.read(name, start, end, into);
      if (held?.name !== name) held = { name, values: await trainer.read(name) };
      const part = held.values.subarray(start, end);
      into?.set(part);
      return into?.subarray(0, part.length) ?? part;
    },
  };
}

const allFinite = (values: Float32Array | Int32Array): boolean => values.every((value) => Number.isFinite(value));
