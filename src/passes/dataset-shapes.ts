/** What recipes' `data` and `validate` may say. Tests hold it against the kinds of dataset in src/data. */
import { within, type SettingShape } from "./shape.js";

const text = (example: string): SettingShape => ({ kinds: ["string"], example });

/** What every dataset has, beside its folder. */
const everywhere: Readonly<Record<string, SettingShape>> = {
  split: text('"train"'),
  seed: { kinds: ["number"], range: within.wholeNumbers, example: "1337" },
  // As the reference's layers draw while they train; otherwise all examples are shuffled anew each time.
  order: { kinds: ["string"], words: ["epochs", "replacement"], example: '"replacement"' },
};

const classes = text('"cells.labels"');

const own: Readonly<Record<string, Readonly<Record<string, SettingShape>>>> = {
  cityscapes: {},
  folder: { images: text('"images"'), labels: text('"masks"'), classes, values: text('"0,255"') },
  nyud: {},
  pascal_context: { voc: text('"VOC2010"') },
  sbdd: {},
  siftflow: {},
  voc: { classes },
  voc2011: {},
  voc2012: {},
};

const shapes = Object.fromEntries(Object.entries(own).map(([name, more]) => [name, { ...everywhere, ...more }]));

/** A dataset by its kind: `sbdd(split: "train")`, `voc("folder", split: "train")`. */
export const dataset = (example: string): SettingShape => ({
  kinds: ["call"],
  example,
  calls: Object.fromEntries(Object.entries(shapes).map(([name, settings]) => [name, Object.keys(settings)])),
  arguments: shapes,
  first: { name: "folder", ...text('"VOC2012"') },
});
