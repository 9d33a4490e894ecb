/** The whole state of a run as one safetensors file, whatever engine it is on. */
import { RandomAccessFile } from "../../../src/weights/formats/file.js";
import { READ_LIMITS } from "../../../src/weights/formats/limits.js";
import { safetensors } from "../../../src/weights/formats/safetensors.js";
import { writeSafetensors } from "../../../src/weights/formats/safetensors-writer.js";
import type { Description } from "../description.js";
import { TrainingError } from "./types.js";

/** How far a run is: updates made, and batches accumulated. */
export interface Counters {
  readonly updates: number;
  readonly accumulated: number;
}

type Described = Pick<Description, "net" | "digest" | "state">;

/** Writes every tensor of the state, with the counters: the file takes its name when it is complete. */
export async function saveState(
  path: string,
  { net, digest, state }: Described,
  { updates, accumulated }: Counters,
  read: (name: string) => Promise<Float32Array>,
): Promise<void> {
  let held: { readonly name: string; readonly values: Float32Array } | null = null;
  await writeSafetensors(
    path,
    {
      title: net,
      tensors: new Map(state.map(({ name, shape }) => [name, { name, shape, dtype: "F32" }])),
      read: async (name, start, end, into) => {
        if (held?.name !== name) held = { name, values: await read(name) };
        const part = held.values.subarray(start, end);
        into?.set(part);
        return into?.subarray(0, part.length) ?? part;
      },
      close: () => Promise.resolve(),
    },
    { metadata: { net, digest, updates: String(updates), accumulated: String(accumulated) } },
  );
}

/**
 * Reads weights from safetensors. A file of `saveState` brings the whole state and its counters; of another the weights
 * are taken that the net has, all of which it must hold, what the optimizer keeps becomes zero, and a new run begins.
 */
export async function loadState(
  path: string,
  { net, state }: Described,
  write: (name: string, values: Float32Array) => Promise<void>,
): Promise<Counters> {
  const file = await RandomAccessFile.open(path, READ_LIMITS);
  try {
    const source = await safetensors.open(file, READ_LIMITS);
    const isRun = state.every(({ name }) => source.tensors.has(name));
    for (const { name, shape, isWeight } of state) {
      const size = shape.reduce((product, extent) => product * extent, 1);
      const info = source.tensors.get(name);
      if (info === undefined && isWeight) throw new TrainingError(`${path}: it lacks the tensor \`${name}\``);
      if (info !== undefined && info.shape.join() !== shape.join())
        throw new TrainingError(
          `${path}: \`${name}\` is [${info.shape.join(", ")}] there, and [${shape.join(", ")}] in ${net}`,
        );
      await write(name, isRun || isWeight ? await source.read(name, 0, size) : new Float32Array(size));
    }
    const counter = (key: string): number => (isRun ? Number(source.metadata[key] ?? 0) : 0);
    return { updates: counter("updates"), accumulated: counter("accumulated") };
  } finally {
    await file.close();
  }
}
