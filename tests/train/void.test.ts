/** Truth that leaves nothing to learn from, or nothing to measure. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { absentClasses } from "../../src/cli/train-progress.js";
import { writePalettePng } from "../../src/images/palette-png.js";
import { numberedLabels } from "../../src/model/labels.js";
import type { ValidationLine } from "../../src/train/log.js";
import { bestOf } from "../../src/train/run-result.js";
import { scratch } from "../weights/scratch.js";
import { linesOf, RECIPES, runTiny, shapesSet, tinySpec } from "./tiny-run.js";

const place = await scratch();
await shapesSet(join(place, "shapes"));

/** Gives every pixel of both validation images one label. */
async function label(index: number): Promise<void> {
  const indices = new Uint16Array(32 * 40).fill(index);
  const png = writePalettePng({ width: 40, height: 32, indices }, numberedLabels(4));
  for (const name of ["val_00001", "val_00002"])
    await writeFile(join(place, "shapes", "SegmentationClass", `${name}.png`), png);
}

async function validationsOf(folder: string): Promise<ValidationLine[]> {
  return (await linesOf(folder)).filter((line) => line.kind === "validation");
}

test("where no pixel is validated on, no checkpoint is the best, and the last one's weights are written", async () => {
  await label(255);
  const folder = join(place, "void");
  const told: boolean[] = [];
  const watch = { onValidation: (_: ValidationLine, isBest: boolean) => void told.push(isBest) };
  const text = tinySpec(RECIPES.momentum, "steps: 2\n  snapshot: 1");
  const result = await runTiny({ folder, dataRoot: place, text, watch });
  expect(result).toMatchObject({ why: "done", best: null });
  expect(told).toEqual([false, false]);
  const validations = await validationsOf(folder);
  expect(bestOf(validations)).toBeNull();
  expect(absentClasses(validations[0]!)).toEqual([
    "no pixel counts for `score` in the images that are validated on: there is nothing to measure",
  ]);
});

test("classes that do not occur in what is validated on are named", async () => {
  await label(1);
  const folder = join(place, "one class");
  await runTiny({ folder, dataRoot: place, text: tinySpec(RECIPES.momentum, "steps: 1") });
  const [validation] = await validationsOf(folder);
  expect(absentClasses(validation!)).toEqual([
    "3 of 4 classes of `score` occur in no image that is validated on: background, square, triangle",
  ]);
});
