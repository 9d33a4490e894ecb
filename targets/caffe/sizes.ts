import type { Plan } from "../../src/model/plan.js";
import { contains } from "../../src/model/size-set.js";

/** Near the pictures of PASCAL VOC, and what published deploy.prototxt files say. */
const USUAL = 500;
/** How far from it a size is looked for. */
const REACH = 100_000;

/** Height and width of an input in a deploy.prototxt, which wants numbers: valid ones, as near to 500 as there are. */
export function deploySize(plan: Plan, side: string | number): number {
  if (typeof side === "number") return side;
  const valid = plan.validFor[side];
  if (valid === undefined || valid.undecided !== null) return USUAL;
  for (let distance = 0; distance < REACH; distance++)
    for (const size of [USUAL + distance, USUAL - distance]) if (size > 0 && contains(valid, size)) return size;
  return valid.smallest ?? USUAL;
}
