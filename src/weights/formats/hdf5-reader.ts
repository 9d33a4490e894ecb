/** What is read of an HDF5 file with the library: its datasets, and pieces of them. It runs in a thread of its own. */
import { WeightsError } from "../errors.js";
import type { TensorInfo } from "../source.js";
import { ELEMENT_TYPES } from "./element-types.js";
import { kerasLayerNames } from "./hdf5-keras.js";
import { within, type Hdf5Module, type Metadata } from "./hdf5-library.js";
import { namesOf } from "./hdf5-names.js";
import { slabs } from "./hdf5-slabs.js";
import { beyond, type ReadLimits } from "./limits.js";
import { shorten } from "./names.js";
import { checkShape } from "./shape-limits.js";
import { elementsOf } from "./stored.js";

/** A chunk of the file is unpacked whole. */
const FILE_CHUNK_BYTES = 64 * 1024 * 1024;
const INTEGER = 0;
const FLOAT = 1;

export interface Dataset extends TensorInfo {
  /** Within the file. */
  readonly path: string;
}

/** Some elements of a dataset. */
export interface Piece {
  readonly dataset: Dataset;
  /** The first, in the order of the shape. */
  readonly start: number;
  /** Of whole elements. */
  readonly bytes: number;
}

/** A file that is in the library's file system. */
export class Hdf5Reader {
  readonly #module: Hdf5Module;
  readonly #id: bigint;

  /**
   * @param path the file, for messages
   * @param place where it is for the library
   * @throws {WeightsError} when it is damaged.
   */
  constructor(
    module: Hdf5Module,
    readonly path: string,
    place: string,
  ) {
    this.#module = module;
    this.#id = within(path, "it", () => module.open(place, module.H5F_ACC_RDONLY, false, -1, -1));
    if (this.#id < 0n) throw new WeightsError(`${path}: it cannot be opened. The file is damaged; get it anew.`);
  }

  /** @throws {WeightsError} when it is damaged, lies, or exceeds a limit. */
  datasets(fileBytes: number, limits: ReadLimits): Dataset[] {
    const { path } = this;
    return within(path, "its list of datasets", () => listDatasets(this.#module, this.#id, path, fileBytes, limits));
  }

  /** Its bytes, little-endian. @throws {WeightsError} when they are damaged, or lie in another file. */
  read({ dataset: { path, name, shape, dtype }, start, bytes: wanted }: Piece): Uint8Array<ArrayBuffer> {
    const module = this.#module;
    const width = ELEMENT_TYPES[dtype]?.bytes ?? 1;
    return within(this.path, `dataset \`${shorten(name)}\``, () => {
      const pointer = module["_malloc"](Math.max(wanted, 1));
      if (pointer === 0) throw new Error("no memory");
      try {
        let done = 0;
        for (const { offset, count } of slabs(shape, start, wanted / width)) {
          const [counts, offsets] = [count.map(BigInt), offset.map(BigInt)];
          const strides = count.map(() => 1n);
          const isScalar = shape.length === 0;
          const into = BigInt(pointer + done);
          const status = isScalar
            ? module.get_dataset_data(this.#id, path, null, null, null, into)
            : module.get_dataset_data(this.#id, path, counts, offsets, strides, into);
          if (status < 0) throw new Error("its data lies elsewhere, or is damaged");
          done += elementsOf(count) * width;
        }
        return module.HEAPU8.slice(pointer, pointer + wanted) as Uint8Array<ArrayBuffer>;
      } finally {
        module["_free"](pointer);
      }
    });
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
