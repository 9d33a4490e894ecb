/** A net at one input size: every map's height and width, exactly, or the first operation that fails there. */
import type { NodeGeometry } from "../model/geometry.js";
import type { Operation, Plan } from "../model/plan.js";
import { evaluate, SizeRangeError, symbolOf, type Size } from "../model/size.js";
import type { InspectFault } from "./fault.js";

/** [height, width] by operation. */
export type Extents = ReadonlyMap<string, readonly [number, number]>;

/**
 * `symbols` says what each size symbol stands for. Every map is held against what its operation demands, so that
 * nothing is ever shown for a size at which a net whose proof is undecided does not work.
 */
export function measure(
  plan: Plan,
  geometry: ReadonlyMap<string, NodeGeometry>,
  symbols: ReadonlyMap<string, number>,
): Extents | InspectFault {
  const at = (size: Size): number => evaluate(size, symbols.get(symbolOf(size) ?? "") ?? 0);
  const extents = new Map<string, readonly [number, number]>();
  try {
    for (const operation of plan.operations) {
      const own = geometry.get(operation.name);
      if (!own) continue;
      const extent = [at(own.y.size), at(own.x.size)] as const;
      const problem = problemOf(operation, extent, extents);
      if (problem) {
        const size = [...symbols].map(([symbol, pixels]) => `${symbol} = ${pixels}`).join(", ");
        return { fault: `this net does not work at ${size}: ${problem}`, help: ["try a larger size"] };
      }
      extents.set(operation.name, extent);
    }
  } catch (error) {
    if (!(error instanceof SizeRangeError)) throw error;
    return { fault: "at this size a map is larger than numbers hold exactly", help: ["try a smaller size"] };
  }
  return extents;
}

function problemOf(operation: Operation, extent: readonly [number, number], extents: Extents): string | null {
  const [height, width] = extent;
  if (height < 1 || width < 1) return `\`${operation.layer}\` would be empty`;
  if (operation.op === "resize") return null;
  const [own, ...others] = operation.inputs.map((name) => extents.get(name) ?? [0, 0]);
  if (!own) return null;
  if (operation.op === "crop") {
    const [top, left] = operation.offset;
    if (top + height <= own[0] && left + width <= own[1]) return null;
    return `\`${operation.layer}\` would reach past the map that it cuts`;
  }
  if (others.every((other) => other[0] === own[0] && other[1] === own[1])) return null;
  return `the maps that \`${operation.layer}\` takes would differ in size`;
}
