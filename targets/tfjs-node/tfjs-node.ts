import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plan } from "../../src/model/plan.js";
import { writeSafetensors } from "../../src/weights/formats/safetensors-writer.js";
import { initWeights } from "../../src/weights/init.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import type { WeightSource } from "../../src/weights/source.js";
import type { Target, TargetOptions, Written, WrittenFile } from "../target.js";
import { LOAD_PLAN } from "../wanted.js";
import { learnedUpsamplings } from "../web/build.js";
import { writeFolder } from "../write-folder.js";
import { buildTraining, type TrainingModel } from "./build.js";
import { describe } from "./description.js";
import { copyTrainModule, TRAIN_MODULE } from "./module-files.js";
import { savedModelBytes } from "./saved-model.js";

/** What every loader of a SavedModel looks for. */
const MODEL = "saved_model.pb";
const PLAN = "plan.json";
const DESCRIPTION = "training.json";
const WEIGHTS = "weights.safetensors";

/**
 * A SavedModel that trains the net: forward, gradients and updates as one graph, for every input size and batch, with the
 * weights that training starts from beside it: those that are given, or fresh ones of the recipe's seed.
 */
export const tfjsNodeTarget: Target = {
  name: "tfjs-node",
  summary: "a SavedModel that trains the net on tfjs-node and tfjs-node-gpu, with a module for a training loop",

  write(plan, weights, folder, options = {}) {
    return writeFolder(folder, isOurs, async (staging) => {
      const learned = weights === null ? [] : await learnedUpsamplings(plan, weights);
      const model = buildTraining(plan, new Set(learned));
      const files = [
        await writeBytes(staging, MODEL, savedModelBytes(model.savedModel)),
        await writeJson(staging, PLAN, plan),
        await writeJson(staging, DESCRIPTION, describe(plan, model)),
        ...(await copyTrainModule(staging)),
      ];
      if (weights?.load) files.push(await writeJson(staging, LOAD_PLAN, weights.load));
      options.signal?.throwIfAborted();
      files.push(await writeWeights(staging, plan, weights ?? initWeights(plan, model.recipe.seed), model, options));
      files.sort((a, b) => (a.path < b.path ? -1 : 1));
      return {
        folder,
        files,
        bytes: files.reduce((sum, file) => sum + file.bytes, 0),
        hasWeights: true,
        notes: notes(weights, model, learned),
      } satisfies Written;
    });
  },
};

const isOurs = (name: string): boolean =>
  [MODEL, PLAN, DESCRIPTION, WEIGHTS, LOAD_PLAN, ...TRAIN_MODULE].includes(name);

async function writeBytes(folder: string, path: string, bytes: Uint8Array): Promise<WrittenFile> {
  await writeFile(join(folder, path), bytes);
  return { path, bytes: bytes.length };
}

const writeJson = (folder: string, path: string, value: unknown): Promise<WrittenFile> =>
  writeBytes(folder, path, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`));

async function writeWeights(
  folder: string,
  plan: Plan,
  weights: PlanWeights,
  model: TrainingModel,
  { signal, onProgress }: TargetOptions,
): Promise<WrittenFile> {
  const tensors = new Map(model.weights.map(({ name, shape }) => [name, { name, shape, dtype: "F32" }]));
  const source: WeightSource = {
    title: weights.title,
    tensors,
    read: (name, start, end, into) => weights.read(name, start, end, into),
    close: () => Promise.resolve(),
  };
  const path = join(folder, WEIGHTS);
  await writeSafetensors(path, source, {
    metadata: { net: plan.net, digest: plan.digest },
    ...(signal !== undefined && { signal }),
    ...(onProgress !== undefined && { onProgress: (done, total) => onProgress({ done, total }) }),
  });
  return { path: WEIGHTS, bytes: (await stat(path)).size };
}

function notes(weights: PlanWeights | null, model: TrainingModel, learned: readonly string[]): string[] {
  const result: string[] = [];
  if (weights === null)
    result.push(
      `No weights were given: ${WEIGHTS} holds fresh ones, of the initializers and the seed ${model.recipe.seed}.`,
    );
  for (const name of learned)
    result.push(
      `The kernel of \`${name}\` in ${weights?.title ?? "the file"} is not bilinear, so it runs as an ordinary ` +
        `deconvolution, which is slower. It stays as it is.`,
    );
  return result;
}
