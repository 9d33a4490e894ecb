/** What a bundle says of how its scores compare with those of the weights that it was made from. */
import type { StoredType } from "./storage.js";
import type { WebRuntime } from "./web/runtimes.js";

/** A run that was compared, or why there was none. */
export type Certified =
  { readonly certificate: Certificate; readonly reference: ReferenceJson } | { readonly uncertified: string };

export interface Certificate {
  readonly inputs: readonly CertifiedInput[];
  /** The float32 graph of the same plan and weights, whose scores count as right. */
  readonly reference: {
    readonly engine: string;
    /** `WASM with SIMD (TensorFlow.js 4.22.0)` */
    readonly description: string;
    /** The weights file's name, without its folder; or `init`. */
    readonly weights: string;
    /** Of the graph's weights in the order of its manifest, as float32 and int32, little-endian. */
    readonly sha256: string;
  };
  /** The bundle, read back from disk, on one engine or several. */
  readonly runs: readonly CertifiedRun[];
}

export interface CertifiedInput {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** `generated` by fcnc, the same at every size; or the name of a picture's file, which is not in the bundle. */
  readonly picture: string;
  /** Of what the net was fed with: float32 [height, width, channels], little-endian. */
  readonly sha256: string;
}

export interface CertifiedRun {
  readonly engine: string;
  readonly description: string;
  readonly outputs: readonly Difference[];
}

/** Of the scores of one output from the reference's. */
export interface Difference {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly classes: number;
  /** Smallest and largest of the reference's scores. */
  readonly range: readonly [number, number];
  readonly largest: number;
  readonly mean: number;
  /** As parts of the range. */
  readonly largestOfRange: number;
  readonly meanOfRange: number;
  /** Pixels whose largest score is that of another class, and pixels in all. */
  readonly changed: number;
  readonly pixels: number;
  /** Of the bundle's scores: float32 [height, width, classes], little-endian. */
  readonly sha256: string;
}

/** `reference.json`: enough of the reference's scores to repeat the comparison without the weights. */
export interface ReferenceJson {
  readonly format: "fcnc-reference";
  readonly version: 1;
  readonly outputs: readonly {
    readonly name: string;
    readonly height: number;
    readonly width: number;
    readonly classes: number;
    /** The class of every pixel: uint16, little-endian, deflated, in base64. */
    readonly mask: string;
    /** Every `every`th pixel from the first on has its scores here: float32, little-endian, in base64. */
    readonly every: number;
    readonly scores: string;
  }[];
}

/** `bundle.json`, see docs/bundle.md. */
export interface BundleJson {
  readonly format: "fcnc-bundle";
  readonly version: 1;
  readonly generatedBy: string;
  readonly runtime: WebRuntime;
  readonly net: string;
  readonly digest: string;
  readonly inputs: readonly object[];
  readonly outputs: readonly object[];
  readonly validFor: Readonly<Record<string, object>>;
  /** What a run takes, and how pictures may be cut into tiles: see `web/browser-facts.ts`. */
  readonly browser: object;
  readonly weights: readonly StoredWeight[];
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
  readonly certificate: Certificate | null;
  /** Why there is no certificate. */
  readonly uncertified: string | null;
}

export interface StoredWeight {
  /** In `model.json` or `model.onnx`. */
  readonly name: string;
  /** Of the plan. */
  readonly tensor: string;
  readonly type: StoredType;
  readonly bytes: number;
  /** No number of it is further from what it was: half a step. Null for float16, where that depends on the number. */
  readonly error: number | null;
}
