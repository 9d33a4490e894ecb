import { WeightsError } from "../errors.js";
import type { TensorInfo, WeightFile } from "../source.js";
import { ELEMENT_TYPES } from "./element-types.js";
import { shorten } from "./names.js";

/** Bytes that are read and converted at once, for types other than float32. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** What every format has in common: numbers as float32 out of the bytes of which a format knows where they are. */
export abstract class StoredTensors<Entry extends TensorInfo = TensorInfo> implements WeightFile {
  abstract readonly format: string;
  abstract readonly title: string;
  abstract readonly metadata: Readonly<Record<string, string>>;
  abstract readonly tensors: ReadonlyMap<string, Entry>;
  #chunk = new Uint8Array(0);
  /** The read that is under way: one at a time, as they share buffers and places in files. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Fills `into` with the elements of `entry` from `start` on: in its order and type, little-endian. */
  protected abstract fill(entry: Entry, start: number, into: Uint8Array): Promise<void>;

  abstract close(): Promise<void>;

  async readBytes(name: string, start: number, into: Uint8Array): Promise<void> {
    const entry = this.#entry(name);
    const bytes = ELEMENT_TYPES[entry.dtype]?.bytes ?? 1;
    if (into.length % bytes !== 0) throw new RangeError(`${into.length} bytes are no whole elements of ${entry.dtype}`);
    checkRange(entry, start, start + into.length / bytes);
    await this.#inTurn(() => this.fill(entry, start, into));
  }

  read(name: string, start: number, end: number, into?: Float32Array): Promise<Float32Array> {
    return this.#inTurn(() => this.#read(this.#entry(name), start, end, into));
  }

  async #read(entry: Entry, start: number, end: number, into?: Float32Array): Promise<Float32Array> {
    const { name } = entry;
    const type = ELEMENT_TYPES[entry.dtype];
    if (type === undefined || type.decode === null)
      throw new WeightsError(
        `${this.title}: tensor \`${shorten(name)}\` is of type ${entry.dtype}, and weights are F32, F16, BF16 or F64. ` +
          `Convert it, or name another tensor.`,
      );
    checkRange(entry, start, end);
    const count = end - start;
    const values = into === undefined ? new Float32Array(count) : into.subarray(0, count);

    if (entry.dtype === "F32" && LITTLE_ENDIAN) {
      await this.fill(entry, start, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      return values;
    }
    if (this.#chunk.length === 0) this.#chunk = new Uint8Array(CHUNK_BYTES);
    const step = CHUNK_BYTES / type.bytes;
    for (let done = 0; done < count; done += step) {
      const some = Math.min(step, count - done);
      const bytes = this.#chunk.subarray(0, some * type.bytes);
      await this.fill(entry, start + done, bytes);
      type.decode(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), some, values, done);
    }
    return values;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #entry(name: string): Entry {
    const entry = this.tensors.get(name);
    if (entry === undefined) throw new WeightsError(`${this.title}: it has no tensor \`${shorten(name)}\``);
    return entry;
  }
}

function checkRange({ name, shape }: TensorInfo, start: number, end: number): void {
  if (start < 0 || end < start || end > elementsOf(shape))
    throw new RangeError(`elements ${start} to ${end} of ${name} do not exist`);
}

/** How many elements a tensor of this shape has; 1 for a scalar. */
export const elementsOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
