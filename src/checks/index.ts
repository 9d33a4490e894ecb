/** Every check, sorted by code. A test holds this list against the folder. */
import type { Check } from "./check.js";
import { asymmetricPadding } from "./asymmetric-padding.js";
import { bilinearKernel } from "./bilinear-kernel.js";
import { browserMemory } from "./browser-memory.js";
import { cropBounds } from "./crop-bounds.js";
import { cropGrid } from "./crop-grid.js";
import { cropOffset } from "./crop-offset.js";
import { deadBorder } from "./dead-border.js";
import { emptyWindow } from "./empty-window.js";
import { expectation } from "./expectation.js";
import { fieldExceedsInput } from "./field-exceeds-input.js";
import { gridShift } from "./grid-shift.js";
import { halfPixelShift } from "./half-pixel-shift.js";
import { inputSizes } from "./input-sizes.js";
import { lossWeights } from "./loss-weights.js";
import { noLabels } from "./no-labels.js";
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
  asymmetricPadding,
  bilinearKernel,
  browserMemory,
  cropBounds,
  cropGrid,
  cropOffset,
  deadBorder,
  emptyWindow,
  expectation,
  fieldExceedsInput,
  gridShift,
  halfPixelShift,
  inputSizes,
  lossWeights,
  noLabels,
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
