import { defineActivation } from "./activation.js";

export const hardsigmoid = defineActivation(
  "hardsigmoid",
  "min(max(x + 3, 0), 6) / 6",
  "gate = conv(16, 1) -> hardsigmoid",
);
