/** What most kinds of dataset are: a list of names, each with files for its images and its labels. */
import { DataError, type Dataset, type DatasetCall, type Example, type LabelMap } from "./dataset.js";
import { callText } from "./call.js";
import { readPicture } from "./pictures.js";
import type { DecodedImage } from "../images/read.js";

export interface Part {
  readonly name: string;
  fileOf(example: string): string;
}

export interface LabelPart extends Part {
  readonly classes: readonly string[] | null;
  /** Reads such a file. */
  read(path: string): Promise<LabelMap>;
}

/** @param names not empty; every part has a file for each */
export function listedDataset(
  call: DatasetCall,
  names: readonly string[],
  parts: readonly Part[],
  labelParts: readonly LabelPart[],
): Dataset {
  const nameOf = (index: number): string => {
    const name = names[index];
    if (name === undefined)
      throw new RangeError(`${callText(call)} has ${names.length} examples, none of number ${index}`);
    return name;
  };
  return {
    title: callText(call),
    names,
    parts: parts.map(({ name }) => name),
    labelSets: labelParts.map(({ name, classes }) => ({ name, classes })),
    filesOf: (index) => [...parts, ...labelParts].map((part) => part.fileOf(nameOf(index))),
    async read(index): Promise<Example> {
      const name = nameOf(index);
      const images: Record<string, DecodedImage> = {};
      const labels: Record<string, LabelMap> = {};
      for (const part of parts) images[part.name] = await readPicture(part.fileOf(name));
      for (const part of labelParts) labels[part.name] = await part.read(part.fileOf(name));
      admitSizes(
        [...parts, ...labelParts].map((part) => ({
          file: part.fileOf(name),
          size: images[part.name] ?? labels[part.name],
        })),
      );
      return { name, images, labels };
    },
  };
}

interface Sized {
  readonly file: string;
  readonly size: { readonly width: number; readonly height: number } | undefined;
}

/** @throws {DataError} where a file's pixels are not those of the first. */
function admitSizes([first, ...others]: readonly Sized[]): void {
  if (!first?.size) return;
  const shown = ({ width, height }: { width: number; height: number }): string => `${height}x${width}`;
  for (const { file, size } of others)
    if (size && shown(size) !== shown(first.size))
      throw new DataError(
        `${file} is ${shown(size)} px, and its image ${first.file} ${shown(first.size)}`,
        ["labels have a value for each pixel of their image: make them anew, or leave the example out of the list"],
        { fault: "label-size" },
      );
}
