/** A file of weights seen otherwise: in another type, or with tensors left out. */
import { WeightsError } from "./errors.js";
import { ELEMENT_TYPES } from "./formats/element-types.js";
import { shorten } from "./formats/names.js";
import { StoredTensors } from "./formats/stored.js";
import type { TensorInfo, WeightFile } from "./source.js";

/** Types that weights can be converted to. */
export const FLOAT_TYPES = ["F32", "F16", "BF16", "F64"] as const;
export type FloatType = (typeof FLOAT_TYPES)[number];

/** The tensors that are kept; the others are as if they were not there. */
export function selectWeights(file: WeightFile, keeps: (name: string) => boolean): WeightFile {
  return {
    format: file.format,
    title: file.title,
    metadata: file.metadata,
    tensors: new Map([...file.tensors].filter(([name]) => keeps(name))),
    read: (name, start, end, into) => file.read(name, start, end, into),
    readBytes: (name, start, into) => file.readBytes(name, start, into),
    close: () => file.close(),
  };
}

/**
 * The same numbers in another type, each rounded to the nearest, halves to even; F64 is rounded to F32 before. Tensors of
 * integers and booleans stay as they are.
 *
 * Reading rejects with a `WeightsError` where a finite number would become infinite.
 */
export function castWeights(file: WeightFile, dtype: FloatType): WeightFile {
  return new CastWeights(file, dtype);
}

class CastWeights extends StoredTensors {
  readonly format: string;
  readonly title: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly #file: WeightFile;

  constructor(file: WeightFile, dtype: FloatType) {
    super();
    const { format, title, metadata } = file;
    this.format = format;
    this.title = title;
    this.metadata = metadata;
    this.#file = file;
    this.tensors = new Map(
      [...file.tensors].map(([name, info]) => [
        name,
        ELEMENT_TYPES[info.dtype]?.decode ? { name, shape: info.shape, dtype } : info,
      ]),
    );
  }

  protected async fill({ name, dtype }: TensorInfo, start: number, into: Uint8Array): Promise<void> {
    const own = this.#file.tensors.get(name)?.dtype;
    const type = ELEMENT_TYPES[dtype];
    if (own === dtype || !type?.encode || !type.decode) return this.#file.readBytes(name, start, into);
    const count = into.length / type.bytes;
    const values = await this.#file.read(name, start, start + count);
    const bytes = new DataView(into.buffer, into.byteOffset, into.byteLength);
    type.encode(values, bytes);
    if (type.bytes >= 4) {
      // From F64, float32 has the narrower range.
      if (own === "F64" && values.some((value) => Math.abs(value) === Infinity))
        await this.#refuseLost(name, start, values);
      return;
    }
    const back = new Float32Array(count);
    type.decode(bytes, count, back, 0);
    const at = back.findIndex((value, index) => Math.abs(value) === Infinity && Number.isFinite(values[index]));
    if (at !== -1) throw this.#tooLarge(name, values[at] ?? 0, dtype);
  }

  /** Of infinite values in float32, those that were finite. */
  async #refuseLost(name: string, start: number, values: Float32Array): Promise<void> {
    const bytes = new DataView(new ArrayBuffer(8 * values.length));
    await this.#file.readBytes(name, start, new Uint8Array(bytes.buffer));
    for (const [index, value] of values.entries()) {
      const exact = bytes.getFloat64(8 * index, true);
      if (Math.abs(value) === Infinity && Number.isFinite(exact)) throw this.#tooLarge(name, exact, "F32");
    }
  }

  #tooLarge(name: string, value: number, dtype: string): WeightsError {
    return new WeightsError(
      `${this.title}: tensor \`${shorten(name)}\` holds ${value}, which is too large for ${dtype}. ` +
        "Keep its type, or convert to one with a larger range: bf16 has that of f32.",
    );
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
