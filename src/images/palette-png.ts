/** Masks as pictures: 8-bit PNGs whose values are the classes and whose palette is the labels' colours. */
import { type Labels } from "../model/plan.js";
import { vocColor } from "../model/labels.js";
import { encodePng } from "./png-write.js";

/** Class indices of a picture. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  /** [height, width] */
  readonly indices: Uint8Array | Uint16Array;
}

/** The value of pixels without a label, and how VOC draws them. */
export const IGNORE_INDEX = 255;

/**
 * A palette of 256 colours, [256, 3]: the classes', from there on those of VOC's rule, and at 255 the ignore label's.
 */
export function paletteOf(labels: Labels): Uint8Array {
  const palette = new Uint8Array(768);
  for (let index = 0; index < 256; index += 1) {
    const ignore = index === IGNORE_INDEX ? labels.ignore?.color : undefined;
    palette.set(ignore ?? labels.classes[index]?.color ?? vocColor(index), 3 * index);
  }
  return palette;
}

/**
 * A mask as paletted PNG: the same bytes for the same mask and labels. Throws a `RangeError` for indices above 255.
 */
export function writePalettePng({ width, height, indices }: Mask, labels: Labels): Uint8Array {
  const rows = new Uint8Array(indices.length);
  for (let i = 0; i < indices.length; i += 1) {
    const index = indices[i]!;
    if (index > 255) throw new RangeError(`class ${index} does not fit in a mask of 8 bits`);
    rows[i] = index;
  }
  return encodePng(width, height, 3, rows, [{ type: "PLTE", data: paletteOf(labels) }]);
}
