import { EngineError, type LoadedModel, type ModelInMemory, type Value } from "../engines/engine.js";
import type { Plan, PlanOutput } from "../model/plan.js";

/** The scores of one output: float32 [height, width, classes]. */
export interface Scores {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly classes: number;
  readonly data: Float32Array;
}

/** Runs nets: an engine of TF.js, or ONNX Runtime. */
export interface Runs<Source = string> {
  readonly name: string;
  readonly description: string;
  load(source: Source): Promise<Pick<LoadedModel, "run" | "dispose">>;
  /** The node of a graph that has an output's scores, where that is not the plan's value. */
  readonly nodeOf?: (output: PlanOutput) => string;
}

/**
 * Loads a net, runs it once and frees it: its weights are gone before the next one is loaded.
 * @throws {EngineError} when it cannot be loaded or run: mostly as memory does not suffice.
 */
export async function scoresOf<Source extends string | ModelInMemory>(
  plan: Plan,
  engine: Runs<Source>,
  source: Source,
  feeds: Readonly<Record<string, Value>>,
): Promise<Scores[]> {
  const nodeOf = engine.nodeOf ?? ((output: PlanOutput) => output.value);
  const model = await engine.load(source);
  try {
    const values = await model.run(feeds, [...new Set(plan.outputs.map(nodeOf))]);
    return plan.outputs.map((output) => {
      const { name } = output;
      const found = values[nodeOf(output)];
      const [, height = 0, width = 0, classes = 0] = found?.shape ?? [];
      if (!(found?.data instanceof Float32Array)) throw new EngineError(`the net has no scores for \`${name}\``);
      return { name, height, width, classes, data: found.data };
    });
  } finally {
    model.dispose();
  }
}

/** The class of each pixel: the first of the largest scores. */
export function classesOf({ height, width, classes, data }: Scores): Uint16Array {
  const mask = new Uint16Array(height * width);
  for (let pixel = 0, start = 0; pixel < mask.length; pixel++, start += classes) {
    let best = 0;
    for (let label = 1; label < classes; label++)
      if ((data[start + label] as number) > (data[start + best] as number)) best = label;
    mask[pixel] = best;
  }
  return mask;
}

export const areFinite = ({ data }: Scores): boolean => data.every((value) => Number.isFinite(value));
