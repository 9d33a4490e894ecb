import { defineActivation } from "./activation.js";

export const relu6 = defineActivation("relu6", "min(max(x, 0), 6)", "conv1 = conv(32, 3, stride: 2, pad: 1) -> relu6");
