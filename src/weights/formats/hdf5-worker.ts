/**
 * The program of the thread in which the HDF5 library runs, for one file: a damaged one can keep it busy for ever, and
 * only a thread can be stopped then. It answers requests, one by one.
 */
import { parentPort, workerData } from "node:worker_threads";
import { WeightsError } from "../errors.js";
import { hdf5Library, mount } from "./hdf5-library.js";
import { Hdf5Reader, type Dataset, type Piece } from "./hdf5-reader.js";
import type { ReadLimits } from "./limits.js";

/** What the thread is told as it begins. */
export interface Hdf5Job {
  /** For messages. */
  readonly path: string;
  /** Of the file, which is open. */
  readonly descriptor: number;
  readonly size: number;
  readonly limits: ReadLimits;
}

export type Hdf5Request = "load the library" | "list datasets" | Piece;

export type Hdf5Answer =
  | { readonly loaded: true }
  | { readonly datasets: readonly Dataset[] }
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  /** What a person is to know. */
  | { readonly refused: string }
  /** A stack: this is a bug of ours. */
  | { readonly bug: string };

const port = parentPort;
if (port === null) throw new Error("this is the program of a thread");
const { path, descriptor, size, limits } = workerData as Hdf5Job;
let library: Awaited<ReturnType<typeof hdf5Library>> | null = null;
let reader: Hdf5Reader | null = null;

async function answerTo(request: Hdf5Request): Promise<Hdf5Answer> {
  library ??= await hdf5Library(path);
  if (request === "load the library") return { loaded: true };
  reader ??= new Hdf5Reader(library, path, mount(library, descriptor, size));
  return request === "list datasets" ? { datasets: reader.datasets(size, limits) } : { bytes: reader.read(request) };
}

port.on("message", (request: Hdf5Request) => {
  answerTo(request)
    .catch((error: unknown): Hdf5Answer =>
      error instanceof WeightsError
        ? { refused: error.message }
        : { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) },
    )
    .then((answer) => port.postMessage(answer, "bytes" in answer ? [answer.bytes.buffer] : []));
});
