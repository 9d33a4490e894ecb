import type { PlanInput } from "../model/plan.js";
import { toGray8, toRgb8 } from "./convert.js";
import { ImageError, type DecodedImage } from "./read.js";

/**
 * A picture as an input of a net takes it: float32 NHWC with N = 1. `bgr` and `rgb` inputs get RGB in 0..255 (the net
 * itself reverses channels), `gray` one channel in 0..255, and `raw` the stored values, 16-bit ones as they are.
 *
 * @throws {ImageError} when a `raw` input has another number of channels than the picture.
 */
export function feedImage(image: DecodedImage, input: PlanInput): { data: Float32Array<ArrayBuffer>; shape: number[] } {
  const shape = [1, image.height, image.width, input.channels];
  switch (input.format) {
    case "bgr":
    case "rgb":
      return { data: new Float32Array(toRgb8(image).data), shape };
    case "gray":
      return { data: new Float32Array(toGray8(image).data), shape };
    case "raw":
      if (image.channels !== input.channels)
        throw new ImageError(
          "unsupported",
          `has ${image.channels} channels, and \`${input.name}\` takes ${input.channels}`,
          "give a picture with as many channels",
          "the picture",
        );
      return { data: new Float32Array(image.data), shape };
  }
}
