/** Examples for a report: a few images of a data set with their truth, predicted anew with the weights of a run. */
import { openBatches } from "../data/open-batches.js";
import type { BatchValue } from "../data/batch.js";
import type { Dataset, DatasetCall } from "../data/dataset.js";
import { openDataset } from "../data/datasets/index.js";
import type { RgbImage } from "../images/convert.js";
import { IGNORE_INDEX, writePalettePng, type Mask } from "../images/palette-png.js";
import { writeRgbPng } from "../images/png-write.js";
import { describeClass } from "../images/shares.js";
import { shrinkMask, shrinkPicture } from "../images/shrink.js";
import { addToConfusion, makeConfusion } from "../metrics/confusion.js";
import { metricsOf } from "../metrics/metrics.js";
import { numberedLabels } from "../model/labels.js";
import type { Plan, PlanOutput } from "../model/plan.js";
import type { Sample } from "../report/report-run.js";
import type { Predictor } from "../train/validate.js";

/** Pixels of an example's longer side in a report. */
const SHOWN = 320;

/**
 * @param count of examples, spread evenly over the set
 * @throws {DataError} when the data is not there, or not for this net
 */
export async function predictSamples(
  plan: Plan,
  predictor: Predictor,
  call: DatasetCall,
  count: number,
  signal: AbortSignal,
): Promise<Sample[]> {
  const data = spread(await openDataset(call), count);
  const batches = await openBatches({ plan, data, batch: 1, order: { kind: "once", seed: 0 }, threads: 0, signal });
  const samples: Sample[] = [];
  try {
    for (let done = 0; done < batches.count; done += 1) {
      signal.throwIfAborted();
      const { images, labels, names } = await batches.next();
      const picture = shrinkPicture(pictureOf(plan, images), SHOWN);
      const found = await predictor.predict(images);
      for (const output of plan.outputs) {
        const truth = labels[output.name];
        const mask = found[output.name]?.mask;
        if (!truth || !mask) throw new Error(`a report lacks the output ${output.name}`);
        samples.push(sampleOf(names[0] ?? "", output, picture, truth, mask.data));
      }
    }
    return samples;
  } finally {
    await batches.close();
  }
}

function spread(dataset: Dataset, count: number): Dataset {
  const total = dataset.names.length;
  const wanted = Math.min(count, total);
  const chosen = Array.from({ length: wanted }, (_, i) => Math.floor(((i + 0.5) * total) / wanted));
  const at = (index: number): number => chosen[index] ?? 0;
  return {
    ...dataset,
    names: chosen.map((index) => dataset.names[index] ?? ""),
    filesOf: (index) => dataset.filesOf(at(index)),
    read: (index) => dataset.read(at(index)),
  };
}

/** What people see of the inputs: the first that is in colours, else the first. */
function pictureOf(plan: Plan, images: Readonly<Record<string, BatchValue<Float32Array>>>): RgbImage {
  const input = plan.inputs.find(({ format }) => format === "rgb" || format === "bgr") ?? plan.inputs[0];
  const value = images[input?.name ?? ""];
  if (!value) throw new Error("a report lacks a picture");
  const [, height = 0, width = 0, channels = 1] = value.shape;
  const data = new Uint8Array(3 * height * width);
  for (let pixel = 0; pixel < height * width; pixel += 1)
    for (let c = 0; c < 3; c += 1)
      data[3 * pixel + c] = Math.min(Math.max(value.data[pixel * channels + Math.min(c, channels - 1)]!, 0), 255);
  return { width, height, data };
}

function sampleOf(
  name: string,
  output: PlanOutput,
  picture: RgbImage,
  truth: BatchValue<Int32Array>,
  predicted: Int32Array,
): Sample {
  const [, height = 0, width = 0] = truth.shape;
  const { classes, ignore } = output;
  const labels = output.labels ?? numberedLabels(classes);
  const confusion = makeConfusion(classes);
  const counted = addToConfusion(confusion, predicted, truth.data, ignore);
  const maskOf = (values: Int32Array): Mask => {
    const indices = Uint16Array.from(values, (value) => (value === ignore ? IGNORE_INDEX : value));
    return shrinkMask({ width, height, indices }, SHOWN);
  };
  const [truthMask, predictedMask] = [maskOf(truth.data), maskOf(predicted)];
  const found = [...new Set([...truthMask.indices, ...predictedMask.indices])].toSorted((a, b) => a - b);
  return {
    name,
    output: output.name,
    width: picture.width,
    height: picture.height,
    picture: writeRgbPng(picture),
    truth: writePalettePng(truthMask, labels),
    prediction: writePalettePng(predictedMask, labels),
    classes: found.map((index) => describeClass(labels, index).name),
    pixelAccuracy: counted === 0 ? null : metricsOf(confusion).pixelAccuracy,
  };
}
