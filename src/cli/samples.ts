import type { Plan } from "../model/plan.js";
import { UsageError } from "./fail.js";
import { readPictures } from "./pictures.js";

/**
 * `--sample FILE`: pictures that a bundle's page offers to try, one for each input. They are read to see that the net
 * takes them, and copied as they are.
 *
 * @returns files by input
 */
export async function readSamples(
  plan: Plan,
  given: readonly string[],
  target: string,
): Promise<Readonly<Record<string, string>>> {
  if (given.length === 0) return {};
  if (target !== "web")
    throw new UsageError(`\`--sample\` is for the page of bundles for the web, and the target is ${target}`);
  const pictures = await readPictures(plan, given);
  return Object.fromEntries(pictures.map(({ input, file }) => [input.name, file]));
}
