/** Which classes are in a mask, and how much of it each is. */
import type { Labels } from "../model/plan.js";
import { type Color, vocColor } from "../model/labels.js";
import { IGNORE_INDEX, type Mask } from "./palette-png.js";

export interface ClassShare {
  readonly index: number;
  readonly name: string;
  readonly color: Color;
  /** Of the mask's pixels, above 0 and up to 1. */
  readonly share: number;
}

/** The classes that are in a mask, largest share first; equal ones by index. */
export function classShares({ indices }: Mask, labels: Labels): readonly ClassShare[] {
  const counts = new Map<number, number>();
  const table = new Uint32Array(65536);
  for (let i = 0; i < indices.length; i += 1) table[indices[i]!]! += 1;
  for (let index = 0; index < table.length; index += 1) if (table[index]! > 0) counts.set(index, table[index]!);
  return [...counts]
    .map(([index, count]) => ({ index, ...describeClass(labels, index), share: count / indices.length }))
    .sort((a, b) => b.share - a.share || a.index - b.index);
}

/** Name and colour of an index, whether the labels know it or not. */
export function describeClass(labels: Labels, index: number): { readonly name: string; readonly color: Color } {
  const known = labels.classes[index];
  if (known) return known;
  if (index === IGNORE_INDEX) return labels.ignore ?? { name: "ignore", color: vocColor(IGNORE_INDEX) };
  return { name: `class ${index}`, color: vocColor(index) };
}
