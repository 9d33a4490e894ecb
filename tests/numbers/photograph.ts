import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readImage, type DecodedImage } from "../../src/images/read.js";

/** A cat, 100 by 67; see `fixtures/README.md`. */
export const photographPath = fileURLToPath(new URL("./fixtures/cat.png", import.meta.url));

export const photograph: DecodedImage = readImage(readFileSync(photographPath), "cat.png");

/** A part of the photograph with the cat's eyes, as far as it fits in. */
export function patch(height: number, width: number): DecodedImage & { readonly data: Uint8Array } {
  const { channels } = photograph;
  const top = Math.min(20, photograph.height - height);
  const left = Math.min(30, photograph.width - width);
  const data = new Uint8Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * photograph.width + left) * channels;
    data.set(photograph.data.subarray(start, start + width * channels), y * width * channels);
  }
  return { ...photograph, height, width, data };
}
