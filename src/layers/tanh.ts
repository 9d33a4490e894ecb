import { defineActivation } from "./activation.js";

export const tanh = defineActivation("tanh", "The hyperbolic tangent", "hidden = conv(64, 3, pad: 1) -> tanh");
