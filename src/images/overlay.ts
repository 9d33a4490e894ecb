/** A mask shown on its picture: colours blended in, outlines between classes, and a legend below. */
import type { Labels } from "../model/plan.js";
import { Canvas } from "./canvas.js";
import type { RgbImage } from "./convert.js";
import { drawLegend, legendScale } from "./legend.js";
import type { Mask } from "./palette-png.js";
import { classShares, describeClass } from "./shares.js";

export interface OverlayOptions {
  /** A line above the legend. */
  readonly title?: string;
  /** Share of a class's colour in a pixel, 0 to 1; 0.55 unless given. */
  readonly opacity?: number;
}

const OPACITY = 0.55;
/** How far the colours of outlines are from those inside: 0 is the same, 1 is the class's colour alone. */
const OUTLINE_STRENGTH = 0.7;

/**
 * Draws a picture with its mask and a legend of the classes that are in it, by their share. The picture is at the
 * upper left, pixel by pixel; the panel below is as wide, or wider where a class's name needs it.
 *
 * @throws RangeError where mask and picture differ in size
 */
export function drawOverlay(picture: RgbImage, mask: Mask, labels: Labels, options: OverlayOptions = {}): RgbImage {
  const { width, height } = picture;
  if (mask.width !== width || mask.height !== height)
    throw new RangeError(`a mask of ${mask.width} x ${mask.height} does not lie on a picture of ${width} x ${height}`);
  const scale = legendScale(width, height);
  const legend = drawLegend(classShares(mask, labels), width, scale, options.title);
  const canvas = new Canvas(legend.width, height + legend.height, [250, 250, 250]);
  canvas.picture(0, 0, blendMask(picture, mask, labels, Math.ceil(scale / 2), options.opacity));
  canvas.picture(0, height, legend);
  return canvas;
}

/** The picture with the colours of its classes; pixels within `outline` of another class take more of them. */
export function blendMask(picture: RgbImage, mask: Mask, labels: Labels, outline: number, opacity = OPACITY): RgbImage {
  const { width, height } = picture;
  const { indices } = mask;
  const data = picture.data.slice();
  const colors = new Map<number, readonly [number, number, number]>();
  const stronger = opacity + (1 - opacity) * OUTLINE_STRENGTH;
  const isEdge = (x: number, y: number, at: number): boolean => {
    const own = indices[at];
    for (let d = 1; d <= outline; d += 1)
      if (
        (x >= d && indices[at - d] !== own) ||
        (x + d < width && indices[at + d] !== own) ||
        (y >= d && indices[at - d * width] !== own) ||
        (y + d < height && indices[at + d * width] !== own)
      )
        return true;
    return false;
  };
  for (let y = 0, at = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1, at += 1) {
      const index = indices[at]!;
      let color = colors.get(index);
      if (!color) colors.set(index, (color = describeClass(labels, index).color));
      const weight = isEdge(x, y, at) ? stronger : opacity;
      for (let c = 0; c < 3; c += 1) {
        const from = data[3 * at + c]!;
        data[3 * at + c] = Math.round(from + weight * (color[c]! - from));
      }
    }
  return { width, height, data };
}
