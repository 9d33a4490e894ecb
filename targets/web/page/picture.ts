/** Pictures that people give, as the page shows them and the net takes them. */
import type { NetInput } from "../runtime/types.js";
import { contextOf, makeCanvas } from "./elements.js";

export interface GivenPicture {
  /** As files are called: `cat.jpg`. */
  readonly name: string;
  readonly blob: Blob;
  readonly width: number;
  readonly height: number;
}

export interface ReadyPicture {
  readonly given: GivenPicture;
  /** The file itself where its size stays, so that the net reads the very pixels that are in it. */
  readonly source: Blob | HTMLCanvasElement;
  readonly canvas: HTMLCanvasElement;
}

/** The message is for people. */
export class PictureError extends Error {
  override readonly name = "PictureError";
}

/** @throws {PictureError} where the browser cannot read it. */
export async function openPicture(blob: Blob, name: string): Promise<GivenPicture> {
  const bitmap = await decode(blob, name);
  const { width, height } = bitmap;
  bitmap.close();
  return { name, blob, width, height };
}

/**
 * A picture at the size that it is run at.
 *
 * @param limit of the longer side in pixels; 0 for none
 */
export async function readyPicture(given: GivenPicture, input: NetInput, limit: number): Promise<ReadyPicture> {
  const { width, height } = sizeFor(given, input, limit);
  const bitmap = await decode(given.blob, given.name);
  const canvas = makeCanvas(width, height);
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const isWhole = width === given.width && height === given.height;
  return { given, source: isWhole ? given.blob : canvas, canvas };
}

/** An input may have one size only, in both or in one direction; else the longer side is brought below the limit. */
export function sizeFor(
  { width, height }: { readonly width: number; readonly height: number },
  input: NetInput,
  limit: number,
): { readonly width: number; readonly height: number } {
  const scale = limit === 0 ? 1 : Math.min(1, limit / Math.max(width, height));
  const side = (fixed: string | number, length: number) =>
    typeof fixed === "number" ? fixed : Math.max(1, Math.round(scale * length));
  return { width: side(input.width, width), height: side(input.height, height) };
}

async function decode(blob: Blob, name: string): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob);
  } catch {
    throw new PictureError(`${name} is no picture that this browser can read. JPEG, PNG and WebP are understood.`);
  }
}
