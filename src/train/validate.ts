/** Validation: a whole data set through the net as it predicts, counted against its truth. */
import { setImmediate } from "node:timers/promises";
import type { Batch } from "../data/batch.js";
import { DataError, type Dataset } from "../data/dataset.js";
import { matchPlan } from "../data/match.js";
import type { Batches } from "../data/open-batches.js";
import { addToConfusion, ConfusionError, makeConfusion, type Confusion } from "../metrics/confusion.js";
import { classMetricsOf, metricsOf, type Metrics } from "../metrics/metrics.js";
import type { Plan } from "../model/plan.js";
import type { HeadValidation, ValidationLine } from "./log.js";
import type { Prediction } from "./trainer.js";

export type Validation = Pick<ValidationLine, "heads"> & Metrics;

/** A net as it predicts: a trainer, or a compiled net on an engine. */
export interface Predictor {
  predict(images: Batch["images"]): Promise<Readonly<Record<string, Pick<Prediction, "mask">>>>;
}

export interface ValidateOptions {
  readonly signal?: AbortSignal;
  /** Images at most, from the first on. */
  readonly limit?: number;
  /** Images done, and in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * The confusion and the metrics of each output over all images of `batches`. The metrics of the whole are the means of
 * the outputs' metrics, which for one output are its own.
 *
 * @throws the signal's reason, or {DataError} for labels that are no classes of the net.
 */
export async function validate(
  plan: Plan,
  trainer: Predictor,
  batches: Batches,
  { signal, limit = Infinity, onProgress }: ValidateOptions = {},
): Promise<Validation> {
  const confusions = new Map(plan.outputs.map(({ name, classes }) => [name, makeConfusion(classes)]));
  const total = Math.min(limit, batches.count);
  for (let done = 0; done < total; done++) {
    // A signal is heard between steps on native TensorFlow alone.
    await setImmediate();
    signal?.throwIfAborted();
    onProgress?.(done, total);
    const batch = await batches.next();
    const predicted = await trainer.predict(batch.images);
    for (const { name, ignore } of plan.outputs) {
      const [confusion, mask, labels] = [confusions.get(name), predicted[name]?.mask, batch.labels[name]];
      if (!confusion || !mask || !labels) throw new Error(`validation lacks the output ${name}`);
      count(confusion, mask.data, labels.data, ignore, batch.names.join(", "));
    }
  }
  onProgress?.(total, total);
  const names = classNames(plan, batches.dataset);
  const heads = plan.outputs.map(
    ({ name }) => [name, headOf(confusions.get(name) ?? makeConfusion(1), names.get(name) ?? null)] as const,
  );
  return { ...meanOf(heads.map(([, head]) => head)), heads: Object.fromEntries(heads) };
}

/** By output: as the net's labels call its classes, or else the data set's. */
function classNames(plan: Plan, dataset: Dataset): ReadonlyMap<string, readonly string[]> {
  const own = matchPlan(dataset, plan).outputs.flatMap(({ output, labelSet }) => {
    const theirs = dataset.labelSets.find(({ name }) => name === labelSet)?.classes;
    const names = output.labels?.classes.map(({ name }) => name) ?? theirs;
    return names ? [[output.name, names] as const] : [];
  });
  return new Map(own);
}

function count(
  confusion: Confusion,
  mask: Int32Array,
  labels: Int32Array,
  ignore: number | null,
  example: string,
): void {
  try {
    addToConfusion(confusion, mask, labels, ignore);
  } catch (error) {
    if (error instanceof ConfusionError) throw new DataError(`${example}: ${error.message}`, [], { cause: error });
    throw error;
  }
}

function headOf(confusion: Confusion, names: readonly string[] | null): HeadValidation {
  const classes = classMetricsOf(confusion).map(({ iu, accuracy, pixels }, index) => ({
    name: names?.[index] ?? `class ${index}`,
    iu,
    accuracy,
    pixels,
  }));
  return { ...metricsOf(confusion), classes, confusion: [...confusion.counts] };
}

function meanOf(heads: readonly Metrics[]): Metrics {
  const mean = (key: keyof Metrics): number => heads.reduce((sum, head) => sum + head[key], 0) / heads.length;
  return {
    pixelAccuracy: mean("pixelAccuracy"),
    meanAccuracy: mean("meanAccuracy"),
    meanIU: mean("meanIU"),
    frequencyWeightedIU: mean("frequencyWeightedIU"),
    meanIUInTruth: mean("meanIUInTruth"),
  };
}
