/** Metrics as a table for people. */
import { painter, tableLines, type Column, type Row } from "../inspect/text.js";
import { classMetricsOf, metricsOf, type Metrics } from "./metrics.js";
import type { Confusion } from "./confusion.js";

/** In the paper's order and words. */
export const metricWords: Readonly<Record<keyof Metrics, string>> = {
  pixelAccuracy: "pixel accuracy",
  meanAccuracy: "mean accuracy",
  meanIU: "mean IU",
  frequencyWeightedIU: "frequency-weighted IU",
  meanIUInTruth: "mean IU of classes in the truth",
};

const DASH = "-";
const COLUMNS: readonly Column[] = [
  { title: "", align: "left" },
  { title: "IU %", align: "right" },
  { title: "accuracy %", align: "right" },
  { title: "pixels", align: "right" },
  { title: "predicted", align: "right" },
];

/**
 * Lines with the metrics in percent, then a row for each class, absent ones last and said to be absent.
 *
 * @param names of the classes, in their order
 */
export function renderMetrics(confusion: Confusion, names: readonly string[], color: boolean): string[] {
  const paint = painter(color);
  const metrics = metricsOf(confusion);
  const shown = metricKeys(metrics).map((key) => ({
    style: "bold" as const,
    cells: [metricWords[key], `${hundred(metrics[key])}%`],
  }));
  const classes = classMetricsOf(confusion).map((one, i) => ({ ...one, name: names[i] ?? `class ${i}` }));
  const isAbsent = (pixels: number, predicted: number): boolean => pixels === 0 && predicted === 0;
  const absent = classes.filter(({ pixels, predictedPixels }) => isAbsent(pixels, predictedPixels));
  const rows = classes
    .filter(({ pixels, predictedPixels }) => !isAbsent(pixels, predictedPixels))
    .map(({ name, iu, accuracy, pixels, predictedPixels }): Row => ({
      cells: [name, hundred(iu), hundred(accuracy), pixels.toLocaleString("en"), predictedPixels.toLocaleString("en")],
    }));
  const lines = [
    ...tableLines(
      [
        { title: "", align: "left" },
        { title: "", align: "right" },
      ],
      shown,
      paint,
    ),
    "",
    ...tableLines(COLUMNS, rows, paint),
  ];
  const onlyPredicted = classes.filter(({ pixels, predictedPixels }) => pixels === 0 && predictedPixels > 0);
  if (onlyPredicted.length > 0)
    lines.push("", `predicted, but not in the truth, so of IU 0: ${onlyPredicted.map(({ name }) => name).join(", ")}`);
  if (absent.length > 0)
    lines.push(
      "",
      `neither in the truth nor predicted, so not in the means: ${absent.map(({ name }) => name).join(", ")}`,
    );
  return lines;
}

/** The mean over the truth's classes is shown where it is another. */
export function metricKeys(metrics: Metrics): (keyof Metrics)[] {
  const keys = Object.keys(metricWords) as (keyof Metrics)[];
  return keys.filter((key) => key !== "meanIUInTruth" || !Object.is(metrics.meanIUInTruth, metrics.meanIU));
}

/** In percent, as the paper's tables have it; a dash where there is no value. */
export function hundred(share: number | null): string {
  return share === null || Number.isNaN(share) ? DASH : (100 * share).toFixed(1);
}
