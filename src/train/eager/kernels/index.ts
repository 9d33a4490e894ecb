import type { Kernel } from "../value.js";
import { CONVOLUTION_KERNELS } from "./convolution.js";
import { DEPTHWISE_KERNELS } from "./depthwise.js";
import { ELEMENTWISE_KERNELS } from "./elementwise.js";
import { LOSS_KERNELS } from "./loss.js";
import { MOVEMENT_KERNELS } from "./movement.js";
import { REDUCTION_KERNELS } from "./reduction.js";
import { RESIZE_KERNELS } from "./resize.js";
import { SUM_KERNELS } from "./sums.js";

/** By operation of TensorFlow: the same on a backend of TF.js. */
export const KERNELS: Readonly<Record<string, Kernel>> = {
  ...CONVOLUTION_KERNELS,
  ...DEPTHWISE_KERNELS,
  ...ELEMENTWISE_KERNELS,
  ...LOSS_KERNELS,
  ...MOVEMENT_KERNELS,
  ...REDUCTION_KERNELS,
  ...RESIZE_KERNELS,
  ...SUM_KERNELS,
};
