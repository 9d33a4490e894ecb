/** What is found in one example: what a check of the whole set adds up. */
import { createHash } from "node:crypto";
import { DataError, type Dataset, type DataFault, type LabelMap } from "../dataset.js";
import { readBytes } from "../files.js";

export interface ExampleFacts {
  readonly name: string;
  /** [height, width], or null for an example that cannot be used. */
  readonly size: readonly [number, number] | null;
  /** Of its first image's file: two of one digest are one picture. Null where it cannot be read. */
  readonly digest: string | null;
  /** By label set: how many pixels have each value that occurs. */
  readonly pixels: Readonly<Record<string, ReadonlyMap<number, number>>>;
  /** Why the example cannot be used. */
  readonly fault: { readonly fault: DataFault; readonly message: string } | null;
}

/** Reads an example. What is wrong with its files is a fact, not an error. */
export async function factsOf(dataset: Dataset, index: number): Promise<ExampleFacts> {
  const name = dataset.names[index] ?? "";
  let digest: string | null = null;
  try {
    const [file] = dataset.filesOf(index);
    if (file !== undefined)
      digest = createHash("sha256")
        .update(await readBytes(file, "imageBytes"))
        .digest("base64");
    const { images, labels } = await dataset.read(index);
    const [image] = Object.values(images);
    const pixels = Object.fromEntries(Object.entries(labels).map(([set, map]) => [set, count(map)]));
    return { name, size: image ? [image.height, image.width] : null, digest, pixels, fault: null };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const { fault, message } = error;
    return { name, size: null, digest, pixels: {}, fault: { fault, message } };
  }
}

function count({ indices }: LabelMap): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  // Labels come in runs.
  let from = 0;
  for (let at = 1; at <= indices.length; at += 1) {
    const value = indices[from]!;
    if (at < indices.length && indices[at] === value) continue;
    counts.set(value, (counts.get(value) ?? 0) + at - from);
    from = at;
  }
  return counts;
}
