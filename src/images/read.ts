/** Reading pictures: PNG and JPEG bytes to samples, labels to indices. */
import { DEFAULT_LIMITS, ImageError, type ImageLimits, tooManyBytes, unsupported } from "./error.js";
import { readJpeg } from "./jpeg-read.js";
import { readPng, readStoredPng } from "./png-read.js";
import { imageFormat } from "./signature.js";

export { DEFAULT_LIMITS, ImageError, type ImageFault, type ImageLimits } from "./error.js";

export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  /** Gray or RGB. */
  readonly channels: 1 | 3;
  readonly depth: 8 | 16;
  /** [height, width, channels], 0..255 or, in a `Uint16Array`, 0..65535. */
  readonly data: Uint8Array | Uint16Array;
  /** What was done to the picture on the way, for people: transparency dropped, turned upright, ... */
  readonly notes: readonly string[];
}

/** A label picture: the class index of each pixel. */
export interface LabelImage {
  readonly width: number;
  readonly height: number;
  /** [height, width]; a `Uint16Array` for pictures of 16 bits. */
  readonly indices: Uint8Array | Uint16Array;
  /** [entries, 3] RGB, or null for gray pictures. */
  readonly palette: Uint8Array | null;
}

/**
 * Reads a PNG or JPEG, by what is in it and not by its name; EXIF orientation is applied, transparency dropped, CMYK
 * turned into RGB.
 *
 * @param name what the picture is called in messages
 * @throws ImageError for anything that is not a whole picture within the limits
 */
export function readImage(bytes: Uint8Array, name: string, limits: Partial<ImageLimits> = {}): DecodedImage {
  return named(name, () => {
    const allowed = within(bytes, limits);
    return imageFormat(bytes) === "png" ? readPng(bytes, allowed) : readJpeg(bytes, allowed);
  });
}

/**
 * Reads a label picture: a PNG with a palette, whose indices are the classes, or in gray, whose values are.
 *
 * @throws ImageError for anything else
 */
export function readLabels(bytes: Uint8Array, name: string, limits: Partial<ImageLimits> = {}): LabelImage {
  return named(name, () => {
    const allowed = within(bytes, limits);
    const indexed = "save labels as a PNG with a palette or in gray, whose values are the classes' indices";
    if (imageFormat(bytes) === "jpeg") throw unsupported("is a JPEG, which does not keep labels exact", indexed);
    const { width, height, channels, samples, palette } = readStoredPng(bytes, allowed);
    if (channels !== 1)
      throw new ImageError("colour-labels", "is a colour picture and holds no class indices", indexed);
    return { width, height, indices: samples, palette };
  });
}

function within(bytes: Uint8Array, limits: Partial<ImageLimits>): ImageLimits {
  const allowed = { ...DEFAULT_LIMITS, ...limits };
  if (bytes.length <= allowed.fileBytes) return allowed;
  throw tooManyBytes(bytes.length, allowed);
}

function named<Value>(name: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof ImageError) throw error.about(name);
    // What typed arrays throw when there is no memory for them.
    if (error instanceof RangeError)
      throw new ImageError("too-large", "does not fit in memory", "shrink the picture first", name);
    throw error;
  }
}
