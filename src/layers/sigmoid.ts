import { defineActivation } from "./activation.js";

export const sigmoid = defineActivation("sigmoid", "1 / (1 + exp(-x))", "gate = conv(1, 1) -> sigmoid");
