/** What a page sees of the module: see `fcn.ts`. */
import type { Color } from "../../../src/model/labels.js";

/** What TF.js runs on. WebGPU and WebGL are the graphics processor, `wasm` and `cpu` are not. */
export type BackendName = "webgpu" | "webgl" | "wasm" | "cpu";

export interface LoadOptions {
  /**
   * `auto`, the default, takes the fastest that works here, which each shows on a small sum before it is taken; a
   * graphics processor that is only imitated in software counts as slower than WebAssembly. A name is that backend or an
   * error; of a list the first that works is taken.
   */
  readonly backend?: "auto" | BackendName | readonly BackendName[];
  /** Threads of WebAssembly, in pages that are cross-origin isolated: half the cores, and two if there are two. */
  readonly threads?: number;
  /** Whether the net runs in a worker, so that the page stays alive. It does unless told, where there are workers. */
  readonly worker?: boolean;
  /** Compares every file's SHA-256 with the one in bundle.json. Lengths are always compared. */
  readonly verify?: boolean;
  /** Bytes that a run may take beside the weights. Larger pictures are run in tiles. */
  readonly memory?: number;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Ends the requests, too. */
  readonly signal?: AbortSignal;
  /** A TensorFlow.js of the page's own, ^4.22.0 with the backends that it imported. The net then runs in the page. */
  readonly tf?: TensorFlowJs;
}

/** `import * as tf from "@tensorflow/tfjs"` is one. */
export interface TensorFlowJs {
  getBackend(): string;
  setBackend(name: string): Promise<boolean>;
  loadGraphModel(...given: never[]): Promise<object>;
}

export interface LoadProgress {
  /** Bytes of weights read so far, and in all. */
  readonly done: number;
  readonly total: number;
}

/** A picture, as pages have them. EXIF rotation is applied, transparency dropped, colour profiles are not looked at. */
export type ImageSource =
  | HTMLImageElement
  | HTMLVideoElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | ImageBitmap
  | ImageData
  | VideoFrame
  | Blob
  | Samples;

/** Values as they are, [height, width, channels]: what `raw` inputs take, such as depth. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array | Float32Array;
}

export interface SegmentOptions {
  /** Whether the scores of every class are wanted: 4 bytes for each pixel and class. */
  readonly scores?: boolean;
  /** Pixels on the longer side of a tile: what memory allows, unless told. */
  readonly tile?: number;
  /** Called after each tile of a picture that is run in tiles. */
  readonly onProgress?: (progress: SegmentProgress) => void;
  readonly signal?: AbortSignal;
}

export interface SegmentProgress {
  /** Tiles that are done, and in all. */
  readonly done: number;
  readonly total: number;
}

/** What one output of a net says of a picture. */
export interface Head {
  /** As the spec declares it: `score`. */
  readonly name: string;
  /** Of the mask; the picture's, but for nets whose output has another size. */
  readonly width: number;
  readonly height: number;
  /** The class of each pixel, row by row. Two bytes only where there are more than 256 classes. */
  readonly mask: Uint8Array | Uint16Array;
  /** The classes that are in the mask, largest share first. */
  readonly classes: readonly ClassShare[];
  /** [height, width, classes], where they were asked for. */
  readonly scores?: Float32Array;
  /** The mask in the colours of its classes, to be drawn over the picture. Made when it is called. */
  overlay(options?: OverlayOptions): ImageData;
}

export interface ClassShare {
  readonly index: number;
  readonly name: string;
  /** Red, green and blue, 0 to 255. */
  readonly color: Color;
  /** Of the mask's pixels, above 0 and up to 1. */
  readonly share: number;
}

export interface OverlayOptions {
  /** 0 to 1; 0.55 unless given. */
  readonly opacity?: number;
  /** Classes that are left clear, by name or index. */
  readonly without?: readonly (string | number)[];
}

/** The first head's, with all of them under `heads`. */
export interface Segmentation extends Head {
  readonly heads: Readonly<Record<string, Head>>;
  /** From the call to the mask. */
  readonly milliseconds: number;
  /** 1 where the picture was run at once. */
  readonly tiles: number;
  /** What a person should know of this run, as sentences. */
  readonly notes: readonly string[];
}

export interface Backend {
  readonly name: BackendName;
  /** `WASM with SIMD, 2 threads (TensorFlow.js 4.22.0)` */
  readonly description: string;
  /** Of WebAssembly, else 1. */
  readonly threads: number;
}

export interface NetInput {
  readonly name: string;
  /** `bgr` and `rgb` take pictures, `gray` their brightness, `raw` values as they are. */
  readonly format: "bgr" | "rgb" | "gray" | "raw";
  /** A size symbol, such as `"H"`, or the one size in pixels that it has. */
  readonly height: string | number;
  readonly width: string | number;
  readonly channels: number;
}

export interface NetOutput {
  readonly name: string;
  readonly classes: readonly { readonly name: string; readonly color: Color }[];
}

export interface MemoryUse {
  /** TF.js's tensors, and their bytes; the weights are among them. */
  readonly tensors: number;
  readonly bytes: number;
}

/** A loaded net. */
export interface Net {
  readonly name: string;
  /** `sha256:<hex>`, of the net without its weights. */
  readonly digest: string;
  readonly inputs: readonly NetInput[];
  readonly outputs: readonly NetOutput[];
  /** What it runs on, really: TF.js replaces a backend that does not start in silence, and that is looked at. */
  readonly backend: Backend;
  /** Backends that were tried before, with the reason why each was not taken. */
  readonly passedOver: readonly string[];
  /** Whether it runs in a worker. */
  readonly worker: boolean;
  /** What a person should know, as sentences: why there is no worker, why pictures cannot be tiled. */
  readonly notes: readonly string[];
  /**
   * The classes of a picture's pixels. A net of several inputs takes one picture for each, by name. Calls are run one
   * after the other.
   * @throws {FcnError}, or what the signal was aborted with
   */
  segment(source: ImageSource | Readonly<Record<string, ImageSource>>, options?: SegmentOptions): Promise<Segmentation>;
  memory(): Promise<MemoryUse>;
  /** Frees the weights, and ends the worker. What is running is rejected. */
  dispose(): void;
}
