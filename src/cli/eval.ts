/** `fcnc eval SPEC|BUNDLE`: how well a net segments a data set, by the paper's four metrics. */
import { callText } from "../data/call.js";
import { DataError } from "../data/dataset.js";
import { openBatches } from "../data/open-batches.js";
import type { Confusion } from "../metrics/confusion.js";
import { classMetricsOf, metricsOf } from "../metrics/metrics.js";
import { renderMetrics } from "../metrics/text.js";
import type { Plan } from "../model/plan.js";
import { validate, type Validation } from "../train/validate.js";
import { confusionCsv } from "./confusion-csv.js";
import { dataCallOf, type DataOptions } from "./data-options.js";
import { fileOf } from "./deliver.js";
import { interruptible } from "./interrupt.js";
import { openNet, startNet, type NetOptions } from "./open-net.js";
import { print, printJson, showsColor, statusLine, tellNote } from "./output.js";
import { predictorOf } from "./predictor.js";
import { admitPlace, replaceFile } from "./write-file.js";

interface EvalOptions extends NetOptions, DataOptions {
  readonly limit?: number;
  readonly confusion?: string;
}

interface Head {
  readonly name: string;
  readonly classes: readonly string[];
  readonly confusion: Confusion;
}

export async function run(source: string, options: EvalOptions): Promise<void> {
  const net = await openNet(source, options);
  const { plan } = net;
  if (options.confusion !== undefined)
    for (const { name } of plan.outputs) await admitPlace(fileOf(options.confusion, name, plan.outputs.length));
  const call = await dataCallOf(net, options);
  const { limit = Infinity } = options;
  await interruptible(async (signal) => {
    const order = { kind: "once", seed: 0 } as const;
    const batches = await openBatches({ plan, data: call, batch: 1, order, signal, note: tellNote });
    const progress = statusLine("evaluating:");
    try {
      const { engine, engineDetail, model } = await startNet(net, options);
      const start = performance.now();
      const onProgress = (done: number, total: number): void => progress.update(`${done} of ${total} images`);
      const found = await validate(plan, predictorOf(plan, model), batches, { signal, limit, onProgress });
      const seconds = (performance.now() - start) / 1000;
      model.dispose();
      progress.end();
      const heads = headsOf(plan, found);
      const title = callText(call);
      admitCounted(heads, title);
      const written = await writeConfusions(heads, options.confusion);
      const images = Math.min(limit, batches.dataset.names.length);
      if (options.format === "json") {
        const { net: name, digest } = plan;
        const about = { net: name, digest, data: title, images, of: batches.dataset.names.length };
        printJson({ ...about, engine, engineDetail, seconds, outputs: heads.map(headJson), written });
      } else
        printHeads(
          heads,
          `${plan.net} on ${images} ${images === 1 ? "image" : "images"} of ${title}, in ${seconds.toFixed(1)} s (${engine})`,
        );
      if (options.format !== "json" && written.length > 0) print(`\nwrote ${written.join(", ")}`);
    } finally {
      progress.end();
      await batches.close();
    }
  });
}

function headsOf(plan: Plan, { heads }: Validation): Head[] {
  return plan.outputs.map(({ name, classes }) => ({
    name,
    classes: heads[name]?.classes.map((one) => one.name) ?? [],
    confusion: { classes, counts: Float64Array.from(heads[name]?.confusion ?? []) },
  }));
}

/** @throws {DataError} rather than to print metrics of nothing */
function admitCounted(heads: readonly Head[], title: string): void {
  for (const { name, confusion } of heads)
    if (confusion.counts.every((count) => count === 0))
      throw new DataError(`no pixel of ${title} counts for \`${name}\`: all of its truth is void`, [
        "`fcnc data check` reports what labels a data set has",
      ]);
}

function headJson({ name, classes, confusion }: Head): object {
  const each = classMetricsOf(confusion).map((one, i) => ({
    index: i,
    name: classes[i] ?? "",
    ...one,
    absent: one.pixels === 0 && one.predictedPixels === 0,
  }));
  const rows = classes.map((_, i) => [...confusion.counts.subarray(i * classes.length, (i + 1) * classes.length)]);
  return { name, ...metricsOf(confusion), classes: each, confusion: rows };
}

function printHeads(heads: readonly Head[], title: string): void {
  print(title);
  for (const { name, classes, confusion } of heads) {
    print(heads.length > 1 ? `\n${name}:` : "");
    print(renderMetrics(confusion, classes, showsColor(process.stdout)).join("\n"));
  }
}

async function writeConfusions(heads: readonly Head[], path: string | undefined): Promise<string[]> {
  const written: string[] = [];
  if (path === undefined) return written;
  for (const { name, classes, confusion } of heads) {
    const file = fileOf(path, name, heads.length);
    await replaceFile(file, confusionCsv(confusion, classes));
    written.push(file);
  }
  return written;
}
