import { WeightsError } from "../errors.js";
import { ELEMENT_TYPES } from "./element-types.js";
import type { RandomAccessFile } from "./file.js";
import type { WeightFormat } from "./format.js";
import type { ReadLimits } from "./limits.js";
import { DAMAGED, HEADER_LIMIT_BYTES, parseHeader, type Entry, type Header } from "./safetensors-header.js";
import { writeSafetensors } from "./safetensors-writer.js";
import { shorten } from "./names.js";
import { StoredTensors } from "./stored.js";

/** Eight bytes with the length of the header, the header in JSON, the data. */
export const safetensors: WeightFormat = {
  name: "safetensors",
  summary: "Hugging Face's format: a JSON header and the data behind it",
  extensions: [".safetensors"],
  // The header is an object and at most 100 MB long: 0x05f5e100.
  recognises: (start) => start.length >= 9 && start[8] === 0x7b && start.subarray(4, 8).every((byte) => byte === 0),
  open: openSafetensors,
  holds: (dtype) => dtype,
  write: writeSafetensors,
};

async function openSafetensors(file: RandomAccessFile, limits: ReadLimits): Promise<SafetensorsFile> {
  return new SafetensorsFile(file, await readHeader(file, limits));
}

async function readHeader(file: RandomAccessFile, limits: ReadLimits): Promise<Header> {
  const { path, size } = file;
  const start = new Uint8Array(8);
  if (size < 8 || (await file.readUpTo(0, start)) < 8)
    throw new WeightsError(`${path}: it has ${size} bytes, too few for safetensors. ${DAMAGED}`);
  const length = new DataView(start.buffer).getBigUint64(0, true);
  const most = Math.min(HEADER_LIMIT_BYTES, limits.headerBytes);
  if (length > BigInt(most) || length > BigInt(size - 8))
    throw new WeightsError(
      `${path}: it says that its header has ${length} bytes, where the file has ${size} and a header at most ` +
        `${most}. ${DAMAGED}`,
    );
  const header = new Uint8Array(Number(length));
  if ((await file.readUpTo(8, header)) < header.length)
    throw new WeightsError(`${path}: it ends within its header. ${DAMAGED}`);
  return parseHeader(path, header, 8 + header.length, size, limits);
}

class SafetensorsFile extends StoredTensors<Entry> {
  readonly format = "safetensors";
  readonly title: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, Entry>;
  readonly #file: RandomAccessFile;

  constructor(file: RandomAccessFile, { entries, metadata }: Header) {
    super();
    this.#file = file;
    this.title = file.path;
    this.metadata = metadata;
    this.tensors = new Map(entries.map((entry) => [entry.name, entry]));
  }

  protected async fill(entry: Entry, start: number, into: Uint8Array): Promise<void> {
    const from = entry.begin + start * (ELEMENT_TYPES[entry.dtype]?.bytes ?? 1);
    await this.#file.read(from, into, `tensor \`${shorten(entry.name)}\``);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
