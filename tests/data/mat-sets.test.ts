/** The sets whose labels are MAT-files, which SciPy has written as those of the real sets are (fixtures/make_mat.py). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDataset } from "../../src/data/datasets/index.js";
import { encodePng } from "../../src/images/png-write.js";
import { scratch } from "../weights/scratch.js";
import { picture, refusal, writeFiles } from "./folders.js";

const folder = await scratch();
const fixture = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, "fixtures", name));
const call = (kind: string, root: string, split: string, more: Record<string, string> = {}) => ({
  kind,
  arguments: { ...more, split },
  root,
});
const indices = (map: { readonly indices: ArrayLike<number> } | undefined): number[] => Array.from(map?.indices ?? []);

test("SBD: labels as MATLAB has them, or as the reference repository converts them", async () => {
  const root = await writeFiles(join(folder, "sbd"), {
    "benchmark_RELEASE/dataset/train.txt": "a\n",
    "benchmark_RELEASE/dataset/val.txt": "b\na\n",
    "benchmark_RELEASE/dataset/img/a.jpg": picture(2, 3),
    "benchmark_RELEASE/dataset/img/b.jpg": picture(2, 3),
    "benchmark_RELEASE/dataset/cls/a.mat": fixture("sbd.mat"),
    "benchmark_RELEASE/dataset/cls/b.png": encodePng(3, 2, 3, Uint8Array.from([5, 4, 3, 2, 1, 0]), [
      { type: "PLTE", data: new Uint8Array(768) },
    ]),
  });
  const both = await openDataset(call("sbdd", root, "trainval"));
  expect(both.names).toEqual(["a", "b"]);
  expect(both.labelSets[0]?.classes?.[15]).toBe("person");
  expect(indices((await both.read(0)).labels["classes"])).toEqual([0, 1, 2, 15, 0, 20]);
  expect(indices((await both.read(1)).labels["classes"])).toEqual([5, 4, 3, 2, 1, 0]);
});

test("NYUDv2: colour, depth and HHA, of which a set may lack some; void is 0 in its files", async () => {
  const files = {
    "nyud/train.txt": "5001\n",
    "nyud/val.txt": "5002\n",
    "nyud/data/images/img_5001.png": picture(2, 3),
    "nyud/data/depth/img_5001.png": picture(2, 3),
    "nyud/segmentation/img_5001.mat": fixture("nyud.mat"),
  };
  const root = await writeFiles(join(folder, "nyud"), files);
  const without = await openDataset(call("nyud", root, "train"));
  expect(without.parts).toEqual(["color", "depth"]);
  await writeFiles(root, { "nyud/data/hha/img_5001.png": picture(2, 3) });
  const dataset = await openDataset(call("nyud", root, "trainval"));
  expect(dataset.names).toEqual(["5001", "5002"]);
  expect(dataset.labelSets[0]?.classes).toHaveLength(40);
  const example = await dataset.read(0);
  expect(Object.keys(example.images)).toEqual(["color", "depth", "hha"]);
  expect(indices(example.labels["classes"])).toEqual([255, 0, 39, 1, 1, 2]);
});

test("SIFT Flow: two label sets, with void as 0 and as -1", async () => {
  const scenes = "spatial_envelope_256x256_static_8outdoorcategories";
  const root = await writeFiles(join(folder, "siftflow"), {
    "sift-flow/test.txt": "coast_1\n",
    [`sift-flow/Images/${scenes}/coast_1.jpg`]: picture(2, 3),
    [`sift-flow/SemanticLabels/${scenes}/coast_1.mat`]: fixture("siftflow-semantic.mat"),
    [`sift-flow/GeoLabels/${scenes}/coast_1.mat`]: fixture("siftflow-geometric.mat"),
  });
  const dataset = await openDataset(call("siftflow", root, "test"));
  expect(dataset.labelSets.map(({ name, classes }) => [name, classes?.length])).toEqual([
    ["semantic", 33],
    ["geometric", 3],
  ]);
  const { labels } = await dataset.read(0);
  expect(indices(labels["semantic"])).toEqual([255, 0, 32, 1, 2, 3]);
  expect(indices(labels["geometric"])).toEqual([255, 0, 1, 2, 255, 0]);
  expect(await refusal(openDataset(call("siftflow", root, "val")))).toMatch(/no list .*val\.txt\nthere are test/);
});

test("PASCAL-Context: 59 of 459 classes by their names, all else is 0", async () => {
  const { classes } = (await openDataset(call("nyud", join(folder, "nyud"), "train"))).labelSets[0] ?? {};
  expect(classes).toBeDefined();
  const learnt =
    "aeroplane bicycle bird boat bottle bus car cat chair cow table dog horse motorbike person pottedplant sheep sofa train tvmonitor bag bed bench book building cabinet ceiling cloth computer cup door fence floor flower food grass ground keyboard light mountain mouse curtain platform sign plate road rock shelves sidewalk sky snow bedclothes track tree truck wall water window wood".split(
      " ",
    );
  // Number 2 is aeroplane and 459 wood; the others follow 400, in any order.
  const numbered = learnt.map(
    (name, index) => `${name === "aeroplane" ? 2 : name === "wood" ? 459 : 400 - index}: ${name}`,
  );
  const root = await writeFiles(join(folder, "context"), {
    "pascal-context/trainval/a.mat": fixture("context.mat"),
    "pascal-context/labels.txt": ["1: accordion", ...numbered, "23: pool table"].join("\n"),
    "VOC2010/JPEGImages/a.jpg": picture(2, 2),
    "VOC2010/ImageSets/Main/val.txt": "a\n",
  });
  const dataset = await openDataset(call("pascal_context", root, "val"));
  expect(dataset.labelSets[0]?.classes).toEqual(["background", ...learnt]);
  expect(indices((await dataset.read(0)).labels["classes"])).toEqual([1, 0, 59, 0]);
  await writeFiles(root, { "pascal-context/labels.txt": "1: accordion\n" });
  expect(await refusal(openDataset(call("pascal_context", root, "val")))).toMatch(
    /labels\.txt has no class `aeroplane`/,
  );
  expect(await refusal(openDataset(call("pascal_context", root, "val", { voc: "nowhere" })))).toMatch(/nowhere/);
});
