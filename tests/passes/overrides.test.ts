/** `--set` and `--recipe`: what stands in a recipe's stead, and which recipe is meant. */
import { describe, expect, test } from "vitest";
import { compile, type CompileOptions, type CompileResult } from "../../src/compile.js";
import { nodeHost } from "../../src/node-host.js";
import { readDataCall } from "../../src/passes/data-call.js";
import { asLine, expectErrors, net } from "../checks/expect-errors.js";

const bare = net("score = image -> conv(8, 3)", "output score");
const recipe = `${bare}
train n {
  data: sbdd(split: "train")
  loss: softmax(sum)
  optimizer: sgd(1e-10, momentum: 0.99)
  bias: { rate: 2x, decay: 0 }
  schedule: cosine
  batch: 1
}
train n as accumulated {
  optimizer: sgd(rate: 1e-4, momentum: 0.9)
  loss: softmax(reduce: mean)
  accumulate: 20
  score.rate: 3x
}
`;

const compiled = (text: string, options: CompileOptions): Promise<CompileResult> =>
  compile({ text }, nodeHost, options);

async function trainOf(text: string, options: CompileOptions) {
  const result = await compiled(text, options);
  expect(result.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return result.plan?.train ?? null;
}

async function faults(options: CompileOptions, text = recipe): Promise<readonly string[]> {
  const result = await compiled(text, options);
  expect(result.plan).toBeNull();
  return result.diagnostics.filter(({ severity }) => severity === "error").map((fault) => asLine(fault, result));
}

describe("what is set in a recipe's stead", () => {
  test("a key, an argument by name and by its place, an entry, and what was not said", async () => {
    const set = ["batch=20", "optimizer.momentum=0.9", "optimizer.rate=1e-4", "loss.reduce=mean", "bias.rate=1x"];
    const more = ['data=voc("shapes", split: "train")', "schedule=poly(power: 0.9)", "augment.mirror=true"];
    const { data, loss, optimizer, bias, schedule, batch, augment } = (await trainOf(recipe, {
      set: [...set, ...more],
    })) as Record<string, unknown>;
    expect({ data, loss, optimizer, bias, schedule, batch, augment }).toEqual({
      data: { call: "voc", arguments: { "0": "shapes", split: "train" } },
      loss: { call: "softmax", arguments: { reduce: "mean" } },
      optimizer: { call: "sgd", arguments: { rate: 1e-4, momentum: 0.9 } },
      bias: { rate: { factor: 1 }, decay: 0 },
      schedule: { call: "poly", arguments: { power: 0.9 } },
      batch: 20,
      augment: { mirror: true },
    });
  });

  test("an argument of a data set's call leaves its folder as it is; the folder has a name here", async () => {
    const text = recipe.replace("sbdd(split", 'voc("shapes", split');
    const { data } = (await trainOf(text, { set: ['data.split="val"'] })) as Record<string, unknown>;
    expect(data).toEqual({ call: "voc", arguments: { "0": "shapes", split: "val" } });
    const { data: moved } = (await trainOf(text, { set: ['data.folder="cells"', "data.seed=3"] })) as Record<
      string,
      unknown
    >;
    expect(moved).toEqual({ call: "voc", arguments: { "0": "cells", split: "train", seed: 3 } });
    const { data: named } = (await trainOf(recipe, { set: ['data.folder="cells"'] })) as Record<string, unknown>;
    expect(named, "it comes first also where there was none").toEqual({
      call: "sbdd",
      arguments: { "0": "cells", split: "train" },
    });
  });

  test("rates of layers follow", async () => {
    const { plan } = await compiled(recipe, { set: ["score.rate=10x", "bias.rate=1x", "score.bias.decay=1"] });
    expect(plan?.tensors.map(({ name, rate, decay }) => [name, rate, decay])).toEqual([
      ["score.weight", 10, 1],
      ["score.bias", 10, 1],
    ]);
  });

  test("makes a recipe of none, and is told to the caller", async () => {
    const { plan, overrides } = await compiled(bare, { set: ["batch=2", "loss.reduce=sum", "batch=4"] });
    expect(plan?.train).toEqual({ loss: { call: "softmax", arguments: { reduce: "sum" } }, batch: 4 });
    expect(overrides).toEqual({ "loss.reduce": "sum", batch: 4 });
  });

  test("counts in the digest as what stands in the file does", async () => {
    const set = await compiled(recipe, { set: ["batch=3"] });
    const written = await compiled(recipe.replace("batch: 1", "batch: 3"), {});
    expect(set.plan?.digest).toBe(written.plan?.digest);
    expect(set.plan?.digest).not.toBe((await compiled(recipe, {})).plan?.digest);
  });

  test.each([
    ["bach=1", "--set bach:1:1 recipe-setting: a recipe has no setting `bach`"],
    ["batch=0", "--set batch:1:7 recipe-setting: `batch` is a whole number of at least 1"],
    ["batch", "--set batch:1:1 syntax: a setting has no value"],
    ["batch=", "--set batch:1:6 syntax: expected a value after `=`"],
    ["batch=20)", "--set batch:1:9 unclosed: `)` closes nothing"],
    ["batch=2, steps: 3", "--set batch:1:10 syntax: unexpected `steps`"],
    ["", "--set:1:1 syntax: a setting has no value"],
    ["optimizer.rat=1", "--set optimizer.rat:1:11 recipe-setting: `sgd` has no setting `rat`"],
    ["optimizer.rate=fast", "--set optimizer.rate:1:16 recipe-setting: `rate` cannot be `fast`"],
    ["optimiser.rate=1", "--set optimiser.rate:1:1 recipe-setting: `n` has no layer `optimiser` with weights"],
    [
      "schedule.power=1",
      "--set schedule.power:1:1 recipe-setting: `schedule` has nothing in it that is called `power`",
    ],
    ["validate.split=1", "--set validate.split:1:1 recipe-setting: the recipe has no `validate`"],
    ["batch.size=1", "--set batch.size:1:1 recipe-setting: `batch` has nothing in it that is called `size`"],
    ["scor.rate=1x", "--set scor.rate:1:1 recipe-setting: `n` has no layer `scor` with weights"],
  ])("%s", async (set, message) => {
    expect(await faults({ set: [set] })).toEqual([message]);
  });

  test("a misspelt key is suggested", async () => {
    const { diagnostics } = await compiled(recipe, { set: ["optimiser.rate=1", "bach=1"] });
    expect(diagnostics.map(({ primary }) => primary?.message)).toEqual([
      "did you mean `batch`?",
      "did you mean `optimizer.rate`?",
    ]);
  });
});

describe("named recipes", () => {
  test("start from the one without a name and replace keys whole", async () => {
    const { plan, recipes } = await compiled(recipe, { recipe: "accumulated" });
    expect(recipes).toEqual(["accumulated"]);
    expect(plan?.train).toEqual({
      data: { call: "sbdd", arguments: { split: "train" } },
      bias: { rate: { factor: 2 }, decay: 0 },
      schedule: "cosine",
      batch: 1,
      optimizer: { call: "sgd", arguments: { rate: 1e-4, momentum: 0.9 } },
      loss: { call: "softmax", arguments: { reduce: "mean" } },
      accumulate: 20,
      "score.rate": { factor: 3 },
    });
    expect(plan?.tensors.map(({ rate }) => rate)).toEqual([3, 6]);
  });

  test("leave the one without a name as it was", async () => {
    const named = await compiled(recipe, {});
    const alone = await compiled(recipe.slice(0, recipe.indexOf("train n as")), {});
    expect(named.plan?.digest).toBe(alone.plan?.digest);
    expect(await trainOf(`${bare}train n as heavy { batch: 1 }`, {})).toBeNull();
  });

  test("can be set otherwise too", async () => {
    expect(await trainOf(recipe, { recipe: "accumulated", set: ["accumulate=10"] })).toMatchObject({ accumulate: 10 });
  });

  test("that are unknown", async () => {
    expect(await faults({ recipe: "acumulated" })).toEqual(["unknown-recipe: `n` has no recipe `acumulated`"]);
    const [fault] = (await compiled(recipe, { recipe: "acumulated" })).diagnostics;
    expect([fault?.help, fault?.notes]).toEqual([["did you mean `accumulated`?"], ["it has `accumulated`"]]);
    const { diagnostics } = await compiled(bare, { recipe: "heavy" });
    expect(diagnostics.find(({ code }) => code === "unknown-recipe")?.notes).toEqual(["it has no named recipe"]);
  });

  test("are checked though they are not chosen, as are two of one name", async () => {
    await expectErrors(`${recipe}train n as accumulated { bach: 1 }
train n as third {
  bach: 1
  optimizer: sgd(rate: 1, momentum: 0.9)
}
`).toEqual([
      "22:12 argument-twice: `n` has two recipes `accumulated`",
      "24:3 recipe-setting: a recipe has no setting `bach`",
      "25:14 rate-scale: a rate of 1 on a sum over pixels is a rate of 250000 on their mean, for a 500x500 image",
    ]);
  });
});

describe("a data call that stands alone", () => {
  test("is read as a recipe's", () => {
    expect(readDataCall('voc2011(split: "val")', "--on")).toMatchObject({
      value: { call: "voc2011", arguments: { split: "val" } },
      diagnostics: [],
    });
  });

  test.each([
    ["voc2011(split: val", "--on:1:8 unclosed: `(` is never closed"],
    ["3", "--on:1:1 recipe-setting: `data` cannot be the number 3"],
    ["", "--on:1:1 syntax: no value"],
  ])("%s", (text, message) => {
    const result = readDataCall(text, "--on");
    expect(result.value).toBeNull();
    expect(result.diagnostics.map((fault) => asLine(fault, result))).toEqual([message]);
  });
});
