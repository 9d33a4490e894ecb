/**
 * The four metrics of the paper (Long, Shelhamer and Darrell 2015, section 5), with t_i = sum_j n_ij the pixels of class
 * i, and what each class has.
 *
 * The paper divides by the number of classes and says nothing of classes that are absent. The reference repository's
 * score.py takes NumPy's `nanmean`: a class that is neither in the truth nor predicted has no IU and is left out, one
 * that is predicted though it is absent has an IU of 0. That is `meanIU`. For SIFT Flow, where many classes are absent
 * from the test set, the paper's figures count the classes of the truth alone: `meanIUInTruth`.
 */
import type { Confusion } from "./confusion.js";

/** Between 0 and 1; NaN where no pixel was counted. */
export interface Metrics {
  /** sum n_ii / sum t_i */
  readonly pixelAccuracy: number;
  /** Mean of n_ii / t_i over the classes that are in the truth. */
  readonly meanAccuracy: number;
  /** Mean of n_ii / (t_i + sum_j n_ji - n_ii) over the classes that are in truth or prediction. */
  readonly meanIU: number;
  /** sum t_i IU_i / sum t_k */
  readonly frequencyWeightedIU: number;
  /** The mean IU over the classes that are in the truth: differs where a class is predicted that is not in it. */
  readonly meanIUInTruth: number;
}

export interface ClassMetrics {
  /** n_ii / (t_i + sum_j n_ji - n_ii); null for a class that is neither in the truth nor predicted. */
  readonly iu: number | null;
  /** n_ii / t_i; null for a class that is not in the truth. */
  readonly accuracy: number | null;
  /** t_i */
  readonly pixels: number;
  /** sum_j n_ji */
  readonly predictedPixels: number;
}

/** In the order of classes. */
export function classMetricsOf({ classes, counts }: Confusion): ClassMetrics[] {
  return Array.from({ length: classes }, (_, i) => {
    let pixels = 0;
    let predictedPixels = 0;
    for (let j = 0; j < classes; j += 1) {
      pixels += counts[i * classes + j]!;
      predictedPixels += counts[j * classes + i]!;
    }
    const right = counts[i * classes + i]!;
    const union = pixels + predictedPixels - right;
    return {
      iu: union === 0 ? null : right / union,
      accuracy: pixels === 0 ? null : right / pixels,
      pixels,
      predictedPixels,
    };
  });
}

export function metricsOf(confusion: Confusion): Metrics {
  const { classes, counts } = confusion;
  const each = classMetricsOf(confusion);
  let pixels = 0;
  let right = 0;
  let weighted = 0;
  for (const [i, { pixels: ofClass, iu }] of each.entries()) {
    pixels += ofClass;
    right += counts[i * classes + i]!;
    weighted += ofClass * (iu ?? 0);
  }
  const inTruth = each.filter((one) => one.pixels > 0);
  return {
    pixelAccuracy: right / pixels,
    meanAccuracy: mean(each.map(({ accuracy }) => accuracy)),
    meanIU: mean(each.map(({ iu }) => iu)),
    frequencyWeightedIU: weighted / pixels,
    meanIUInTruth: mean(inTruth.map(({ iu }) => iu)),
  };
}

/** Of the values that there are. */
function mean(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
