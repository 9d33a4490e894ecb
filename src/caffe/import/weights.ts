/** A caffemodel's tensors under the names that the imported spec wants. */
import { bilinear } from "../../weights/init.js";
import { WeightsError } from "../../weights/errors.js";
import type { TensorInfo, WeightFile } from "../../weights/source.js";
import type { Imported } from "./import.js";

export interface RenamedWeights {
  readonly file: WeightFile;
  /** Tensors of layers that the net has not. */
  readonly left: readonly string[];
}

/** Fixed upsamplings are left out: the compiler makes their kernels. Closing it closes the file. */
export function renamedWeights(file: WeightFile, imported: Imported): RenamedWeights {
  const sources = new Map<string, string>();
  const constants = new Map<string, number>();
  const tensors = new Map<string, TensorInfo>();
  const left: string[] = [];
  for (const info of file.tensors.values()) {
    const name = imported.tensors.get(info.name);
    if (name === undefined) left.push(info.name);
    else if (!imported.fixed.has(name.replace(/\.[^.]*$/, ""))) {
      sources.set(name, info.name);
      tensors.set(name, { ...info, name });
    }
  }
  for (const { layer, channels } of imported.plainNorms)
    for (const [key, value] of [["weight", 1] as const, ["bias", 0] as const]) {
      const name = `${layer}.${key}`;
      constants.set(name, value);
      tensors.set(name, { name, shape: [channels], dtype: "F32" });
    }
  const sourceOf = (name: string): string => {
    const source = sources.get(name);
    if (source === undefined) throw new WeightsError(`${file.title}: it has no tensor for \`${name}\``);
    return source;
  };
  const renamed: WeightFile = {
    title: file.title,
    format: file.format,
    metadata: file.metadata,
    tensors,
    async read(name, start, end, into) {
      const constant = constants.get(name);
      if (constant === undefined) return file.read(sourceOf(name), start, end, into);
      return (into ?? new Float32Array(end - start)).subarray(0, end - start).fill(constant);
    },
    async readBytes(name, start, into) {
      const constant = constants.get(name);
      if (constant === undefined) return file.readBytes(sourceOf(name), start, into);
      const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
      for (let at = 0; at < into.length; at += 4) view.setFloat32(at, constant, true);
    },
    close: () => file.close(),
  };
  return { file: renamed, left };
}

/** Numbers that are compared at once. */
const CHUNK = 1024 * 1024;
/** Kernels that were computed in single precision, in one order or another. */
const TOLERANCE = 1e-6;

/** Whether a layer's kernel is that of bilinear interpolation on the diagonal of channels; null where it has none. */
export async function isBilinear(file: WeightFile, layer: string): Promise<boolean | null> {
  const name = `${layer}.weight`;
  const shape = file.tensors.get(name)?.shape;
  if (shape?.length !== 4) return null;
  const [rows = 1, columns = 1] = shape;
  // [C, C, k, k], or with a channel a group [C, 1, k, k].
  if (rows !== columns && columns !== 1) return false;
  const wanted = bilinear(shape, columns === 1 ? rows : 1);
  const count = shape.reduce((product, size) => product * size, 1);
  for (let start = 0; start < count; start += CHUNK) {
    const values = await file.read(name, start, Math.min(count, start + CHUNK));
    for (let index = 0; index < values.length; index++)
      if (!(Math.abs((values[index] ?? NaN) - wanted(start + index)) <= TOLERANCE)) return false;
  }
  return true;
}
