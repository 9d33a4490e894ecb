/**
 * The confusion of a segmentation with its truth (Long, Shelhamer and Darrell 2015, section 5): n_ij is the number of
 * pixels of class i that are predicted as class j.
 */
export interface Confusion {
  readonly classes: number;
  /** [classes, classes], rows are the truth: n_ij at i * classes + j. Whole numbers, exact to 2^53. */
  readonly counts: Float64Array;
}

/** A class of each pixel: what a net gives as its mask, or a label map. */
export type ClassMap = Int32Array | Uint8Array | Uint16Array;

/** A truth or a mask does not belong to the classes that are counted. The message is for people, and names no file. */
export class ConfusionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ConfusionError";
  }
}

/** Nothing counted yet. */
export function makeConfusion(classes: number): Confusion {
  if (!Number.isSafeInteger(classes) || classes < 1) throw new RangeError(`a confusion of ${classes} classes`);
  return { classes, counts: new Float64Array(classes * classes) };
}

/**
 * Counts the pixels of a mask by their truth; those whose truth is `ignore` are left out, whatever was predicted.
 *
 * @param mask, labels of the same pixels in the same order, such as [height, width]
 * @returns the number of pixels counted
 * @throws {ConfusionError} for another number of pixels, and for a truth that is neither a class nor `ignore`: Caffe's
 * score.py drops those silently, and a mistake in labels would go unseen. Nothing is counted then.
 */
export function addToConfusion(
  { classes, counts }: Confusion,
  mask: ClassMap,
  labels: ClassMap,
  ignore: number | null,
): number {
  if (mask.length !== labels.length)
    throw new ConfusionError(`the truth has ${labels.length} pixels, and the prediction ${mask.length}`);
  const found = new Float64Array(counts.length);
  let counted = 0;
  // Neighbours are mostly alike: a run of equal pairs is counted in a register.
  let pair = 0;
  let run = 0;
  for (let i = 0; i < labels.length; i += 1) {
    const truth = labels[i]!;
    if (truth === ignore) continue;
    const predicted = mask[i]!;
    if (truth >>> 0 >= classes) throw strangeLabel(truth, classes, ignore);
    if (predicted >>> 0 >= classes)
      throw new ConfusionError(`the prediction has class ${predicted}, and there are ${classes} classes`);
    const next = truth * classes + predicted;
    if (next !== pair) {
      found[pair]! += run;
      counted += run;
      pair = next;
      run = 0;
    }
    run += 1;
  }
  found[pair]! += run;
  for (let i = 0; i < found.length; i += 1) counts[i]! += found[i]!;
  return counted + run;
}

function strangeLabel(label: number, classes: number, ignore: number | null): ConfusionError {
  const besides = ignore === null ? "" : ` and ${ignore}, which is ignored`;
  return new ConfusionError(`the truth has label ${label}, and classes are 0 to ${classes - 1}${besides}`);
}

/** Adds what another counted of the same classes: `into` is changed. */
export function mergeConfusion(into: Confusion, from: Confusion): void {
  if (into.classes !== from.classes)
    throw new RangeError(`confusions of ${into.classes} and of ${from.classes} classes`);
  for (let i = 0; i < from.counts.length; i += 1) into.counts[i]! += from.counts[i]!;
}
