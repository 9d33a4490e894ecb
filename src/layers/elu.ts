import { defineActivation } from "./activation.js";

export const elu = defineActivation(
  "elu",
  "x where it is positive, exp(x) - 1 elsewhere",
  "conv1 = conv(64, 3) -> elu",
);
