/** The library's maps of names, held against what the releases themselves say. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { WeightsError } from "../../../src/weights/errors.js";
import { makeLoadPlan } from "../../../src/weights/load/make-load-plan.js";
import { parseNameMap } from "../../../src/weights/load/name-map.js";
import { readName } from "../../../src/weights/load/net-names.js";
import { libraryMaps } from "../../../src/weights/load/open-source.js";
import { pythonMissing, runJudge } from "../../judges/python.js";
import { planOf, planOfText, root } from "../../specs/library.js";
import { scratch } from "../scratch.js";
import { loadPlanOf, open, shapesOf, type Shapes } from "./loading.js";
import { classifier, fcnResnet50, releases } from "./releases.js";

const fixture = JSON.parse(
  readFileSync(fileURLToPath(new URL("../fixtures/keras-names.json", import.meta.url)), "utf8"),
) as Readonly<Record<string, Shapes>>;
const folder = await scratch();

/** Names and shapes as the release's own module has them. */
function namesOf(release: string): Promise<Shapes> {
  const found = asked.get(release) ?? ask(release);
  asked.set(release, found);
  return found;
}
const asked = new Map<string, Promise<Shapes>>();

async function ask(release: string): Promise<Shapes> {
  const path = join(folder, `${release}.json`);
  await runJudge("release_weights.py", ["--release", release, "--names", path]);
  return JSON.parse(readFileSync(path, "utf8")) as Shapes;
}

test("the list is the folder's, and each is a map for a spec that is there", async () => {
  const files = readdirSync(`${root}specs/names`).sort();
  expect(libraryMaps).toEqual(files.map((file) => `fcnc/names/${file}`));
  for (const file of files) {
    const map = parseNameMap(readFileSync(`${root}specs/names/${file}`, "utf8"), file);
    expect(readFileSync(root + map.for.replace("fcnc/", "specs/"), "utf8")).toContain("fcn 1");
  }
});

describe.each(releases)("$map", (release) => {
  const module = release.release.startsWith("keras") ? "keras" : "torchvision_on_cpu";
  const [, model = ""] = release.release.split(".");

  test("gives every tensor of its backbone, and is recognised", async (context) => {
    const missing = module === "keras" ? null : pythonMissing(module);
    if (missing) context.skip(missing);
    const shapes = fixture[model] ?? (await namesOf(release.release));
    const plan = await classifier(release);
    const format = module === "keras" ? "hdf5" : "safetensors";
    const sources = await open(plan, { "release.file": { shapes, format } });
    expect(sources[0]?.recognised).toBe(`fcnc/names/${release.map}.json`);
    const { load } = makeLoadPlan(plan, sources);
    expect(load.faults).toEqual([]);
    expect(load.warnings).toEqual([]);
    expect(load.tensors.filter(({ from }) => from === null)).toEqual([]);
    for (const { name, expected } of load.unused) expect({ name, expected }).toEqual({ name, expected: true });
    const unused = load.unused.map(({ name }) => name).filter((name) => !name.startsWith("aux"));
    expect(unused).toEqual([]);
  });

  test("names are those of the module here", async (context) => {
    const missing = pythonMissing(module);
    if (missing) context.skip(missing);
    const shapes = await namesOf(release.release);
    if (fixture[model]) expect(shapes).toEqual(fixture[model]);
    const map = parseNameMap(readFileSync(`${root}specs/names/${release.map}.json`, "utf8"), release.map);
    expect(new Set(Object.keys(shapes).map((name) => readName(name, map.layout).layer))).toEqual(
      new Set(Object.keys(map.layers)),
    );
  });
});

test("torchvision-fcn-resnet50 gives every tensor of the net", async (context) => {
  const missing = pythonMissing("torchvision_on_cpu");
  if (missing) context.skip(missing);
  const shapes = await namesOf("torchvision.fcn_resnet50");
  const load = await loadPlanOf(await fcnResnet50(), { "fcn.pth": { shapes } });
  expect(load.sources[0]?.names?.path).toBe("fcnc/names/torchvision-fcn-resnet50.json");
  expect([load.faults, load.warnings]).toEqual([[], []]);
  expect(load.tensors.filter(({ from }) => from === null)).toEqual([]);
  expect(load.unused.filter(({ name }) => !name.startsWith("aux"))).toEqual([]);
});

test("caffe-googlenet gives every tensor of voc-fcn-googlenet but its scores", async () => {
  const plan = await planOf("specs/voc-fcn-googlenet.fcn");
  const map = parseNameMap(readFileSync(`${root}specs/names/caffe-googlenet.json`, "utf8"), "caffe-googlenet");
  const ours = shapesOf(plan);
  const shapes = Object.fromEntries(
    Object.entries(map.layers).flatMap(([theirs, layer]) =>
      ["weight", "bias"].map((key) => [`${theirs}.${key}`, ours[`${layer}.${key}`] ?? [1000, 1024]]),
    ),
  );
  const load = await loadPlanOf(plan, { "bvlc_googlenet.caffemodel": { shapes, format: "caffemodel" } });
  expect([load.faults, load.warnings]).toEqual([[], []]);
  expect(load.tensors.filter(({ kind }) => kind === "fresh").map(({ name }) => name)).toEqual([
    "score_fr.weight",
    "score_fr.bias",
  ]);
});

test("names of Keras, in files of every age", () => {
  const first = { layer: "block1_conv1", key: "weight" };
  for (const name of [
    "block1_conv1/kernel",
    "block1_conv1/kernel:0",
    "block1_conv1/block1_conv1/kernel:0",
    "block1_conv1/block1_conv1_W_1:0",
  ])
    expect(readName(name, "keras")).toEqual(first);
  expect(readName("bn_Conv1/moving_variance:0", "keras")).toEqual({ layer: "bn_Conv1", key: "running_var" });
});

test("a net that knows the names itself needs no map", async () => {
  const plan = await planOfText(
    "fcn 1\nnet n {\n  input image: rgb[H, W, 3]\n  conv1 = conv(4, 3)\n  score = conv(2, 1)\n  output score\n}\n",
  );
  const sources = await open(plan, { "own.safetensors": { shapes: shapesOf(plan) } });
  expect(sources[0]?.map).toBeNull();
});

describe("what is no map is refused with its reason", () => {
  const good = {
    format: "fcnc-names",
    version: 1,
    title: "a net",
    source: "mine",
    for: "mine.fcn",
    layout: "pytorch",
    layers: { a: "b" },
  };
  test("the least there can be", () => {
    expect(parseNameMap(JSON.stringify(good), "m.json").layers).toEqual({ a: "b" });
  });
  test.each([
    ["no JSON", "{", "it is no JSON"],
    ["a list", "[]", "it is no object"],
    ["another format", JSON.stringify({ ...good, format: "x" }), 'it does not begin with `"format": "fcnc-names"'],
    ["an unknown key", JSON.stringify({ ...good, layer: {} }), "`layer` is none of its keys"],
    ["no layers", JSON.stringify({ ...good, layers: {} }), "`layers` has not 1 to 10000 entries"],
    ["a number for a name", JSON.stringify({ ...good, layers: { a: 1 } }), "`layers.a` is no text"],
    ["a layout of nobody's", JSON.stringify({ ...good, layout: "mxnet" }), "`layout` is none of pytorch, caffe, keras"],
    [
      "a mean of one",
      JSON.stringify({ ...good, input: { channels: "rgb", mean: 1, scale: [1, 1, 1] } }),
      "`input.mean`",
    ],
    ["an optional stranger", JSON.stringify({ ...good, optional: ["c"] }), "`optional` names `c`"],
    ["a key twice", '{"format":"fcnc-names","version":1,"layers":{"a":"b","a":"c"}}', "`a` stands in it twice"],
    ["too much", " ".repeat(1_000_001), "at most 1000000"],
  ])("%s", (_, text, message) => {
    expect(() => parseNameMap(text, "m.json")).toThrow(WeightsError);
    expect(() => parseNameMap(text, "m.json")).toThrow(message);
  });
});
