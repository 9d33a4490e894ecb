/** The program of a thread that reads data: it opens the dataset for itself, and answers jobs one by one. */
import { parentPort, workerData } from "node:worker_threads";
import { factsOf, type ExampleFacts } from "./check/example-facts.js";
import { DataError, type Dataset, type DataFault, type DatasetCall } from "./dataset.js";
import { openDataset } from "./datasets/index.js";
import { BatchMaker, type BatchRecipe, type MadeBatch } from "./make-batch.js";

/** What the thread is told as it begins. */
export interface DataThreadData {
  readonly call: DatasetCall;
  /** Null where no batch will be asked for. */
  readonly recipe: BatchRecipe | null;
}

export type DataJob = BatchJob | FactsJob;

/** Images `first` to `first + count - 1` of the order. */
export interface BatchJob {
  readonly first: number;
  readonly count: number;
}

/** What is in an example, by its place in the list. */
export interface FactsJob {
  readonly example: number;
}

export type DataAnswer =
  | { readonly made: MadeBatch }
  | { readonly facts: ExampleFacts }
  /** A `DataError` for people. */
  | { readonly refused: { readonly message: string; readonly help: readonly string[]; readonly fault: DataFault } }
  /** A stack: this is a bug of ours. */
  | { readonly bug: string };

const port = parentPort;
if (port === null) throw new Error("this is the program of a thread");
const { call, recipe } = workerData as DataThreadData;
let opened: Promise<Dataset> | null = null;
let maker: Promise<BatchMaker> | null = null;

async function answerTo(job: DataJob): Promise<DataAnswer> {
  opened ??= openDataset(call);
  if ("example" in job) return { facts: await factsOf(await opened, job.example) };
  if (recipe === null) throw new Error("a batch was asked for without a recipe");
  maker ??= opened.then((dataset) => new BatchMaker(dataset, recipe));
  return { made: await (await maker).make(job.first, job.count) };
}

function failed(error: unknown): DataAnswer {
  if (error instanceof DataError) {
    const { message, help, fault } = error;
    return { refused: { message, help, fault } };
  }
  return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

const memoryOf = ({ images, labels }: MadeBatch): ArrayBuffer[] =>
  [...Object.values(images), ...Object.values(labels)].map(({ data }) => data.buffer);

let last: Promise<unknown> = Promise.resolve();
port.on("message", (job: DataJob) => {
  // One after another: a thread has memory for one batch or example in the making.
  last = last
    .then(() => answerTo(job))
    .catch(failed)
    .then((answer) => port.postMessage(answer, "made" in answer ? memoryOf(answer.made) : []));
});
