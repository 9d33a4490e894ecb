import { readdir } from "node:fs/promises";
import { SHAPES, type Shape } from "../data/shapes/outlines.js";
import { writeShapes } from "../data/shapes/write-shapes.js";
import { nearest } from "../diagnostics/suggest.js";
import { limitSettings } from "../limits.js";
import { writeFolder } from "../weights/write-folder.js";
import { Fault, UsageError } from "./fail.js";
import { interruptible } from "./interrupt.js";
import { parseSize, print, statusLine } from "./output.js";
import { specPath } from "./paths.js";

interface ShapesOptions {
  readonly images: number;
  readonly validation: number;
  readonly size: string;
  readonly seed: number;
  readonly classes?: string;
}

/** Below it shapes are no shapes any more. */
const SMALLEST_SIDE = 32;

/** `fcnc data shapes DIR`: the whole set, or nothing. */
export async function run(folder: string, options: ShapesOptions): Promise<void> {
  const size = parseSize(options.size);
  if (Math.min(size.height, size.width) < SMALLEST_SIDE || size.height * size.width > limitSettings.limits.pixels)
    throw new UsageError(`shapes do not fit into \`${options.size}\``, [
      `both sides have at least ${SMALLEST_SIDE} px, such as \`--size 160x192\``,
    ]);
  const shapes = options.classes === undefined ? SHAPES : shapesOf(options.classes);
  await admitEmpty(folder);
  const status = statusLine("drawing:");
  try {
    const { images, validation, seed } = options;
    await interruptible((signal) =>
      writeFolder(
        folder,
        () => false,
        (staging) =>
          writeShapes(staging, { ...size, images, validation, seed, shapes }, signal, (done, total) =>
            status.update(`${done} of ${total}`),
          ),
      ),
    );
  } finally {
    status.end();
  }
  print(`wrote ${folder}: an example set of ${options.images} images to train on and ${options.validation} to validate on,
${size.height}x${size.width} px, ${shapes.length + 1} classes

In a recipe:
  data: voc(${JSON.stringify(specPath(folder))}, split: "train")
  validate: voc(${JSON.stringify(specPath(folder))}, split: "val")`);
}

function shapesOf(list: string): Shape[] {
  const names = list.split(",").map((name) => name.trim());
  const known = SHAPES.map(({ name }) => name);
  return [...new Set(names)].map((name) => {
    const shape = SHAPES.find((candidate) => candidate.name === name);
    const near = nearest(name, known);
    if (!shape)
      throw new UsageError(`there is no shape \`${name}\``, [
        near ? `did you mean \`${near}\`?` : `there are ${known.join(", ")}`,
      ]);
    return shape;
  });
}

/** @throws {Fault} for a folder that holds something, which would be replaced. */
async function admitEmpty(folder: string): Promise<void> {
  const held = await readdir(folder).catch(() => []);
  if (held.length > 0)
    throw new Fault(`\`${folder}\` is there already and not empty`, ["name another folder, or remove it first"]);
}
