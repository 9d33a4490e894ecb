import { open, type FileHandle } from "node:fs/promises";
import { WeightsError } from "../errors.js";
import type { TensorInfo } from "../source.js";
import { ELEMENT_TYPES } from "./element-types.js";
import type { RandomAccessFile } from "./file.js";
import type { WeightFormat } from "./format.js";
import { kerasLayerNames } from "./hdf5-keras.js";
import { hdf5Library, mount, unmount, within, type Hdf5Module, type Metadata } from "./hdf5-library.js";
import { namesOf } from "./hdf5-names.js";
import { beyond, type ReadLimits } from "./limits.js";
import { shorten } from "./names.js";
import { checkShape } from "./shape-limits.js";
import { elementsOf, StoredTensors } from "./stored.js";

/** \x89HDF\r\n\x1a\n */
const MARK = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] as const;
/** Bytes that the library holds for us at once. */
const CHUNK_BYTES = 4 * 1024 * 1024;
/** A chunk of the file is unpacked whole. */
const FILE_CHUNK_BYTES = 64 * 1024 * 1024;
const INTEGER = 0;
const FLOAT = 1;

/** Weights of Keras and snapshots of Caffe; layouts are the file's. */
export const hdf5: WeightFormat = {
  name: "hdf5",
  summary: "HDF5, as Keras and Caffe write weights (with the package h5wasm)",
  extensions: [".h5", ".hdf5"],
  recognises: (start) => MARK.every((byte, index) => start[index] === byte),
  holds: () => null,
  open: openHdf5,
  write: null,
};

interface Dataset extends TensorInfo {
  readonly path: string;
}

async function openHdf5(file: RandomAccessFile, limits: ReadLimits): Promise<Hdf5File> {
  const { path, size } = file;
  const module = await hdf5Library(path);
  // The library reads at once and not when it can, which takes a handle of its own.
  const handle = await open(path, "r");
  const place = mount(module, handle.fd, size);
  let id: bigint | null = null;
  try {
    const opened = within(path, "it", () => module.open(place, module.H5F_ACC_RDONLY, false, -1, -1));
    id = opened;
    if (opened < 0n) throw new WeightsError(`${path}: it cannot be opened. The file is damaged; get it anew.`);
    const datasets = within(path, "its list of datasets", () => listDatasets(module, opened, path, size, limits));
    await file.close();
    return new Hdf5File(path, datasets, { module, id: opened, place, handle });
  } catch (error) {
    await release({ module, id: id ?? -1n, place, handle });
    throw error;
  }
}

function listDatasets(module: Hdf5Module, id: bigint, path: string, fileBytes: number, limits: ReadLimits): Dataset[] {
  const paths = module
    .get_names(id, "/", true)
    .filter((name) => name !== "." && module.get_type(id, name) === module.H5G_DATASET);
  if (paths.length > limits.tensors)
    throw beyond(path, `it has ${paths.length} datasets, and at most ${limits.tensors} are read`, "tensors");
  const datasets = paths.flatMap((place): Dataset[] => {
    const metadata = module.get_dataset_metadata(id, place);
    const dtype = dtypeOf(metadata);
    const { shape } = metadata;
    // Texts and tables are no tensors.
    if (dtype === null || shape === null) return [];
    checkShape(path, `dataset \`${shorten(place)}\``, shape, limits);
    const fault = faultOf(metadata, shape, fileBytes, limits);
    if (fault !== null) throw new WeightsError(`${path}: dataset \`${shorten(place)}\` ${fault}`);
    return [{ name: place, path: place, shape, dtype }];
  });
  const places = datasets.map((dataset) => dataset.path);
  const names = namesOf(places, kerasLayerNames(module, id, path, places));
  return datasets.map((dataset, index) => ({ ...dataset, name: names[index] ?? dataset.path }));
}

function dtypeOf({ type, size, signed }: Metadata): string | null {
  const name = type === FLOAT ? `F${8 * size}` : type === INTEGER ? `${signed ? "I" : "U"}${8 * size}` : "";
  return ELEMENT_TYPES[name]?.bytes === size ? name : null;
}

function faultOf(
  { size, chunks, virtual_sources: sources }: Metadata,
  shape: readonly number[],
  fileBytes: number,
  limits: ReadLimits,
): string | null {
  const text = `[${shape.slice(0, 16).join(", ")}]`;
  if (sources !== undefined && sources.length > 0) return "is made of other files, which are not read";
  if (chunks !== null && elementsOf(chunks) * size > FILE_CHUNK_BYTES)
    return `is in chunks of [${chunks.join(", ")}], larger than the ${FILE_CHUNK_BYTES} bytes that are unpacked at once`;
  if (elementsOf(shape) * size > fileBytes * limits.expansion)
    return `${text} is more than a file of ${fileBytes} bytes can hold`;
  return null;
}

interface Opened {
  readonly module: Hdf5Module;
  readonly id: bigint;
  readonly place: string;
  readonly handle: FileHandle;
}

/** Gives back what is open. The library may fail at that too, of a damaged file; nothing more is read of it. */
async function release({ module, id, place, handle }: Opened): Promise<void> {
  try {
    within("", "", () => (id >= 0n ? module.close_file(id) : 0));
  } catch {
    // What is read was read before.
  }
  unmount(module, place);
  await handle.close();
}

class Hdf5File extends StoredTensors<Dataset> {
  readonly format = "hdf5";
  readonly metadata = {};
  readonly tensors: ReadonlyMap<string, Dataset>;
  readonly #opened: Opened;

  constructor(
    readonly title: string,
    datasets: readonly Dataset[],
    opened: Opened,
  ) {
    super();
    this.tensors = new Map(datasets.map((dataset) => [dataset.name, dataset]));
    this.#opened = opened;
  }

  protected fill({ path, name, shape, dtype }: Dataset, start: number, into: Uint8Array): Promise<void> {
    const { module, id } = this.#opened;
    const width = ELEMENT_TYPES[dtype]?.bytes ?? 1;
    const what = `dataset \`${shorten(name)}\``;
    within(this.title, what, () => {
      const pointer = module["_malloc"](Math.min(CHUNK_BYTES, Math.max(into.length, 1)));
      if (pointer === 0) throw new Error("no memory");
      try {
        let done = 0;
        while (done < into.length) {
          const elements = Math.min(CHUNK_BYTES, into.length - done) / width;
          for (const { offset, count } of slabs(shape, start + done / width, elements)) {
            const bytes = elementsOf(count) * width;
            const [counts, offsets] = [count.map(BigInt), offset.map(BigInt)];
            const strides = count.map(() => 1n);
            const isScalar = shape.length === 0;
            const status = isScalar
              ? module.get_dataset_data(id, path, null, null, null, BigInt(pointer))
              : module.get_dataset_data(id, path, counts, offsets, strides, BigInt(pointer));
            if (status < 0) throw new Error("its data lies elsewhere, or is damaged");
            into.set(module.HEAPU8.subarray(pointer, pointer + bytes), done);
            done += bytes;
          }
        }
      } finally {
        module["_free"](pointer);
      }
    });
    return Promise.resolve();
  }

  close(): Promise<void> {
    return release(this.#opened);
  }
}

interface Slab {
  readonly offset: readonly number[];
  readonly count: readonly number[];
}

/** Elements `start` to `start + count` in the order of a shape, as blocks of it. */
function* slabs(
  shape: readonly number[],
  start: number,
  count: number,
  before: readonly number[] = [],
): Generator<Slab> {
  const ones = before.map(() => 1);
  if (shape.length === 0) {
    yield { offset: before, count: ones };
    return;
  }
  const rest = shape.slice(1);
  const row = elementsOf(rest);
  for (let at = start; at < start + count;) {
    const index = Math.floor(at / row);
    const within = at - index * row;
    const rows = Math.floor((start + count - at) / row);
    if (within === 0 && rows > 0) {
      yield { offset: [...before, index, ...rest.map(() => 0)], count: [...ones, rows, ...rest] };
      at += rows * row;
    } else {
      const some = Math.min(row - within, start + count - at);
      yield* slabs(rest, within, some, [...before, index]);
      at += some;
    }
  }
}
