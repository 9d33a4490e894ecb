/** Sources with tensors of every type, and what is said of a file that is refused. */
import fc from "fast-check";
import { expect } from "vitest";
import { WeightsError } from "../../../src/weights/errors.js";
import { ELEMENT_TYPES } from "../../../src/weights/formats/element-types.js";
import { openWeightFile } from "../../../src/weights/formats/index.js";
import type { ReadLimits } from "../../../src/weights/formats/limits.js";
import { elementsOf, StoredTensors } from "../../../src/weights/formats/stored.js";
import type { TensorInfo, WeightFile } from "../../../src/weights/source.js";

export interface Stored extends TensorInfo {
  readonly bytes: Uint8Array;
}

class InMemory extends StoredTensors<Stored> {
  readonly format = "memory";
  readonly title = "memory";
  readonly metadata = {};
  readonly tensors: ReadonlyMap<string, Stored>;

  constructor(tensors: readonly Stored[]) {
    super();
    this.tensors = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  }

  protected fill({ bytes, dtype }: Stored, start: number, into: Uint8Array): Promise<void> {
    const from = start * (ELEMENT_TYPES[dtype]?.bytes ?? 1);
    into.set(bytes.subarray(from, from + into.length));
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export const fileInMemory = (tensors: readonly Stored[]): WeightFile => new InMemory(tensors);

/** A tensor whose numbers tell one from another: a sawtooth that every floating-point type holds exactly. */
export function stored(name: string, dtype: string, shape: readonly number[]): Stored {
  const type = ELEMENT_TYPES[dtype];
  const count = elementsOf(shape);
  const bytes = new Uint8Array(count * (type?.bytes ?? 1));
  const values = Float32Array.from({ length: count }, (_, index) => ((index * 7 + name.length) % 129) / 4 - 16);
  if (type?.encode) type.encode(values, new DataView(bytes.buffer));
  else bytes.forEach((_, index) => (bytes[index] = dtype === "BOOL" ? index % 2 : (index * 37 + 1) % 256));
  return { name, dtype, shape, bytes };
}

export async function bytesIn(file: WeightFile, name: string): Promise<Uint8Array> {
  const { shape = [], dtype = "" } = file.tensors.get(name) ?? {};
  const bytes = new Uint8Array(elementsOf(shape) * (ELEMENT_TYPES[dtype]?.bytes ?? 1));
  await file.readBytes(name, 0, bytes);
  return bytes;
}

export async function valuesIn(file: WeightFile, name: string): Promise<Float32Array> {
  return file.read(name, 0, elementsOf(file.tensors.get(name)?.shape ?? []));
}

/** What a file is refused with, when it is opened or when all of it is read. */
export async function refusalOf(path: string, limits?: ReadLimits): Promise<string> {
  let error: unknown = null;
  try {
    const file = await openWeightFile(path, limits);
    try {
      for (const name of file.tensors.keys()) await bytesIn(file, name);
    } finally {
      await file.close();
    }
  } catch (thrown) {
    error = thrown;
  }
  expect(error, "it is refused").toBeInstanceOf(WeightsError);
  return (error as WeightsError).message;
}

/** Files with some bytes changed are read or refused in words: nothing else is thrown, and nothing hangs. */
export async function survivesEdits(
  good: Uint8Array,
  write: (bytes: Uint8Array) => Promise<string>,
  numRuns = 300,
): Promise<void> {
  const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(edits, async (changes) => {
      const bytes = Uint8Array.from(good);
      for (const [at, value] of changes) bytes[at] = value;
      const path = await write(bytes);
      try {
        const file = await openWeightFile(path);
        try {
          for (const name of file.tensors.keys()) await bytesIn(file, name);
        } finally {
          await file.close();
        }
      } catch (error) {
        expect(error).toBeInstanceOf(WeightsError);
      }
    }),
    { numRuns },
  );
}
