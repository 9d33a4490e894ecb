import { describe, expect, test } from "vitest";
import { datasetKinds } from "../../src/data/datasets/index.js";
import { ORDER_ARGUMENTS } from "../../src/data/order.js";
import { recipeKeys, targetKeys } from "../../src/passes/recipe-keys.js";
import { targets } from "../../targets/index.js";
import { expectErrors, expectValid, net } from "../checks/expect-errors.js";

/** A net of one layer, and what follows `train n {`. */
const withRecipe = (...lines: string[]): string =>
  net("score = image -> conv(8, 3)", "output score", "}", "train n {", ...lines);

describe("recipes and targets", () => {
  test("keys that are misspelt", async () => {
    await expectErrors(withRecipe("  bach: 1", "  optimiser: sgd(rate: 1e-10)", "  frobnicate: 3")).toEqual([
      "8:5 recipe-setting: a recipe has no setting `bach`",
      "9:5 recipe-setting: a recipe has no setting `optimiser`",
      "10:5 recipe-setting: a recipe has no setting `frobnicate`",
    ]);
  });

  test("layers that are misspelt", async () => {
    await expectErrors(withRecipe("  scor.rate: 10x", "  score.rat: 10x", "  score.bias.deca: 0")).toEqual([
      "8:5 recipe-setting: `n` has no layer `scor` with weights",
      "9:5 recipe-setting: a recipe has no setting `score.rat`",
      "10:5 recipe-setting: a recipe has no setting `score.bias.deca`",
    ]);
  });

  test("arguments of another type", async () => {
    await expectErrors(
      withRecipe(
        "  init: seed(one)",
        "  loss: softmax(reduce: summ)",
        '  optimizer: sgd(fast, momentum: "0.9", decay: 5e-4)',
        "  schedule: step(every: 0.5, factor: 2x)",
      ),
    ).toEqual([
      "8:16 recipe-setting: `seed` cannot be `one`",
      "9:27 recipe-setting: `reduce` cannot be `summ`",
      "10:20 recipe-setting: `rate` cannot be `fast`",
      '10:36 recipe-setting: `momentum` cannot be the string "0.9"',
      "11:27 recipe-setting: `every` is a whole number of at least 1",
      "11:40 recipe-setting: `factor` cannot be the factor 2x",
    ]);
  });

  test("arguments of the right type, in order and by name", async () => {
    await expectValid(
      withRecipe(
        "  init: seed(1)",
        "  loss: softmax(mean)",
        "  optimizer: adam(1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0)",
        "  schedule: step(100, factor: 1 / 2)",
      ),
    );
  });

  test("rates that are none", async () => {
    await expectErrors(withRecipe("  score.rate: fast", "  score.bias: 3", "  bias: { rate: -1, decay: 0 }")).toEqual([
      "8:17 argument-type: `rate` wants a multiple of the recipe's, such as `2x` or 0, not `fast`",
      "9:17 argument-type: biases have a `rate` and a `decay`, not the number 3",
      "10:19 argument-type: `rate` wants a multiple of the recipe's, such as `2x` or 0, not the number -1",
    ]);
  });

  test("values of another type", async () => {
    await expectErrors(
      withRecipe("  optimizer: 3", "  steps: 1.5", "  batch: 0", '  data: "sbdd"', "  bias: 2x"),
    ).toEqual([
      "8:16 recipe-setting: `optimizer` cannot be the number 3",
      "9:12 recipe-setting: `steps` is a whole number of at least 1",
      "10:12 recipe-setting: `batch` is a whole number of at least 1",
      '11:11 recipe-setting: `data` cannot be the string "sbdd"',
      "12:11 recipe-setting: `bias` cannot be the factor 2x",
    ]);
  });

  test("calls and their arguments", async () => {
    await expectErrors(
      withRecipe(
        "  optimizer: sdg(rate: 1)",
        "  loss: softmax(reduc: sum)",
        "  schedule: stepp",
        '  init: wieghts("x")',
      ),
    ).toEqual([
      "8:16 recipe-setting: `optimizer` knows no `sdg`",
      "9:19 recipe-setting: `softmax` has no setting `reduc`",
      "10:15 recipe-setting: `schedule` cannot be `stepp`",
      "11:11 recipe-setting: `init` knows no `wieghts`",
    ]);
  });

  test("keys twice", async () => {
    await expectErrors(withRecipe("  steps: 3", "  steps: 4")).toEqual(["9:5 argument-twice: `steps` is given twice"]);
  });

  test("two recipes", async () => {
    await expectErrors(withRecipe("  steps: 3", "}", "train n {", "  steps: 4")).toEqual([
      "10:9 argument-twice: `n` has two `train` declarations",
    ]);
  });

  test("targets", async () => {
    await expectErrors(
      net(
        "score = image -> conv(8, 3)",
        "output score",
        "}",
        "target wev for n",
        "target web for n {",
        "  argmx: true",
        '  weights: { shart: "4MiB" }',
        "}",
        "target web for n",
        "target plan for n {",
      ),
    ).toEqual([
      "7:10 unknown-target: there is no target `wev`",
      "9:5 recipe-setting: the target `web` has no setting `argmx`",
      "10:16 recipe-setting: `weights` has no setting `shart`",
      "12:10 argument-twice: `n` has two targets `web`",
    ]);
  });

  test("words that all objects know", async () => {
    await expectErrors(
      withRecipe(
        "  constructor: 1",
        "  toString.rate: 2x",
        "  __proto__: 3",
        "}",
        "target constructor for n",
        "target web for n {",
        "  hasOwnProperty: 1",
      ),
    ).toEqual([
      "8:5 recipe-setting: a recipe has no setting `constructor`",
      "9:5 recipe-setting: `n` has no layer `toString` with weights",
      "10:5 recipe-setting: a recipe has no setting `__proto__`",
      "12:10 unknown-target: there is no target `constructor`",
      "14:5 recipe-setting: the target `web` has no setting `hasOwnProperty`",
    ]);
  });

  test("data sets", async () => {
    await expectErrors(
      withRecipe(
        '  data: sbd(split: "train")',
        '  validate: voc("shapes", "val", slpit: "val", seed: 0.5, order: "random", split: train)',
        "}",
        "train n as other {",
        "  data: folder(3, images: true)",
      ),
    ).toEqual([
      "8:11 recipe-setting: `data` knows no `sbd`",
      "9:29 recipe-setting: but for its folder, which comes first, arguments of `voc` have names",
      "9:36 recipe-setting: `voc` has no setting `slpit`",
      "9:56 recipe-setting: `seed` is a whole number",
      "9:68 recipe-setting: `order` cannot be `random`",
      "9:85 recipe-setting: `split` cannot be `train`",
      "12:18 recipe-setting: `folder` cannot be the number 3",
      "12:29 recipe-setting: `images` cannot be true",
    ]);
  });

  test("values that would be passed over: twice for one setting, and more than there are", async () => {
    await expectErrors(
      withRecipe(
        "  init: seed(4, 5)",
        '  data: voc(folder: "shapes", split: "train")',
        '  validate: voc("shapes", split: "val", split: "train")',
        "  optimizer: sgd(0.05, 0.9, rate: 1)",
        "  schedule: poly(0.9, 7)",
        "  augment: { mirror: true, mirror: false }",
        "}",
        "train n as cosine {",
        "  schedule: cosine(3)",
      ),
    ).toEqual([
      "8:19 recipe-setting: `seed` takes `seed`, and this is one more",
      "9:15 recipe-setting: the folder of `voc` comes first, without a name",
      "10:43 argument-twice: `split` is given twice",
      "11:31 argument-twice: `rate` is given twice",
      "12:25 recipe-setting: `poly` takes `power`, and this is one more",
      "13:30 argument-twice: `mirror` is given twice",
      "16:22 recipe-setting: `cosine` takes no arguments, and this is one more",
    ]);
  });

  test("numbers out of their range", async () => {
    await expectErrors(
      withRecipe(
        "  optimizer: sgd(rate: -1e-3, momentum: 1, decay: -1)",
        "  loss: softmax(sample: 0)",
        "  schedule: step(every: 10, factor: 0)",
        "  seed: 1.5",
        "  augment: { scale: [2, 0.5], jitter: -1, mirror: 1, crop: 0, flip: true }",
        "}",
        "train n as adam {",
        "  optimizer: adam(rate: 1, beta1: 1, beta2: 2, epsilon: 0)",
        "  augment: { scale: 0.5 }",
      ),
    ).toEqual([
      "8:26 recipe-setting: `rate` is a number from 0 on",
      "8:43 recipe-setting: `momentum` is a number from 0 on and below 1",
      "8:53 recipe-setting: `decay` is a number from 0 on",
      "9:27 recipe-setting: `sample` is a number above 0 and at most 1",
      "10:39 recipe-setting: `factor` is a number above 0",
      "11:11 recipe-setting: `seed` is a whole number",
      "12:23 recipe-setting: `scale` is the smallest and the largest factor of an image's sides, above 0 and at most 16",
      "12:41 recipe-setting: `jitter` is a whole number of pixels, from 0 on",
      "12:53 recipe-setting: `mirror` cannot be the number 1",
      "12:62 recipe-setting: `crop` is a whole number of at least 1",
      "12:65 recipe-setting: `augment` has no setting `flip`",
      "15:37 recipe-setting: `beta1` is a number from 0 on and below 1",
      "15:47 recipe-setting: `beta2` is a number from 0 on and below 1",
      "15:59 recipe-setting: `epsilon` is a number above 0",
      "16:23 recipe-setting: `scale` cannot be the number 0.5",
    ]);
  });

  test("targets with hyphens in their names", async () => {
    await expectValid(
      net("score = image -> conv(8, 3)", "output score", "}", "target tfjs-node for n", "target onnx for n {"),
    );
  });

  test("the names of targets and of data sets are those that there are", () => {
    expect(Object.keys(targetKeys).toSorted()).toEqual(targets.map(({ name }) => name).toSorted());
    const known = datasetKinds.map(({ name, settings }) => [
      name,
      ["split", ...ORDER_ARGUMENTS, ...Object.keys(settings)].toSorted(),
    ]);
    const said = Object.entries(recipeKeys["data"]?.calls ?? {}).map(([name, all]) => [name, all.toSorted()]);
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(known));
  });

  test("a recipe that says all there is", async () => {
    await expectValid(
      withRecipe(
        '  init: weights("x.safetensors")',
        '  data: sbdd(split: "train", seed: 1337)',
        '  validate: voc2011(split: "seg11valid")',
        "  loss: softmax(reduce: sum)",
        "  optimizer: adam(rate: 1e-3)",
        "  bias: { rate: 2x, decay: 0 }",
        "  schedule: poly(power: 0.9)",
        "  batch: 2",
        "  steps: 100_000",
        "  score.rate: 10x",
        "  score.bias.decay: 0",
        "  score.bias: { rate: 1x }",
      ),
    );
  });
});
