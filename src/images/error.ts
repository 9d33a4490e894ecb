/** What can be wrong with a picture, and how much of one is read. */

import { howToRaise, limitSettings } from "../limits.js";

/** `colour-labels`: a whole colour picture where class indices were wanted. */
export type ImageFault = "empty" | "unsupported" | "truncated" | "damaged" | "too-large" | "colour-labels";

/** A picture that cannot be read: whose fault it is, in words for people, and a way out. */
export class ImageError extends Error {
  override readonly name = "ImageError";

  /**
   * @param problem what is wrong, to follow the file's name: `ends in the middle of its pixels`
   * @param help one way out
   * @param file what the picture is called; the reader adds it
   */
  constructor(
    readonly fault: ImageFault,
    readonly problem: string,
    readonly help: string,
    readonly file: string = "the picture",
  ) {
    super(`${file} ${problem}`);
  }

  about(file: string): ImageError {
    return new ImageError(this.fault, this.problem, this.help, file);
  }
}

const EXPORT_AGAIN = "open it in an image program and save it again";

export function truncated(where: string): ImageError {
  return new ImageError("truncated", `ends ${where}`, "copy or download the file again: its end is missing");
}

export function damaged(problem: string): ImageError {
  return new ImageError("damaged", `is damaged: ${problem}`, `copy the file again, or ${EXPORT_AGAIN}`);
}

export function unsupported(problem: string, help = `${EXPORT_AGAIN} as an ordinary PNG or JPEG`): ImageError {
  return new ImageError("unsupported", problem, help);
}

export interface ImageLimits {
  /** Size of the file. */
  readonly fileBytes: number;
  /** Height times width. */
  readonly pixels: number;
}

/** What is read unless the caller says otherwise: files up to 256 MiB and pictures up to 100 megapixels. */
export const DEFAULT_LIMITS: ImageLimits = {
  fileBytes: limitSettings.limits.imageBytes,
  pixels: limitSettings.limits.pixels,
};

/** Called with what a header claims, before anything is set aside for it. Throws `ImageError`. */
export function checkSize(width: number, height: number, limits: ImageLimits): void {
  if (width === 0 || height === 0) throw damaged(`its header says ${width} x ${height} pixels`);
  if (width * height > limits.pixels) {
    const megapixels = (pixels: number): string => (pixels / 1e6).toLocaleString("en", { maximumFractionDigits: 1 });
    const size = `${width} x ${height} pixels, ${megapixels(width * height)} megapixels`;
    const problem = `is too large: ${size}, and up to ${megapixels(limits.pixels)} are read`;
    throw new ImageError("too-large", problem, `shrink it first, or cut it into tiles. ${howToRaise("pixels")}`);
  }
}

/** For a file of so many bytes, of which none is to be read. */
export function tooManyBytes(bytes: number, limits: ImageLimits): ImageError {
  const mebibytes = (count: number): string => (count / 1048576).toLocaleString("en", { maximumFractionDigits: 1 });
  const problem = `is too large: ${mebibytes(bytes)} MiB, and up to ${mebibytes(limits.fileBytes)} are read`;
  return new ImageError("too-large", problem, `shrink the picture first. ${howToRaise("imageBytes")}`);
}
