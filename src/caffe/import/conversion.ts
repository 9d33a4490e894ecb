import type { CaffeLayer } from "../net.js";
import type { Call } from "./call.js";

/** What a layer becomes in a spec. */
export interface Understood extends Call {
  readonly channels: number;
}

/** What weights say of a net, where some were given. */
export interface KnownWeights {
  /** Whether a layer's kernel is bilinear on the diagonal of channels and zero elsewhere; null where nobody knows. */
  isBilinear(layer: string): boolean | null;
}

/** @param channels of each bottom. Null where it is not understood, which is then told. */
export type Conversion = (layer: CaffeLayer, channels: readonly number[], weights: KnownWeights) => Understood | null;
