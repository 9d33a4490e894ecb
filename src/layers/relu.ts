import { defineActivation } from "./activation.js";

export const relu = defineActivation("relu", "max(x, 0)", "conv1 = conv(64, 3, pad: 1) -> relu");
