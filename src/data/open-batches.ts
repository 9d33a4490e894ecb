/** Batches of a dataset for a net, made ahead of their use. */
import { availableParallelism } from "node:os";
import type { Plan } from "../model/plan.js";
import { type Augmentation, NO_AUGMENTATION } from "./augment.js";
import type { Batch } from "./batch.js";
import { DataThread, leastBusy } from "./data-thread.js";
import { DataError, type Dataset, type DatasetCall } from "./dataset.js";
import { openDataset } from "./datasets/index.js";
import { BatchMaker, type BatchRecipe, type MadeBatch } from "./make-batch.js";
import { lengthOf, type Order, withoutOrder } from "./order.js";

export interface BatchesOptions {
  /** A dataset that is open already is read in this thread alone. */
  readonly data: DatasetCall | Dataset;
  readonly plan: Plan;
  /** Images of a batch. */
  readonly batch: number;
  readonly order: Order;
  /** None unless it is given. */
  readonly augment?: Augmentation;
  /** Go on after so many images of the order: what comes is what would have come then. */
  readonly from?: { readonly images: number };
  /** Threads that read ahead; 0 reads in this thread, when a batch is asked for. */
  readonly threads?: number;
  /** Ends the threads; a `next` that waits, or comes later, throws its reason. */
  readonly signal?: AbortSignal;
  /** Called with what is worth knowing once. */
  readonly note?: (text: string) => void;
}

export interface Batches {
  readonly dataset: Dataset;
  /** Batches that are to come: infinity unless the order is `once`, whose last may be smaller. */
  readonly count: number;
  /**
   * Batch after batch. It follows from dataset, plan, order, augmentation and the images' numbers alone, and so not from
   * the number of threads.
   * @throws {DataError} when a file cannot be read or is not for this net
   */
  next(): Promise<Batch>;
  /** Ends the threads, whatever they do. */
  close(): Promise<void>;
}

/** Decoding is some tenth of the shortest steps, and the engine wants the cores too. */
export const defaultThreads = (): number => Math.max(1, Math.min(4, availableParallelism() - 1));

/** Batches that wait for use, for each thread. */
const AHEAD = 4;
/** What waits for use takes up to so many bytes, however few batches that is; a single one may be larger. */
const AHEAD_BYTES = 512 * 2 ** 20;

/** How many batches of so many bytes are made ahead of their use. */
export const aheadOf = (threads: number, bytes: number): number =>
  Math.min(AHEAD * threads, Math.max(1, Math.floor(AHEAD_BYTES / bytes)));

/** @throws {DataError} when the dataset is not there, is empty, or is not for this net. */
export async function openBatches(options: BatchesOptions): Promise<Batches> {
  const { plan, order, augment = NO_AUGMENTATION, threads = defaultThreads(), data } = options;
  const recipe: BatchRecipe = { plan, order, augment };
  const call = "names" in data ? null : withoutOrder(data);
  const dataset = "names" in data ? data : await openDataset(withoutOrder(data));
  admitAugmentation(recipe);
  const maker = new BatchMaker(dataset, recipe);
  options.signal?.throwIfAborted();
  const readers = call ? Array.from({ length: threads }, () => new DataThread({ call, recipe })) : [];
  return new Queue(options, dataset, maker, readers);
}

class Queue implements Batches {
  readonly dataset: Dataset;
  readonly count: number;
  readonly #options: BatchesOptions;
  readonly #maker: BatchMaker;
  readonly #threads: readonly DataThread[];
  readonly #end: number;
  readonly #made: Promise<MadeBatch>[] = [];
  /** The first image that nobody was asked for. */
  #image: number;
  #depth: number;
  #noted = false;
  #closed: { readonly reason: unknown } | null = null;
  readonly #abort = (): void => void this.#close(this.#options.signal?.reason);

  constructor(options: BatchesOptions, dataset: Dataset, maker: BatchMaker, threads: readonly DataThread[]) {
    this.dataset = dataset;
    this.#options = options;
    this.#maker = maker;
    this.#threads = threads;
    this.#image = options.from?.images ?? 0;
    this.#end = lengthOf(options.order, dataset.names.length);
    this.count = Math.max(0, Math.ceil((this.#end - this.#image) / options.batch));
    // One for each thread, until it is known how large they are.
    this.#depth = threads.length;
    options.signal?.addEventListener("abort", this.#abort, { once: true });
    this.#fill(this.#depth);
  }

  async next(): Promise<Batch> {
    if (this.#closed) throw this.#closed.reason;
    this.#fill(Math.max(1, this.#depth));
    const first = this.#made.shift();
    if (!first) throw new RangeError(`${this.dataset.title} has no more examples`);
    const { images, labels, names, allVoid } = await first;
    if (this.#threads.length > 0) {
      const all = [...Object.values(images), ...Object.values(labels)];
      this.#depth = aheadOf(
        this.#threads.length,
        all.reduce((sum, { data }) => sum + data.byteLength, 0),
      );
      this.#fill(this.#depth);
    }
    if (allVoid[0] && !this.#noted) {
      this.#noted = true;
      const { file, output } = allVoid[0];
      this.#options.note?.(`${file} has no pixel that counts for \`${output}\`: its loss there is 0`);
    }
    return { images, labels, names };
  }

  close(): Promise<void> {
    return this.#close(new Error("the batches were closed"));
  }

  async #close(reason: unknown): Promise<void> {
    this.#closed ??= { reason };
    this.#options.signal?.removeEventListener("abort", this.#abort);
    await Promise.all(this.#threads.map((thread) => thread.end(reason)));
  }

  /** Has so many batches made, or being made. */
  #fill(depth: number): void {
    while (this.#made.length < depth && this.#image < this.#end) {
      const job = { first: this.#image, count: Math.min(this.#options.batch, this.#end - this.#image) };
      const idle = leastBusy(this.#threads);
      const made = idle ? idle.make(job) : this.#maker.make(job.first, job.count);
      // It is told to who takes it from the queue, if anybody does.
      made.catch(() => undefined);
      this.#made.push(made);
      this.#image += job.count;
    }
  }
}

/** What comes in from outside of an image is void, which a net has to ignore. */
function admitAugmentation({ plan, augment }: BatchRecipe): void {
  const counting = plan.outputs.find(({ ignore }) => ignore === null);
  if (augment.jitter === 0 || !counting) return;
  throw new DataError(
    `\`augment.jitter\` brings in pixels that do not count, and output \`${counting.name}\` counts every pixel`,
    [`let the net ignore them: \`output ${counting.name} { ignore: 255 }\``],
  );
}
