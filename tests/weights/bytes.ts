import type { TensorInfo, WeightSource } from "../../src/weights/source.js";

/** The bytes of a safetensors file with this header, as text or as a value, and this data. */
export function safetensors(header: unknown, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

export const bytesOf = (array: Float32Array | Float64Array | Uint16Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** A source in memory. */
export function sourceOf(
  tensors: Readonly<Record<string, { shape: number[]; values?: ArrayLike<number>; dtype?: string }>>,
): WeightSource {
  const infos = Object.entries(tensors).map(([name, { shape, dtype = "F32" }]): [string, TensorInfo] => [
    name,
    { name, shape, dtype },
  ]);
  return {
    title: "file.safetensors",
    tensors: new Map(infos),
    read(name, start, end, into = new Float32Array(end - start)) {
      const values = tensors[name]?.values;
      for (let i = start; i < end; i++) into[i - start] = values?.[i] ?? i;
      return Promise.resolve(into.subarray(0, end - start));
    },
    close: () => Promise.resolve(),
  };
}
