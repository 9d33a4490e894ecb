import type { Plan, SizeSetDescription } from "../../src/model/plan.js";
import { planGeometry } from "../../src/model/plan-geometry.js";
import { winogradConvolutions } from "../onnx/winograd.js";
import { bytesOf, type MemoryTerm } from "./memory-term.js";
import { memoryTerms } from "./memory.js";
import type { WebRuntime } from "./runtimes.js";
import { tilingOf, type Tiling } from "./tiling.js";

/** What a page needs to know before it runs a picture: what that takes, and how it may be cut. */
export interface BrowserFacts {
  readonly memory: {
    /** Of weights as float32, in bytes. */
    readonly weights: number;
    /** What preparing the weights takes beside them, on WebAssembly, where that is most. */
    readonly prepared: number;
    /** The most that maps take at once, for any size: the largest of these. */
    readonly maps: readonly MemoryTerm[];
    /** The sum of these three in bytes at common sizes, `500x375` being 500 rows. */
    readonly at: Readonly<Record<string, number>>;
  };
  /** Null where a picture must be run at once; `tilingRefused` says why. */
  readonly tiling: Tiling | null;
  readonly tilingRefused: string | null;
  /** From the fastest to the slowest, where a graphics processor is one; without those that cannot hold the net. */
  readonly backends: readonly string[];
  /** What the module does with a picture of a size that is not valid: on to the next that is. Null where all are. */
  readonly padding: Padding | null;
}

export interface Padding {
  /** The last row and column are repeated. */
  readonly mode: "edge";
  readonly sides: readonly ["bottom", "right"];
}

const COMMON_SIZES = [
  [224, 224],
  [375, 500],
  [512, 512],
  [1024, 1024],
  [1080, 1920],
  [2160, 3840],
] as const;

const BACKENDS: Readonly<Record<WebRuntime, readonly string[]>> = {
  tfjs: ["webgpu", "webgl", "wasm"],
  "onnxruntime-web": ["webgpu", "wasm"],
};

/**
 * TF.js's convolutions pack a copy of their kernel, which stays, and for a moment turn it around first; ONNX Runtime gets
 * all weights in one piece and copies them, and of kernels in Winograd's form makes some of twice their size.
 */
function preparedBytes({ operations, tensors }: Plan, winograd: ReadonlySet<string>, runtime: WebRuntime): number {
  const sizes = new Map(tensors.map(({ name, shape }) => [name, bytesOfShape(shape)]));
  const weights = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  if (runtime === "tfjs") return weights + Math.max(0, ...sizes.values());
  const turned = operations.flatMap((operation) =>
    operation.op === "conv" && winograd.has(operation.name) ? [sizes.get(operation.weight) ?? 0] : [],
  );
  return weights + 2 * turned.reduce((sum, bytes) => sum + bytes, 0);
}

const bytesOfShape = (shape: readonly number[]): number => 4 * shape.reduce((product, side) => product * side, 1);

/** What WebAssembly addresses. */
const WASM_BYTES = 2 ** 32;

export function browserFacts(plan: Plan, runtime: WebRuntime = "tfjs"): BrowserFacts {
  const geometry = planGeometry(plan);
  const winograd = runtime === "onnxruntime-web" ? winogradConvolutions(plan) : new Set<string>();
  const weights = plan.tensors.reduce((sum, { shape }) => sum + bytesOfShape(shape), 0);
  const prepared = preparedBytes(plan, winograd, runtime);
  const maps = memoryTerms(plan, geometry, winograd);
  const tiling = tilingOf(plan, geometry);
  const isFree = plan.inputs.every(({ height, width }) => typeof height === "string" && typeof width === "string");
  const fixed = plan.inputs[0];
  const told = isFree ? COMMON_SIZES : [[Number(fixed?.height), Number(fixed?.width)] as const];
  const at = Object.fromEntries(
    told
      .filter(([height, width]) => Number.isFinite(height) && Number.isFinite(width))
      .map(([height, width]) => [`${height}x${width}`, weights + prepared + bytesOf(maps, height, width)]),
  );
  const refused = "refused" in tiling;
  const smallest = weights + prepared + bytesOf(maps, smallestSide(plan, "height"), smallestSide(plan, "width"));
  const isEverySize = Object.values(plan.validFor).every((valid) => valid.smallest === 1 && isWhole(valid));
  return {
    memory: { weights, prepared, maps, at },
    tiling: refused ? null : tiling,
    tilingRefused: refused ? tiling.refused : null,
    backends: BACKENDS[runtime].filter((name) => name !== "wasm" || smallest < WASM_BYTES),
    padding: isFree && !isEverySize ? { mode: "edge", sides: ["bottom", "right"] } : null,
  };
}

function smallestSide({ inputs: [input], validFor }: Plan, side: "height" | "width"): number {
  const stated = input?.[side] ?? 1;
  return typeof stated === "number" ? stated : (validFor[stated]?.smallest ?? 1);
}

/** Whether a set has every size from its smallest on. */
function isWhole({ smallest, start, sizes, period, residues }: SizeSetDescription): boolean {
  const count = (ranges: readonly (readonly [number, number])[]): number =>
    ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return count(residues) === period && count(sizes) === Math.max(0, start - (smallest ?? 1));
}
