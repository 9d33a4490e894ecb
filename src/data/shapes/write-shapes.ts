/** The made-up set on the disk, in PASCAL VOC's layout. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writePalettePng } from "../../images/palette-png.js";
import { writeRgbPng } from "../../images/png-write.js";
import { printLabels, vocColor } from "../../model/labels.js";
import type { Labels } from "../../model/plan.js";
import type { Shape } from "./outlines.js";
import { drawScene } from "./scene.js";

export interface ShapesSettings {
  /** How many of each. */
  readonly images: number;
  readonly validation: number;
  /** In px. */
  readonly height: number;
  readonly width: number;
  readonly seed: number;
  readonly shapes: readonly Shape[];
}

/** The ground and the shapes, in VOC's colours. */
export function shapesLabels(shapes: readonly Shape[]): Labels {
  const classes = ["background", ...shapes.map(({ name }) => name)].map((name, index) => ({
    name,
    color: vocColor(index),
  }));
  return { name: "shapes", classes, ignore: { name: "void", color: [224, 224, 192] } };
}

/**
 * Writes the set into a folder that is there and empty. An image depends on the seed, its name, its size and the shapes
 * alone, so more images leave the others as they are.
 * @param signal ends the work after an image
 */
export async function writeShapes(
  folder: string,
  settings: ShapesSettings,
  signal: AbortSignal,
  progress: (done: number, total: number) => void,
): Promise<void> {
  const { height, width, seed, shapes } = settings;
  const labels = shapesLabels(shapes);
  const lists = join(folder, "ImageSets", "Segmentation");
  for (const path of [join(folder, "JPEGImages"), join(folder, "SegmentationClass"), lists])
    await mkdir(path, { recursive: true });
  const train = namesOf("train", settings.images);
  const val = namesOf("val", settings.validation);
  const all = [...train, ...val];
  for (const [index, name] of all.entries()) {
    signal.throwIfAborted();
    const { image, mask } = drawScene(height, width, shapes, seed, name);
    await writeFile(join(folder, "JPEGImages", `${name}.png`), writeRgbPng(image));
    await writeFile(join(folder, "SegmentationClass", `${name}.png`), writePalettePng(mask, labels));
    progress(index + 1, all.length);
  }
  for (const [split, names] of Object.entries({ train, val, trainval: all }))
    await writeFile(join(lists, `${split}.txt`), `${names.join("\n")}\n`);
  await writeFile(join(folder, "shapes.labels"), printLabels(labels));
  await writeFile(join(folder, "README.md"), readme(settings));
}

const namesOf = (split: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${split}_${String(index + 1).padStart(5, "0")}`);

function readme({ images, validation, height, width, seed, shapes }: ShapesSettings): string {
  const names = shapes.map(({ name }) => name).join(",");
  return `# Shapes: an example data set, made up by a program

No photograph is in it and nothing was measured: textured shapes on textured grounds, for trying out how a net for
segmentation is trained. How well a net does here says nothing about how it does on photographs.

- \`JPEGImages/NAME.png\`: images of ${height}x${width} px. The folder has the name that PASCAL VOC gives it; the files are
  PNG, so that they are the same wherever they are made.
- \`SegmentationClass/NAME.png\`: the class of each pixel, with a palette. 255 is void: outlines have borders of it, as in
  PASCAL VOC.
- \`ImageSets/Segmentation/\`: \`train.txt\` (${images}), \`val.txt\` (${validation}) and \`trainval.txt\`.
- \`shapes.labels\`: the classes and their colours.

Made by:

    fcnc data shapes FOLDER --images ${images} --validation ${validation} --size ${height}x${width} --seed ${seed} --classes ${names}
`;
}
