import type { Plan } from "../../src/model/plan.js";
import { planGeometry } from "../../src/model/plan-geometry.js";
import { bytesOf, type MemoryTerm } from "./memory-term.js";
import { memoryTerms } from "./memory.js";
import { tilingOf, type Tiling } from "./tiling.js";

/** What a page needs to know before it runs a picture: what that takes, and how it may be cut. */
export interface BrowserFacts {
  readonly memory: {
    /** Of weights as float32, in bytes. */
    readonly weights: number;
    /** The most that maps take at once, for any size: the largest of these. */
    readonly maps: readonly MemoryTerm[];
    /** Maps and weights in bytes at common sizes, `500x375` being 500 rows. */
    readonly at: Readonly<Record<string, number>>;
  };
  /** Null where a picture must be run at once; `tilingRefused` says why. */
  readonly tiling: Tiling | null;
  readonly tilingRefused: string | null;
}

const COMMON_SIZES = [
  [224, 224],
  [375, 500],
  [512, 512],
  [1024, 1024],
  [1080, 1920],
  [2160, 3840],
] as const;

export function browserFacts(plan: Plan): BrowserFacts {
  const geometry = planGeometry(plan);
  const weights = plan.tensors.reduce(
    (sum, { shape }) => sum + 4 * shape.reduce((product, side) => product * side, 1),
    0,
  );
  const maps = memoryTerms(plan, geometry);
  const tiling = tilingOf(plan, geometry);
  const isFree = plan.inputs.every(({ height, width }) => typeof height === "string" && typeof width === "string");
  const fixed = plan.inputs[0];
  const sizes = isFree ? COMMON_SIZES : [[Number(fixed?.height), Number(fixed?.width)] as const];
  const at = Object.fromEntries(
    sizes
      .filter(([height, width]) => Number.isFinite(height) && Number.isFinite(width))
      .map(([height, width]) => [`${height}x${width}`, weights + bytesOf(maps, height, width)]),
  );
  const refused = "refused" in tiling;
  return {
    memory: { weights, maps, at },
    tiling: refused ? null : tiling,
    tilingRefused: refused ? tiling.refused : null,
  };
}
