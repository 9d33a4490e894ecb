/** Plain folders: images, and label pictures of the same names. */
import { extname, isAbsolute, join, resolve } from "node:path";
import { callText, pathOf, splitOf, textArgument } from "../call.js";
import { folderClasses } from "../class-names.js";
import { DataError, VOID, type DatasetCall, type DatasetKind, type LabelMap } from "../dataset.js";
import { isFile, isFolder, readNames } from "../files.js";
import { listedDataset } from "../listed.js";
import { readLabelPicture } from "../pictures.js";
import { imageFiles } from "../stems.js";

/** Where images and labels lie, and the list of those that belong to the split. */
interface Places {
  readonly images: string;
  readonly labels: string;
  readonly list: string | null;
}

const SHOWN = 5;
const ABSENT = { fault: "absent" } as const;

export const folder: DatasetKind = {
  name: "folder",
  summary: "images and label pictures in folders of their own, paired by their names",
  layout: `FOLDER/SPLIT/images/NAME.png and FOLDER/SPLIT/labels/NAME.png
or FOLDER/images/SPLIT/NAME.png and FOLDER/labels/SPLIT/NAME.png
or FOLDER/images/NAME.png, FOLDER/labels/NAME.png and FOLDER/SPLIT.txt
FOLDER/ANY.labels (if there is one: names of the classes)`,
  splits: ["train", "val", "test"],
  settings: {
    images: "the folder of the images, in FOLDER, where it is not called `images`",
    labels:
      "the folder of the label pictures, in FOLDER, where it is not called `labels`; with both FOLDER may be left out",
    classes: "a `.labels` file with the names of the classes",
    values: 'values that the label pictures store for the classes, in turn, where they do not count from 0: `"0,255"`',
  },
  async open(call) {
    const { images, labels, list } = await placesOf(call, this.splits);
    const [imageOf, labelOf] = [await imageFiles(images), await imageFiles(labels)];
    const names = list === null ? [...imageOf.keys()] : await readNames(list);
    if (names.length === 0)
      throw new DataError(`${images} holds no image`, ["images are files that end in .jpg, .jpeg or .png"]);
    admitLabels(names, imageOf, labelOf, labels);
    const values = valuesOf(call);
    return listedDataset(
      call,
      names,
      [{ name: "image", fileOf: (name) => imageOf.get(name) ?? join(images, `${name}.png`) }],
      [
        {
          name: "classes",
          classes: await folderClasses(
            call,
            textArgument(call, "0") === null ? null : pathOf(call, String(call.arguments["0"])),
          ),
          fileOf: (name) => labelOf.get(name) ?? join(labels, `${name}.png`),
          read: async (path) => translated(await readLabelPicture(path), values),
        },
      ],
    );
  },
};

/** Folders that are named are relative to FOLDER where there is one; which images are of a split is looked for alike. */
async function placesOf(call: DatasetCall, splits: readonly string[]): Promise<Places> {
  const [named = null, ownImages, ownLabels] = ["0", "images", "labels"].map((name) => textArgument(call, name));
  if (named === null && !(ownImages && ownLabels))
    throw new DataError(
      `\`${callText(call)}\` does not say where its images and labels are`,
      ['write `folder("FOLDER", split: "train")`, or `folder(images: "FOLDER", labels: "FOLDER")`'],
      ABSENT,
    );
  const base = pathOf(call, named ?? ".");
  if (!(await isFolder(base)))
    throw new DataError(`there is no folder ${base}`, ["`--data-root` names the folder that it lies in"], ABSENT);
  const [images, labels] = [ownImages ?? "images", ownLabels ?? "labels"];
  const whole = { images: resolve(base, images), labels: resolve(base, labels), list: null };
  if (call.arguments["split"] === undefined) {
    for (const place of [whole.images, whole.labels])
      if (!(await isFolder(place)))
        throw new DataError(
          `there is no folder ${place}`,
          [
            `\`${callText(call)}\` looks for its images in ${images}/ and for their labels in ${labels}/`,
            'if it has splits, name one, such as `split: "train"`; docs/data.md shows the layouts',
          ],
          ABSENT,
        );
    return whole;
  }
  const split = splitOf(call, splits);
  // A folder with a path of its own lies in none of FOLDER's.
  const isInside = !isAbsolute(images) && !isAbsolute(labels);
  const choices: readonly Places[] = [
    ...(isInside ? [{ images: join(base, split, images), labels: join(base, split, labels), list: null }] : []),
    { images: join(whole.images, split), labels: join(whole.labels, split), list: null },
    { ...whole, list: join(base, `${split}.txt`) },
  ];
  for (const choice of choices)
    if ((await areFolders(choice)) && (choice.list === null || (await isFile(choice.list)))) return choice;
  throw new DataError(
    `${base} has no split \`${split}\``,
    [
      `a split is folders ${isInside ? `${split}/${images} and ${split}/${labels}, or ` : ""}${images}/${split} and ${labels}/${split}, or a list ${split}.txt`,
      ...((await areFolders(whole)) ? [`without \`split\` it is all of ${images}/`] : []),
    ],
    ABSENT,
  );
}

const areFolders = async ({ images, labels }: Places): Promise<boolean> =>
  (await isFolder(images)) && (await isFolder(labels));

/** @throws {DataError} where images have no labels: which were forgotten is not guessed. */
function admitLabels(
  names: readonly string[],
  imageOf: ReadonlyMap<string, string>,
  labelOf: ReadonlyMap<string, string>,
  labels: string,
): void {
  const without = names.filter((name) => !labelOf.has(name));
  if (without.length === 0) return;
  const [first = ""] = without;
  const file = imageOf.get(first);
  const more = without.length > SHOWN ? `, and ${without.length - SHOWN} more` : "";
  throw new DataError(
    `${labels} has no labels for ${without.length} of ${names.length} images: ${without.slice(0, SHOWN).join(", ")}${more}`,
    [
      file && extname(file) !== ".png"
        ? `labels have the name of their image and end in .png: ${first}.png`
        : "labels have the name of their image",
      "to leave images out, list the names of the others in SPLIT.txt",
    ],
    { fault: "missing" },
  );
}

function valuesOf(call: DatasetCall): ReadonlyMap<number, number> | null {
  const text = textArgument(call, "values");
  if (text === null) return null;
  const values = text.split(",").map((value) => Number(value.trim() === "" ? NaN : value));
  if (
    values.some((value) => !Number.isInteger(value) || value < 0 || value > 65535) ||
    new Set(values).size < values.length
  )
    throw new DataError(`\`values: ${JSON.stringify(text)}\` is no list of whole numbers, each once`, [
      'such as `values: "0,255"` for two classes',
    ]);
  return new Map(values.map((value, index) => [value, index]));
}

/** Values that stand for no class are void. */
function translated(map: LabelMap, values: ReadonlyMap<number, number> | null): LabelMap {
  if (values === null) return map;
  return { ...map, indices: Uint8Array.from(map.indices, (value) => values.get(value) ?? VOID) };
}
