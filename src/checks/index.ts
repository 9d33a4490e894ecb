/** Every check, sorted by code. A test holds this list against the folder. */
import type { Check } from "./check.js";
import { bilinearKernel } from "./bilinear-kernel.js";
import { cropBounds } from "./crop-bounds.js";
import { cropGrid } from "./crop-grid.js";
import { cropOffset } from "./crop-offset.js";
import { emptyWindow } from "./empty-window.js";
import { expectation } from "./expectation.js";
import { gridShift } from "./grid-shift.js";
import { halfPixelShift } from "./half-pixel-shift.js";
import { inputSizes } from "./input-sizes.js";
import { outputLabels } from "./output-labels.js";
import { rateScale } from "./rate-scale.js";
import { strideMismatch } from "./stride-mismatch.js";
import { tapStride } from "./tap-stride.js";
import { undecided } from "./undecided.js";
import { unknownGrid } from "./unknown-grid.js";
import { unscaledSkips } from "./unscaled-skips.js";
import { unusedLayer } from "./unused-layer.js";
import { validSizes } from "./valid-sizes.js";

export const checks: readonly Check[] = [
  bilinearKernel,
  cropBounds,
  cropGrid,
  cropOffset,
  emptyWindow,
  expectation,
  gridShift,
  halfPixelShift,
  inputSizes,
  outputLabels,
  rateScale,
  strideMismatch,
  tapStride,
  undecided,
  unknownGrid,
  unscaledSkips,
  unusedLayer,
  validSizes,
];
