import { WeightsError } from "../errors.js";
import type { WeightSource } from "../source.js";
import { writeAside } from "./aside.js";
import type { WriteOptions } from "./format.js";
import { bytesOfTensor, progressOf, tensorsToWrite, type WrittenTensor } from "./tensor-bytes.js";

const METADATA = "__metadata__";

/**
 * Writes all tensors of a source, each in its type, in the source's order, holding 4 MiB at a time. The file takes its
 * name when it is complete.
 *
 * @throws {WeightsError} when it cannot be written, or whatever the source throws when it is read.
 */
export async function writeSafetensors(path: string, source: WeightSource, options: WriteOptions = {}): Promise<void> {
  if (source.tensors.has(METADATA))
    throw new WeightsError(
      `${path}: safetensors has \`${METADATA}\` for itself, and ${source.title} has such a tensor`,
    );
  const tensors = tensorsToWrite({ name: "safetensors", holds: (dtype) => dtype }, path, source);
  const progress = progressOf(tensors, options);
  await writeAside(path, async (file) => {
    await file.write(headerOf(tensors, options.metadata));
    for (const tensor of tensors)
      for await (const piece of bytesOfTensor(source, tensor, options.signal)) {
        await file.write(piece);
        progress(piece.length);
      }
  });
}

function headerOf(tensors: readonly WrittenTensor[], metadata: WriteOptions["metadata"]): Uint8Array {
  let offset = 0;
  const entries: [string, unknown][] = metadata === undefined ? [] : [[METADATA, metadata]];
  for (const { name, shape, dtype, bytes } of tensors) {
    entries.push([name, { dtype, shape, data_offsets: [offset, offset + bytes] }]);
    offset += bytes;
  }
  // A table made of entries takes every name, `__proto__` too.
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  // Padded with spaces, so that the data is aligned to its elements.
  const header = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(text, 8);
  return header;
}
