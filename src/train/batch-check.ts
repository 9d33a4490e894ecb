import type { Batch } from "../data/batch.js";

/** What a step needs to know of an output to take its labels. */
export interface LabelledOutput {
  readonly name: string;
  readonly classes: number;
  readonly ignore: number | null;
}

/** A batch that no engine can train on: the message names the example and the pixel. */
export class BatchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BatchError";
  }
}

/**
 * Looks at every label before a step is taken: TensorFlow refuses one that is no class on the processor alone, and on a
 * GPU gives NaN.
 *
 * @throws {BatchError}
 */
export function checkLabels({ labels, names }: Batch, outputs: readonly LabelledOutput[]): void {
  for (const { name, classes, ignore } of outputs) {
    const value = labels[name];
    if (value === undefined) throw new BatchError(`there is no label for \`${name}\``);
    const { data, shape } = value;
    const at = data.findIndex((label) => label !== ignore && (label < 0 || label >= classes));
    if (at < 0) continue;
    const [, height = 1, width = 1] = shape;
    const pixel = at % (height * width);
    const example = names[Math.floor(at / (height * width))] ?? "the batch";
    const exempt = ignore === null ? "no label is ignored" : `${ignore} is ignored`;
    throw new BatchError(
      `${example}: the label of \`${name}\` is ${data[at]} at row ${Math.floor(pixel / width)}, column ${pixel % width}; ` +
        `its classes are 0 to ${classes - 1}, and ${exempt}`,
    );
  }
}
