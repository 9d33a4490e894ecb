/** Images and label pictures of a dataset, from their files. */
import { ImageError } from "../images/error.js";
import { readImage, readLabels, type DecodedImage } from "../images/read.js";
import { DataError, type LabelMap } from "./dataset.js";
import { readBytes } from "./files.js";

/** @throws {DataError} for what is missing, or no whole PNG or JPEG. */
export async function readPicture(path: string): Promise<DecodedImage> {
  const bytes = await readBytes(path, "imageBytes");
  return said(() => readImage(bytes, path));
}

/**
 * A PNG with a palette or in gray, whose values are the classes.
 * @throws {DataError} also for colour pictures, whose fault is `colour-labels`.
 */
export async function readLabelPicture(path: string): Promise<LabelMap> {
  const bytes = await readBytes(path, "imageBytes");
  const { width, height, indices } = said(() => readLabels(bytes, path));
  return { width, height, indices };
}

function said<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    const fault = error.fault === "colour-labels" ? error.fault : "unreadable";
    throw new DataError(error.message, [error.help], { cause: error, fault });
  }
}
