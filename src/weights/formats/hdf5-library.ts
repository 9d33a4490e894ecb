/**
 * The HDF5 library, as WebAssembly (h5wasm, an optional package). Its build for pages is taken, in Node too: it has a
 * file system of its own, into which one file is put that is read by ranges, so that no file can lead it to another one.
 * Each file gets a library of its own, in a thread (`hdf5-worker.ts`).
 */
import { readSync } from "node:fs";
import { reasonOf, WeightsError } from "../errors.js";

/** The parts of h5wasm's inner module that are used: its outer one does not say when reading fails. */
export interface Hdf5Module {
  readonly HEAPU8: Uint8Array;
  readonly H5F_ACC_RDONLY: number;
  readonly H5G_DATASET: number;
  readonly FS: FileSystem;
  activate_throwing_error_handler(): void;
  /** Bounds of versions below zero are those of the library. */
  open(path: string, mode: number, tracksOrder: boolean, lowest: number, highest: number): bigint;
  get_names(file: bigint, group: string, recursive: boolean): string[];
  get_type(file: bigint, path: string): number;
  get_dataset_metadata(file: bigint, path: string): Metadata;
  /** Writes little-endian elements to `pointer`; below zero where it fails. */
  get_dataset_data(
    file: bigint,
    path: string,
    count: readonly bigint[] | null,
    offset: readonly bigint[] | null,
    strides: readonly bigint[] | null,
    pointer: bigint,
  ): number;
  get_attribute_names(file: bigint, path: string): string[];
  get_attribute_metadata(file: bigint, path: string, name: string): Metadata;
  /** Of a text without a fixed length: where it lies, until it is reclaimed. */
  get_attribute_data(file: bigint, path: string, name: string, pointer: bigint): number;
  reclaim_vlen_memory(file: bigint, path: string, name: string, pointer: bigint): number;
  UTF8ToString(pointer: number, mostBytes: number): string;
  readonly ["_malloc"]: (bytes: number) => number;
  readonly ["_free"]: (pointer: number) => void;
}

export interface Metadata {
  /** HDF5's class of types: 0 integers, 1 floating-point numbers, 3 texts. */
  readonly type: number;
  /** Bytes of an element. */
  readonly size: number;
  readonly signed: boolean;
  readonly shape: readonly number[] | null;
  /** Whether its elements have no length in common. */
  readonly vlen: boolean;
  readonly chunks: readonly number[] | null;
  readonly virtual_sources?: readonly unknown[];
}

/** @throws {WeightsError} that says how to get it, where it is not installed. */
export async function hdf5Library(path: string): Promise<Hdf5Module> {
  try {
    const { ready } = await import("h5wasm");
    const module = (await ready) as unknown as Hdf5Module;
    // What goes wrong is thrown instead of printed.
    module.activate_throwing_error_handler();
    return module;
  } catch (error) {
    throw new WeightsError(
      `${path}: it is HDF5, which takes a package that is not installed: \`npm install h5wasm\` gets it. ` +
        "Or write safetensors or npz of it with Python.",
      { cause: error },
    );
  }
}

/** The parts of Emscripten's file system that are used. */
interface FileSystem {
  createFile(folder: string, name: string, properties: object, canRead: boolean, canWrite: boolean): FileNode;
}

interface FileNode {
  stream_ops: object;
}

interface Stream {
  readonly position: number;
}

/** Puts the file, which is open, into the library's file system; gives its path there. */
export function mount(module: Hdf5Module, descriptor: number, size: number): string {
  const name = "weights.h5";
  const node = module.FS.createFile("/", name, {}, true, false);
  Object.defineProperty(node, "usedBytes", { get: () => size });
  node.stream_ops = {
    ...node.stream_ops,
    read: (_: Stream, into: Uint8Array, offset: number, length: number, position: number) =>
      readSync(descriptor, into, offset, Math.max(0, Math.min(length, size - position)), position),
    llseek: (stream: Stream, offset: number, whence: number) =>
      offset + (whence === 1 ? stream.position : whence === 2 ? size : 0),
  };
  return `/${name}`;
}

/** Runs work of the library: what it throws becomes a `WeightsError`. */
export function within<Result>(path: string, what: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof WeightsError) throw error;
    // The library tells its whole stack; the innermost line says what happened.
    const said = [...reasonOf(error).matchAll(/\(\): (.+)/g)].at(-1)?.[1] ?? reasonOf(error).split("\n")[0] ?? "";
    throw new WeightsError(
      `${path}: ${what} cannot be read (${said}). The file is damaged or is no HDF5; get it anew.`,
      {
        cause: error,
      },
    );
  }
}
