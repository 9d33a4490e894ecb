/** Whether a net takes images of a size, and whether images fit into one batch. */
import type { Pair, Plan, PlanInput } from "../model/plan.js";
import { contains } from "../model/size-set.js";
import { DataError } from "./dataset.js";

const SIDES = ["height", "width"] as const;

/**
 * @param stored [height, width] of the picture in its file
 * @param placed as the augmentation leaves it
 * @throws {DataError} for a size at which the net is known not to work
 */
export function admitSize(plan: Plan, input: PlanInput, stored: Pair, placed: Pair, file: string): void {
  for (const [axis, side] of SIDES.entries()) {
    const wanted = input[side];
    const actual = placed[axis]!;
    const valid = typeof wanted === "string" ? plan.validFor[wanted] : undefined;
    const takes =
      typeof wanted === "number" ? wanted === actual : !valid || valid.undecided !== null || contains(valid, actual);
    if (takes) continue;
    const scaled = stored[axis] === actual ? "" : ` after augmentation (${stored[axis]} px in the file)`;
    const works = typeof wanted === "number" ? `takes ${wanted} px alone` : `works for ${valid!.text}`;
    throw new DataError(`${file} has a ${side} of ${actual} px${scaled}, and ${plan.net} ${works}`, [
      "cut out windows of a size that works, as in `augment: { crop: 224x224 }`",
      "or resize or pad the pictures and their labels",
    ]);
  }
}

interface Sized {
  readonly size: Pair;
  readonly file: string;
}

/** @throws {DataError} for two images of one batch that differ in size */
export function admitTogether(first: Sized, other: Sized, batch: number): void {
  if (first.size.join() === other.size.join()) return;
  throw new DataError(
    `${first.file} has ${first.size.join("x")} px and ${other.file} ${other.size.join("x")} px (height x width), and a ` +
      "batch has one size",
    [
      `write \`batch: 1\` with \`accumulate: ${batch}\`: an update by as many images, each of its own size`,
      "or cut out windows of one size, as in `augment: { crop: 224x224 }`",
    ],
  );
}
