import type { GradientRule } from "../backward.js";
import { CONVOLUTION_GRADIENTS } from "./convolution.js";
import { ELEMENTWISE_GRADIENTS } from "./elementwise.js";
import { MOVEMENT_GRADIENTS } from "./movement.js";
import { REDUCTION_GRADIENTS } from "./reduction.js";

/** By operation of TensorFlow: how the gradient of its result becomes that of its inputs. */
export const GRADIENTS: Readonly<Record<string, GradientRule>> = {
  ...CONVOLUTION_GRADIENTS,
  ...ELEMENTWISE_GRADIENTS,
  ...MOVEMENT_GRADIENTS,
  ...REDUCTION_GRADIENTS,
};
