/** What the page and the engine say to each other, over a worker's messages or by plain calls. */
import type { Labels, PlanInput, SizeSetDescription } from "../../../src/model/plan.js";
import type { BrowserFacts } from "../browser-facts.js";
import type { SaidError } from "./errors.js";
import type { Backend, BackendName, LoadProgress, MemoryUse, Samples, SegmentProgress } from "./types.js";

/** By this name a worker knows that it is one of ours. */
export const WORKER_NAME = "fcnc-engine";

/** Whether this is a worker of ours. A page, and a worker of its own, import the engine where they can have no other. */
export const isOwnWorker = (): boolean =>
  !("document" in globalThis) && (globalThis as { readonly name?: unknown }).name === WORKER_NAME;

/** The parts of bundle.json that the module needs. */
export interface BundleFacts {
  readonly net: string;
  readonly digest: string;
  readonly inputs: readonly PlanInput[];
  readonly outputs: readonly BundleOutput[];
  readonly validFor: Readonly<Record<string, SizeSetDescription>>;
  readonly browser: BrowserFacts;
}

export interface BundleOutput {
  readonly name: string;
  readonly classes: number;
  readonly labels: Labels | null;
  /** Nodes of the graph. */
  readonly scores: string;
  readonly mask: string;
}

/** A picture that can go to a worker. A bitmap is the engine's, which closes it. */
export type Picture =
  | { readonly kind: "blob"; readonly blob: Blob }
  | { readonly kind: "bitmap"; readonly bitmap: ImageBitmap }
  | { readonly kind: "samples"; readonly samples: Samples };

export interface LoadRequest {
  /** Of the bundle's folder, with a slash at its end. */
  readonly address: string;
  /** What bundle.json holds: the page asks for it while the engine comes. */
  readonly manifest: unknown;
  readonly backends: readonly BackendName[];
  /** Whether imitations of a graphics processor are passed over. */
  readonly quick: boolean;
  /** Of WebAssembly, where there can be more than one. */
  readonly threads: number;
  readonly verify: boolean;
  readonly memory: number | null;
}

export interface Loaded {
  readonly facts: BundleFacts;
  readonly backend: Backend;
  readonly passedOver: readonly string[];
  readonly notes: readonly string[];
}

export interface SegmentRequest {
  readonly pictures: Readonly<Record<string, Picture>>;
  readonly scores: boolean;
  readonly tile: number | null;
}

export interface Segmented {
  readonly heads: readonly SegmentedHead[];
  readonly tiles: number;
  readonly notes: readonly string[];
}

export interface SegmentedHead {
  readonly width: number;
  readonly height: number;
  readonly mask: Uint8Array | Uint16Array;
  /** Pixels of each class. */
  readonly counts: Uint32Array;
  readonly scores: Float32Array | null;
}

/** Runs a net, here or in a worker. */
export interface EngineLike {
  load(request: LoadRequest, onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<Loaded>;
  segment(
    request: SegmentRequest,
    onProgress: (progress: SegmentProgress) => void,
    signal: AbortSignal,
  ): Promise<Segmented>;
  memory(): Promise<MemoryUse>;
  dispose(): void;
}

export type ToWorker =
  | { readonly id: number; readonly call: "load"; readonly request: LoadRequest }
  | { readonly id: number; readonly call: "segment"; readonly request: SegmentRequest }
  | { readonly id: number; readonly call: "memory" }
  | { readonly id: number; readonly call: "abort" };

export type FromWorker =
  | { readonly ready: true }
  | { readonly id: number; readonly progress: LoadProgress & SegmentProgress }
  | { readonly id: number; readonly value: Loaded | Segmented | MemoryUse }
  | { readonly id: number; readonly error: SaidError };
