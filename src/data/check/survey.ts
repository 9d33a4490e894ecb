/** A whole data set, read once and added up. */
import { VOID, type Dataset, type DataFault } from "../dataset.js";
import type { ExampleFacts } from "./example-facts.js";
import { readerOf, type FactsReader } from "./facts-reader.js";

type Size = readonly [height: number, width: number];

export interface ValueCount {
  readonly value: number;
  readonly pixels: number;
  /** In how many images it occurs. */
  readonly images: number;
}

export interface LabelSurvey {
  readonly name: string;
  readonly classes: readonly string[] | null;
  /** Values that occur, ascending; void among them. */
  readonly values: readonly ValueCount[];
  readonly pixels: number;
  /** Names of the examples in which every pixel is void. */
  readonly allVoid: readonly string[];
}

export interface Survey {
  readonly title: string;
  /** As the dataset's list has them. */
  readonly names: readonly string[];
  /** How many examples could be used. */
  readonly read: number;
  /** By size, the smallest area first: how many images have it, and the name of the first. */
  readonly sizes: readonly { readonly size: Size; readonly images: number; readonly first: string }[];
  readonly labelSets: readonly LabelSurvey[];
  readonly faults: readonly { readonly name: string; readonly fault: DataFault; readonly message: string }[];
  /** Names of examples by the digest of their first image. */
  readonly digests: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads every example of a dataset, and adds up what is in them in the order of its list.
 * @param signal ends the work between examples
 * @param reader reads in this thread unless told
 */
export async function surveyOf(
  dataset: Dataset,
  signal: AbortSignal,
  progress: (done: number, total: number) => void,
  reader: FactsReader = readerOf(dataset),
): Promise<Survey> {
  const { title, names } = dataset;
  const sizes = new Map<string, { size: Size; images: number; first: string }>();
  const sets = dataset.labelSets.map((set) => ({
    ...set,
    counts: new Map<number, ValueCount>(),
    allVoid: [] as string[],
  }));
  const faults: Survey["faults"][number][] = [];
  const digests = new Map<string, string[]>();
  let read = 0;
  const ahead: Promise<ExampleFacts>[] = [];
  for (let index = 0; index < names.length; index += 1) {
    signal.throwIfAborted();
    for (let next = index + ahead.length; next < names.length && ahead.length < reader.atOnce; next += 1) {
      const facts = reader.factsOf(next);
      // It is told to who waits for it, if anybody does.
      facts.catch(() => undefined);
      ahead.push(facts);
    }
    const facts = await ahead.shift();
    if (facts === undefined) throw new Error(`example ${index} was not read`);
    const { name, size, digest, pixels, fault } = facts;
    if (digest !== null) digests.set(digest, [...(digests.get(digest) ?? []), name]);
    if (fault) faults.push({ name, ...fault });
    if (size) {
      read += 1;
      const known = sizes.get(size.join("x")) ?? { size, images: 0, first: name };
      sizes.set(size.join("x"), { ...known, images: known.images + 1 });
    }
    for (const set of sets) {
      const found = pixels[set.name];
      if (!found) continue;
      if (found.size === 1 && found.has(VOID)) set.allVoid.push(name);
      for (const [value, number] of found) {
        const before = set.counts.get(value) ?? { value, pixels: 0, images: 0 };
        set.counts.set(value, { value, pixels: before.pixels + number, images: before.images + 1 });
      }
    }
    progress(index + 1, names.length);
  }
  return {
    title,
    names,
    read,
    sizes: [...sizes.values()].sort((a, b) => a.size[0] * a.size[1] - b.size[0] * b.size[1]),
    labelSets: sets.map(({ name, classes, counts, allVoid }) => {
      const values = [...counts.values()].sort((a, b) => a.value - b.value);
      return { name, classes, values, allVoid, pixels: values.reduce((sum, { pixels }) => sum + pixels, 0) };
    }),
    faults,
    digests,
  };
}
