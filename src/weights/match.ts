import type { Plan } from "../model/plan.js";
import { initWeights, infoOf } from "./init.js";
import type { LoadPlan } from "./load/load-plan.js";
import { makeLoadPlan } from "./load/make-load-plan.js";
import type { OpenSource } from "./load/open-source.js";
import { TensorReader } from "./load/read.js";
import { plainSource } from "./load/source-settings.js";
import type { PlanWeights } from "./plan-weights.js";
import { WeightsError } from "./errors.js";
import type { WeightProblem } from "./problem.js";
import type { WeightSource } from "./source.js";

export interface WeightMatch {
  /**
   * The weights for the plan. Tensors that the file lacks, or has in another shape or type, come from their
   * initializers, so that whoever is told of the problems may go on all the same. Closing it closes the file.
   */
  readonly weights: PlanWeights;
  /** In the plan's order, then the file's. Generated tensors that a file lacks are none. */
  readonly problems: readonly WeightProblem[];
}

/**
 * Finds each tensor of the plan in a file: under its name, in its shape or one with the same numbers, such as that of
 * the dense layer that became a convolution.
 *
 * @param seed for the tensors that the file lacks
 */
export function matchWeights(plan: Plan, file: WeightSource, seed = 0): WeightMatch {
  const source: OpenSource = {
    settings: plainSource(file.title),
    file,
    layout: "pytorch",
    map: null,
    names: null,
    recognised: null,
    isRecipe: false,
  };
  const { load, problems } = makeLoadPlan(plan, [source]);
  return { weights: loadedWeights(plan, load, [source], seed), problems };
}

/** The weights that a load plan describes. Closing them closes the sources' files. */
export function loadedWeights(plan: Plan, load: LoadPlan, sources: readonly OpenSource[], seed = 0): PlanWeights {
  const init = initWeights(plan, seed);
  const readers = new Map<string, TensorReader>();
  for (const tensor of load.tensors) {
    const source = tensor.from === null ? undefined : sources[tensor.from.source];
    if (source === undefined) continue;
    const initial = (start: number, end: number): Promise<Float32Array> => init.read(tensor.name, start, end);
    readers.set(tensor.name, new TensorReader(tensor, source.file, initial));
  }
  const types = new Map(load.tensors.map(({ name, from }) => [name, from?.dtype ?? "F32"]));
  return {
    title: [...new Set(sources.map(({ file }) => file.title))].join(", "),
    // The types stay the file's: how exact a weight can be depends on them.
    tensors: new Map(
      plan.tensors.map((tensor) => [tensor.name, { ...infoOf(tensor), dtype: types.get(tensor.name) ?? "F32" }]),
    ),
    origins: new Map(load.tensors.map(({ name, kind }) => [name, kind])),
    load,
    async read(name, start, end, into) {
      const reader = readers.get(name);
      if (reader === undefined) {
        if (!types.has(name)) throw new WeightsError(`the plan has no tensor \`${name}\``);
        return init.read(name, start, end, into);
      }
      const values = into === undefined ? new Float32Array(end - start) : into.subarray(0, end - start);
      await reader.read(start, values);
      return values;
    },
    async close() {
      for (const file of new Set(sources.map((source) => source.file))) await file.close();
    },
  };
}
