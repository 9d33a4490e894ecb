/** A batch from examples: read, fed as prediction feeds pictures, placed by the augmentation, and put together. */
import { feedImage } from "../images/feed.js";
import { type DecodedImage, ImageError } from "../images/read.js";
import type { Pair, Plan, PlanInput } from "../model/plan.js";
import { admitSize, admitTogether } from "./admit-size.js";
import { type Augmentation, placementOf } from "./augment.js";
import type { Batch, BatchValue } from "./batch.js";
import { DataError, type Dataset, VOID } from "./dataset.js";
import { type Matching, matchPlan } from "./match.js";
import { examplesOf, type Order } from "./order.js";
import { placeImage, placeLabels } from "./place.js";
import { truthOf } from "./truth.js";

/** What a batch follows from, beside the dataset and its place in the order. Plain values. */
export interface BatchRecipe {
  readonly plan: Plan;
  readonly order: Order;
  readonly augment: Augmentation;
}

/** A batch whose memory can be handed to another thread. */
export interface MadeBatch extends Batch {
  readonly images: Readonly<Record<string, BatchValue<Float32Array<ArrayBuffer>>>>;
  readonly labels: Readonly<Record<string, BatchValue<Int32Array<ArrayBuffer>>>>;
  readonly allVoid: readonly AllVoid[];
}

/** Labels none of whose pixels counts for an output. */
export interface AllVoid {
  readonly output: string;
  readonly file: string;
}

/** An example as the net takes it: [H, W, C] by input, [H, W] by output. */
interface Placed {
  readonly size: Pair;
  readonly file: string;
  readonly images: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  readonly labels: ReadonlyMap<string, Int32Array<ArrayBuffer>>;
}

/** Makes batches, each a function of the dataset, the recipe and the images' numbers alone. */
export class BatchMaker {
  readonly #dataset: Dataset;
  readonly #recipe: BatchRecipe;
  readonly #matching: Matching;
  readonly #examples: { at(image: number): number };

  /** @throws {DataError} when the dataset is empty or is not for this net. */
  constructor(dataset: Dataset, recipe: BatchRecipe) {
    if (dataset.names.length === 0) throw new DataError(`${dataset.title} has no examples`);
    this.#dataset = dataset;
    this.#recipe = recipe;
    this.#matching = matchPlan(dataset, recipe.plan);
    this.#examples = examplesOf(recipe.order, dataset.names.length);
  }

  /**
   * Images `first` to `first + count - 1` of the order.
   * @throws {DataError} when a file cannot be read, or images are not for this net or not of one size.
   */
  async make(first: number, count: number): Promise<MadeBatch> {
    const allVoid: AllVoid[] = [];
    const names: string[] = [];
    const placed: Placed[] = [];
    for (let image = first; image < first + count; image += 1) {
      const index = this.#examples.at(image);
      names.push(this.#dataset.names[index]!);
      const example = await this.#placed(image, index, allVoid);
      admitTogether(placed[0] ?? example, example, count);
      placed.push(example);
    }
    const size = placed[0]!.size;
    const { inputs, outputs } = this.#matching;
    const images = inputs.map(({ input: { name, channels } }) => {
      const parts = placed.map((one) => one.images.get(name)!);
      return [name, { shape: [count, ...size, channels], data: joined(parts, Float32Array) }] as const;
    });
    const labels = outputs.map(({ output: { name } }) => {
      const parts = placed.map((one) => one.labels.get(name)!);
      return [name, { shape: [count, ...size], data: joined(parts, Int32Array) }] as const;
    });
    return { images: Object.fromEntries(images), labels: Object.fromEntries(labels), names, allVoid };
  }

  async #placed(image: number, index: number, allVoid: AllVoid[]): Promise<Placed> {
    const { plan, order, augment } = this.#recipe;
    const { parts, labelSets } = this.#dataset;
    const example = await this.#dataset.read(index);
    const files = this.#dataset.filesOf(index);
    const file = files[0] ?? example.name;
    const { width, height } = Object.values(example.images)[0]!;
    const placement = placementOf(augment, order.seed, image, [height, width]);
    const images = new Map<string, Float32Array<ArrayBuffer>>();
    for (const { input, part, fill } of this.#matching.inputs) {
      const partFile = files[parts.indexOf(part)] ?? file;
      admitSize(plan, input, [height, width], placement.size, partFile);
      const { data } = feed(example.images[part]!, input, partFile);
      images.set(input.name, placeImage({ size: [height, width], channels: input.channels, data }, placement, fill));
    }
    const labels = new Map<string, Int32Array<ArrayBuffer>>();
    for (const { output, labelSet } of this.#matching.outputs) {
      const { indices } = example.labels[labelSet]!;
      const labelFile = files[parts.length + labelSets.findIndex(({ name }) => name === labelSet)] ?? file;
      const placed = placeLabels({ size: [height, width], channels: 1, data: indices }, placement, VOID);
      const truth = truthOf(placed, placement.size, output, labelFile);
      if (truth.counted === 0) allVoid.push({ output: output.name, file: labelFile });
      labels.set(output.name, truth.labels);
    }
    return { size: placement.size, file, images, labels };
  }
}

function feed(image: DecodedImage, input: PlanInput, file: string): { readonly data: Float32Array<ArrayBuffer> } {
  try {
    return feedImage(image, input);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw new DataError(error.about(file).message, [error.help], { cause: error });
  }
}

/** One after another; a single one stays where it is. */
function joined<Values extends Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(
  parts: readonly Values[],
  Values: new (length: number) => Values,
): Values {
  const [first] = parts;
  if (first && parts.length === 1) return first;
  const whole = new Values(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
