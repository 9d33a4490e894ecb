import { howToRaise, limitSettings, type LimitName } from "../../limits.js";
import { WeightsError } from "../errors.js";

/** What is read of a stranger's file of weights at most: see `src/limits.ts`. */
export type ReadLimits = Readonly<
  Record<"fileBytes" | "headerBytes" | "tensors" | "dimensions" | "elements" | "nesting" | "expansion", number>
>;

const { fileBytes, headerBytes, tensors, dimensions, elements, nesting, expansion } = limitSettings.limits;

export const READ_LIMITS: ReadLimits = { fileBytes, headerBytes, tensors, dimensions, elements, nesting, expansion };

/** The error for a file that goes beyond a limit, which is no fault of the file. */
export const beyond = (title: string, what: string, limit: LimitName): WeightsError =>
  new WeightsError(`${title}: ${what}. ${howToRaise(limit)}`);
