import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plan } from "../../src/model/plan.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import { TargetError, type Target, type TargetOptions, type WrittenFile } from "../target.js";
import { LOAD_PLAN, wantedWeights } from "../wanted.js";
import { learnedUpsamplings } from "../web/build.js";
import { writeFolder } from "../write-folder.js";
import { lower, type LoweredPlan } from "./lower.js";
import { dataOf, MODEL, modelOf } from "./model.js";
import { modelParts, sizeOf } from "./proto.js";

const PLAN = "plan.json";
const WANTED = "weights-wanted.json";
/** What a protobuf message holds. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * ONNX for every input size: `model.onnx` with the weights inside. Inputs are [1, C, H, W], fed as the plan's inputs are
 * (RGB in 0..255); outputs are the scores [1, classes, H, W] and the mask [1, H, W].
 */
export const onnxTarget: Target = {
  name: "onnx",
  summary: "an ONNX model (opset 17) for ONNX Runtime: any input size, preprocessing and argmax inside",

  write(plan, weights, folder, options = {}) {
    return writeFolder(folder, isOurs, async (staging) => {
      const documents: [string, unknown][] = [[PLAN, plan]];
      if (weights === null) documents.push([WANTED, wantedWeights(plan)]);
      else if (weights.load) documents.push([LOAD_PLAN, weights.load]);
      const files: WrittenFile[] = [];
      for (const [path, value] of documents) files.push(await writeJson(staging, path, value));
      const notes: string[] = [];
      if (weights === null)
        notes.push(
          `No weights were given, and ONNX keeps them in its one file: there is no ${MODEL} yet. ${WANTED} lists the ` +
            `tensors that are wanted.`,
        );
      else {
        const learned = await learnedUpsamplings(plan, weights);
        files.push(await writeModel(plan, weights, lower(plan, new Set(learned)), staging, options));
        for (const name of learned)
          notes.push(`The kernel of \`${name}\` in ${weights.title} is not bilinear, so it runs as a deconvolution.`);
      }
      files.sort((a, b) => (a.path < b.path ? -1 : 1));
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return { folder, files, bytes, hasWeights: weights !== null, notes };
    });
  },
};

const isOurs = (name: string): boolean => [MODEL, PLAN, WANTED, LOAD_PLAN].includes(name);

async function writeJson(folder: string, path: string, value: unknown): Promise<WrittenFile> {
  const text = new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  await writeFile(join(folder, path), text);
  return { path, bytes: text.length };
}

async function writeModel(
  plan: Plan,
  weights: PlanWeights,
  lowered: LoweredPlan,
  folder: string,
  { signal, onProgress }: TargetOptions,
): Promise<WrittenFile> {
  const { constants } = lowered.graph;
  const named = new Map(constants.map((constant) => [constant.name, constant]));
  const parts = modelParts(modelOf(plan, lowered, constants));
  const bytes = parts.reduce((sum, part) => sum + sizeOf(part), 0);
  if (bytes > MOST_BYTES)
    throw new TargetError(
      `${plan.net} would have ${bytes} bytes, and an ONNX file holds 2 GiB. Compile it for the target web.`,
    );
  const total = constants.reduce((sum, constant) => sum + constant.bytes, 0);
  let done = 0;
  const file = await open(join(folder, MODEL), "w");
  try {
    for (const part of parts) {
      if (part instanceof Uint8Array) {
        await file.writeFile(part);
        continue;
      }
      for await (const piece of dataOf(named.get(part.name), weights)) {
        signal?.throwIfAborted();
        await file.writeFile(piece);
        onProgress?.({ done: (done += piece.length), total });
      }
    }
  } finally {
    await file.close();
  }
  return { path: MODEL, bytes };
}
