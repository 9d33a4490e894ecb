import { open, type FileHandle } from "node:fs/promises";
import { ELEMENT_TYPES } from "./element-types.js";
import type { RandomAccessFile } from "./file.js";
import type { WeightFormat } from "./format.js";
import type { Dataset } from "./hdf5-reader.js";
import { ANSWER_SECONDS, Hdf5Thread } from "./hdf5-thread.js";
import type { ReadLimits } from "./limits.js";
import { StoredTensors } from "./stored.js";

/** \x89HDF\r\n\x1a\n */
const MARK = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] as const;
/** Bytes that the library holds for us at once. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** Weights of Keras and snapshots of Caffe; layouts are the file's. */
export const hdf5: WeightFormat = {
  name: "hdf5",
  summary: "HDF5, as Keras and Caffe write weights (with the package h5wasm)",
  extensions: [".h5", ".hdf5"],
  recognises: (start) => MARK.every((byte, index) => start[index] === byte),
  holds: () => null,
  open: (file, limits) => openHdf5(file, limits),
  write: null,
};

/**
 * As `WeightFormat.open` says.
 * @param seconds after which a file is refused that the library does not come to an end with
 */
export async function openHdf5(
  file: RandomAccessFile,
  limits: ReadLimits,
  seconds = ANSWER_SECONDS,
): Promise<Hdf5File> {
  const { path, size } = file;
  // The library reads at once and not when it can, which takes a handle of its own.
  const handle = await open(path, "r");
  const thread = new Hdf5Thread({ path, descriptor: handle.fd, size, limits }, seconds);
  try {
    const datasets = await thread.datasets();
    await file.close();
    return new Hdf5File(path, datasets, thread, handle);
  } catch (error) {
    await thread.end();
    await handle.close();
    throw error;
  }
}

class Hdf5File extends StoredTensors<Dataset> {
  readonly format = "hdf5";
  readonly metadata = {};
  readonly tensors: ReadonlyMap<string, Dataset>;
  readonly #thread: Hdf5Thread;
  readonly #handle: FileHandle;

  constructor(
    readonly title: string,
    datasets: readonly Dataset[],
    thread: Hdf5Thread,
    handle: FileHandle,
  ) {
    super();
    this.tensors = new Map(datasets.map((dataset) => [dataset.name, dataset]));
    this.#thread = thread;
    this.#handle = handle;
  }

  protected async fill(dataset: Dataset, start: number, into: Uint8Array): Promise<void> {
    const width = ELEMENT_TYPES[dataset.dtype]?.bytes ?? 1;
    for (let done = 0; done < into.length; done += PIECE_BYTES) {
      const bytes = Math.min(PIECE_BYTES, into.length - done);
      into.set(await this.#thread.read({ dataset, start: start + done / width, bytes }), done);
    }
  }

  async close(): Promise<void> {
    await this.#thread.end();
    await this.#handle.close();
  }
}
