/** Who finds out what is in examples: this thread, or several beside it. */
import { availableParallelism } from "node:os";
import { DataThread, leastBusy } from "../data-thread.js";
import type { Dataset, DatasetCall } from "../dataset.js";
import { factsOf, type ExampleFacts } from "./example-facts.js";

export interface FactsReader {
  /** Examples that are worth asking for at once. */
  readonly atOnce: number;
  /** As `factsOf`. */
  factsOf(example: number): Promise<ExampleFacts>;
  close(): Promise<void>;
}

/** Decoding is done in this thread, and the disk works beside it. */
export const readerOf = (dataset: Dataset): FactsReader => ({
  atOnce: 4,
  factsOf: (example) => factsOf(dataset, example),
  close: () => Promise.resolve(),
});

/** A thread takes as long to start as some dozens of images to read. */
const WORTH_A_THREAD = 100;

/** This thread only adds up, so every core has one that reads. */
export const threadsFor = (examples: number): number =>
  Math.min(4, availableParallelism(), Math.floor(examples / WORTH_A_THREAD));

/** Threads that read the dataset of a call; this one where there are none. */
export function openReader(
  call: DatasetCall,
  dataset: Dataset,
  threads = threadsFor(dataset.names.length),
): FactsReader {
  if (threads < 1) return readerOf(dataset);
  const readers = Array.from({ length: threads }, () => new DataThread({ call, recipe: null }));
  return {
    // One to read, and one that waits for its thread.
    atOnce: 2 * threads,
    factsOf: (example) => leastBusy(readers)?.facts(example) ?? factsOf(dataset, example),
    async close() {
      await Promise.all(readers.map((reader) => reader.end(new Error("the threads were closed"))));
    },
  };
}
