import { beyond, type ReadLimits } from "./limits.js";
import { elementsOf } from "./stored.js";

/**
 * Holds a shape that a file states against the limits.
 * @param title the file, for messages
 * @param what has the shape: `tensor \`conv1.weight\``
 * @throws {WeightsError}
 */
export function checkShape(title: string, what: string, shape: readonly number[], limits: ReadLimits): void {
  if (shape.length > limits.dimensions)
    throw beyond(
      title,
      `${what} has ${shape.length} dimensions, and at most ${limits.dimensions} are read`,
      "dimensions",
    );
  if (elementsOf(shape) > limits.elements)
    throw beyond(
      title,
      `${what} [${shape.join(", ")}] has more than the ${limits.elements} elements that are read`,
      "elements",
    );
}
