import { expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { DataError, type Dataset } from "../../src/data/dataset.js";
import { matchPlan } from "../../src/data/match.js";
import { openBatches } from "../../src/data/open-batches.js";
import { nodeHost } from "../../src/node-host.js";
import type { Plan } from "../../src/model/plan.js";
import { memoryDataset, planOf, tinyPlan } from "./memory.js";

const library = async (name: string): Promise<Plan> => (await compile({ path: `specs/${name}.fcn` }, nodeHost)).plan!;
const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `class${i}`);
const dataset = (parts: readonly string[], labelSets: Dataset["labelSets"]) => ({ title: "set()", parts, labelSets });
const nyud = dataset(["color", "depth", "hha"], [{ name: "classes", classes: numbered(40) }]);
const plain = dataset(["image"], [{ name: "classes", classes: null }]);

function refused(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof DataError) return [error.message, ...error.help].join("\n");
    throw error;
  }
  throw new Error("not refused");
}

test.each([
  ["nyud-fcn32s-color", { image: "color" }],
  ["nyud-fcn32s-hha", { image: "hha" }],
  ["nyud-fcn32s-color-d", { color: "color", depth: "depth" }],
  ["nyud-fcn32s-color-hha", { color: "color", hha: "hha" }],
])("the inputs of %s take their parts of NYUDv2", async (name, wanted) => {
  const { inputs } = matchPlan(nyud, await library(name));
  expect(Object.fromEntries(inputs.map(({ input, part }) => [input.name, part]))).toEqual(wanted);
});

test("the heads of SIFT Flow's nets take the labels that they are called after, in any order", async () => {
  const sets = [
    { name: "geometric", classes: null },
    { name: "semantic", classes: null },
  ];
  const { outputs } = matchPlan(dataset(["image"], sets), await library("siftflow-fcn32s"));
  expect(outputs.map(({ output, labelSet }) => [output.name, labelSet])).toEqual([
    ["score_sem", "semantic"],
    ["score_geo", "geometric"],
  ]);
});

test("heads without telling names go by their number of classes, and then by their place", async () => {
  const plan = await planOf(
    "input image: rgb[H, W, 3]",
    "a = image -> conv(3, 1)",
    "b = image -> conv(5, 1)",
    "output a",
    "output b",
  );
  const match = (first: readonly string[] | null, second: readonly string[] | null) =>
    matchPlan(
      dataset(
        ["image"],
        [
          { name: "one", classes: first },
          { name: "two", classes: second },
        ],
      ),
      plan,
    ).outputs.map(({ labelSet }) => labelSet);
  expect(match(numbered(5), numbered(3))).toEqual(["two", "one"]);
  expect(match(null, null)).toEqual(["one", "two"]);
});

test("what comes in from outside is what preprocessing makes 0 of", async () => {
  const plan = await planOf(
    "input image: bgr[H, W, 3] { mean: [104, 117, 123], scale: 0.5 }",
    "input depth: raw[H, W, 1] { log: true, mean: 7 }",
    "input rest: raw[H, W, 2]",
    "all = concat(image, depth, rest)",
    "score = all -> conv(3, 1)",
    "output score",
  );
  const { inputs } = matchPlan(dataset(["image", "depth", "rest"], plain.labelSets), plan);
  // The net has BGR, and is fed with RGB.
  expect(inputs[0]!.fill.map((value) => Math.round(1e9 * value) / 1e9)).toEqual([123, 117, 104]);
  expect(inputs[1]!.fill[0]).toBeCloseTo(Math.exp(7), 6);
  expect(inputs[2]!.fill).toEqual([0, 0]);
});

test("a net and a dataset that are not for each other are told so", async () => {
  const plan = await tinyPlan();
  const depth = await planOf("input left: raw[H, W, 1]", "score = left -> conv(3, 1)", "output score");
  expect(refused(() => matchPlan(dataset(["color", "hha"], plain.labelSets), depth))).toContain(
    "input `left` finds nothing in set(), which has `color`, `hha`",
  );
  const four = [{ name: "classes", classes: numbered(4) }];
  expect(refused(() => matchPlan(dataset(["image"], four), plan))).toContain(
    "output `score` has 3 classes, and the labels `classes` of set() have 4\ngive the net 4 classes",
  );
  const three = { name: "one", classes: numbered(3) };
  expect(refused(() => matchPlan(dataset(["image"], [three, { ...three, name: "two" }]), plan))).toContain(
    "output `score` finds no labels in set(), which has `one`, `two`",
  );
});

test("classes in another order than the labels' are refused, and other names for them are not", async () => {
  const plan = await library("voc-fcn32s");
  const classes = plan.outputs[0]!.labels!.classes.map(({ name }) => name);
  const swapped = [classes[1]!, classes[0]!, ...classes.slice(2)];
  const match = (names: readonly string[]) => () =>
    matchPlan(dataset(["image"], [{ name: "classes", classes: names }]), plan);
  expect(match(classes)).not.toThrow();
  expect(match(numbered(21))).not.toThrow();
  expect(refused(match(swapped))).toContain("class 0 is `background` of output `score` and `aeroplane` of set()");
});

test("an empty dataset is refused", async () => {
  const options = {
    data: memoryDataset([]),
    plan: await tinyPlan(),
    batch: 1,
    order: { kind: "once", seed: 0 },
  } as const;
  await expect(openBatches(options)).rejects.toThrow("memory() has no examples");
});
