/** Small data sets on the disk, made for a test. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { DataError } from "../../src/data/dataset.js";
import { writePalettePng } from "../../src/images/palette-png.js";
import { writeRgbPng } from "../../src/images/png-write.js";
import { numberedLabels } from "../../src/model/labels.js";

/** Files below a folder by path with forward slashes; texts or bytes. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    const place = join(folder, ...path.split("/"));
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, content);
  }
  return folder;
}

/** An RGB picture whose samples count up from `first`. */
export const picture = (height: number, width: number, first = 0): Uint8Array =>
  writeRgbPng({ width, height, data: Uint8Array.from({ length: 3 * width * height }, (_, index) => first + index) });

/** A paletted PNG of these classes. */
export const labels = (height: number, width: number, indices: readonly number[]): Uint8Array =>
  writePalettePng({ width, height, indices: Uint8Array.from(indices) }, numberedLabels(3));

/** A set in VOC's layout with the images of its lists, each of 2 x 3 px with the classes 0 0 1 1 255 2. */
export function vocFiles(
  folder: string,
  lists: Readonly<Record<string, readonly string[]>>,
): Record<string, string | Uint8Array> {
  const files: Record<string, string | Uint8Array> = {};
  for (const [split, names] of Object.entries(lists)) {
    files[`${folder}/ImageSets/Segmentation/${split}.txt`] = `${names.join("\n")}\n`;
    for (const name of names) {
      files[`${folder}/JPEGImages/${name}.png`] = picture(2, 3);
      files[`${folder}/SegmentationClass/${name}.png`] = labels(2, 3, [0, 0, 1, 1, 255, 2]);
    }
  }
  return files;
}

/** What a promise is refused with: the message and its help. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  return error instanceof DataError ? [error.message, ...error.help].join("\n") : "";
}
