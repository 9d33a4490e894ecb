import { defineActivation } from "./activation.js";

export const hardswish = defineActivation(
  "hardswish",
  "x min(max(x + 3, 0), 6) / 6 (MobileNetV3)",
  "conv1 = conv(16, 3, stride: 2, pad: 1) -> hardswish",
);
