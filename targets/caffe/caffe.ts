import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { printMessage } from "../../src/caffe/print.js";
import { printLabels } from "../../src/model/labels.js";
import type { Plan } from "../../src/model/plan.js";
import { writeCaffemodel } from "../../src/weights/formats/caffemodel-writer.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import type { Target, TargetOptions, Written, WrittenFile } from "../target.js";
import { wantedWeights } from "../wanted.js";
import { writeFolder } from "../write-folder.js";
import { labelFiles } from "./label-files.js";
import { caffeNets } from "./nets.js";
import { blobSource, denseUpsamplings, weightedLayers } from "./weights.js";

const NETS = ["deploy.prototxt", "train.prototxt", "val.prototxt", "solver.prototxt"];
const MODEL = "weights.caffemodel";
const WANTED = "weights-wanted.json";

/**
 * A net for Caffe: `deploy.prototxt`, with a recipe also `train.prototxt`, `val.prototxt` and `solver.prototxt`, the
 * label lists, and with weights `weights.caffemodel`. What Caffe cannot say is refused, with its line.
 */
export const caffeTarget: Target = {
  name: "caffe",
  summary: "prototxt files and a caffemodel for Caffe: train, val, deploy and solver",

  write: (plan, weights, folder, options = {}) =>
    writeFolder(folder, isOurs(plan), async (staging) => {
      options.signal?.throwIfAborted();
      const dense = weights === null ? new Set<string>() : await denseUpsamplings(plan, weights);
      const { files, layers, departures } = caffeNets(plan, dense);
      const texts = new Map([...files].map(([name, message]) => [name, printMessage(message)]));
      for (const [labels, path] of labelFiles(plan)) texts.set(path, printLabels(labels));
      if (weights === null) texts.set(WANTED, `${JSON.stringify(wantedWeights(plan), null, 2)}\n`);
      const written: WrittenFile[] = [];
      for (const [path, text] of texts) {
        const bytes = new TextEncoder().encode(text);
        await writeFile(join(staging, path), bytes);
        written.push({ path, bytes: bytes.length });
      }
      if (weights !== null) {
        const path = join(staging, MODEL);
        const source = blobSource(plan, weights, dense);
        await writeCaffemodel(path, plan.net, weightedLayers(layers), source, writing(options));
        written.push({ path: MODEL, bytes: (await stat(path)).size });
      }
      return {
        folder,
        files: written.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
        bytes: written.reduce((sum, file) => sum + file.bytes, 0),
        hasWeights: weights !== null,
        notes: [...departures, ...notes(plan, weights, dense)],
      } satisfies Written;
    }),
};

function isOurs(plan: Plan): (name: string) => boolean {
  const names = new Set([...NETS, MODEL, WANTED, ...labelFiles(plan).values()]);
  return (name) => names.has(name);
}

function writing({ signal, onProgress }: TargetOptions): Parameters<typeof writeCaffemodel>[4] {
  return {
    ...(signal !== undefined && { signal }),
    ...(onProgress !== undefined && { onProgress: (done, total) => onProgress({ done, total }) }),
  };
}

function notes(plan: Plan, weights: PlanWeights | null, dense: ReadonlySet<string>): string[] {
  const result: string[] = [];
  if (plan.train === null)
    result.push("The spec has no `train`: there is deploy.prototxt, and neither a net for training nor a solver.");
  if (weights === null) {
    const wanted = plan.tensors.filter((tensor) => !tensor.generated).length;
    result.push(
      `No weights were given: there is no caffemodel. ${WANTED} lists the ${wanted} tensors that are wanted.`,
    );
  }
  for (const name of dense)
    result.push(
      `The kernel of \`${name}\` in ${weights?.title ?? "the file"} is not bilinear, so it is a deconvolution over all ` +
        `channels, without Caffe's bilinear filler.`,
    );
  return result;
}
