/** The program of a thread that makes batches: it opens the dataset for itself, and answers jobs one by one. */
import { parentPort, workerData } from "node:worker_threads";
import { DataError, type DataFault, type DatasetCall } from "./dataset.js";
import { openDataset } from "./datasets/index.js";
import { BatchMaker, type BatchRecipe, type MadeBatch } from "./make-batch.js";

/** What the thread is told as it begins. */
export interface BatchThreadData {
  readonly call: DatasetCall;
  readonly recipe: BatchRecipe;
}

/** Images `first` to `first + count - 1` of the order. */
export interface BatchJob {
  readonly first: number;
  readonly count: number;
}

export type BatchAnswer =
  | { readonly made: MadeBatch }
  /** A `DataError` for people. */
  | { readonly refused: { readonly message: string; readonly help: readonly string[]; readonly fault: DataFault } }
  /** A stack: this is a bug of ours. */
  | { readonly bug: string };

const port = parentPort;
if (port === null) throw new Error("this is the program of a thread");
const { call, recipe } = workerData as BatchThreadData;
let maker: Promise<BatchMaker> | null = null;

async function answerTo({ first, count }: BatchJob): Promise<BatchAnswer> {
  maker ??= openDataset(call).then((dataset) => new BatchMaker(dataset, recipe));
  return { made: await (await maker).make(first, count) };
}

function failed(error: unknown): BatchAnswer {
  if (error instanceof DataError) {
    const { message, help, fault } = error;
    return { refused: { message, help, fault } };
  }
  return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

const memoryOf = ({ images, labels }: MadeBatch): ArrayBuffer[] =>
  [...Object.values(images), ...Object.values(labels)].map(({ data }) => data.buffer);

let last: Promise<unknown> = Promise.resolve();
port.on("message", (job: BatchJob) => {
  // One after another: a thread has memory for one batch in the making.
  last = last
    .then(() => answerTo(job))
    .catch(failed)
    .then((answer) => port.postMessage(answer, "made" in answer ? memoryOf(answer.made) : []));
});
