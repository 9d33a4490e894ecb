/** Checks of recipes: learning rates, skips, and what TensorFlow.js trains. */
import { describe, expect, test } from "vitest";
import { asLine, checked, net, vggNet } from "./expect-errors.js";

async function linesOf(text: string, code: string): Promise<string[]> {
  const result = await checked(text);
  expect(result.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return result.diagnostics.filter((each) => each.code === code).map((each) => asLine(each, result));
}

const train = (...settings: readonly string[]): string => `train n {\n  ${settings.join("\n  ")}\n}\n`;

describe("rate-scale", () => {
  const rates = (loss: string, optimizer: string, input = "H, W"): Promise<string[]> =>
    linesOf(
      net("score = conv(21, 3, pad: 1)", "output score").replace("H, W", input) +
        train(`loss: ${loss}`, `optimizer: ${optimizer}`),
      "rate-scale",
    );

  test.each([
    ["softmax(reduce: sum)", "sgd(rate: 1e-10, momentum: 0.99)"],
    ["softmax(reduce: sum)", "sgd(rate: 1e-14)"],
    ["softmax(reduce: sum)", "sgd(rate: 1e-6)"],
    ["softmax(reduce: mean)", "sgd(rate: 5e-5)"],
    ["softmax(reduce: mean)", "sgd(rate: 0.1)"],
    ["softmax(reduce: sum)", "adam(rate: 1e-3)"],
    ["softmax()", "sgd(rate: 1e-10)"],
  ])("says nothing of %s with %s", async (loss, optimizer) => {
    expect(await rates(loss, optimizer)).toEqual([]);
  });

  test("counts the pixels of a fixed input", async () => {
    expect(await rates("softmax(reduce: sum)", "sgd(rate: 1e-4)", "32, 32")).toEqual([]);
    expect(await rates("softmax(sum)", "sgd(1e-2)", "32, 32")).toEqual([
      "9:14 rate-scale: a rate of 0.01 on a sum over pixels is a rate of 10 on their mean, for a 32x32 image",
    ]);
  });
});

describe("unscaled-skips", () => {
  const skips = (skip: string, sum = "sum(up, skip, crop: auto)", ...recipe: readonly string[]): Promise<string[]> =>
    linesOf(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
        "up = vgg.fc7 -> conv(21, 1) -> upsample(2x)",
        `skip = vgg.pool4 -> ${skip}`,
        `fuse = ${sum}`,
        "big = upsample(16x)",
        "score = crop(to: image)",
        "output score",
      ) + train(...(recipe.length > 0 ? recipe : ['init: weights("vgg16.safetensors")'])),
      "unscaled-skips",
    );

  test("names the skip", async () => {
    expect(await skips("conv(21, 1)")).toEqual([
      "8:10 unscaled-skips: `skip` joins the deep stream unscaled, and training starts from a classifier",
    ]);
    expect(await skips("conv(21, 1)", undefined, 'init: [weights("x/VGG_16-imagenet.safetensors")]')).toHaveLength(1);
  });

  test.each([
    ["scaled maps", "scale(0.01) -> conv(21, 1)", undefined, []],
    ["normalized maps", "batchnorm\n  s4 = conv(21, 1)", "sum(up, s4, crop: auto)", []],
    ["weights of the sum", "conv(21, 1)", "sum(up, skip, crop: auto, weights: [1, 0.01])", []],
    ["a slower score layer", "conv(21, 1)", undefined, ['init: weights("vgg16.safetensors")', "skip.rate: 0.01x"]],
    ["the stage before", "conv(21, 1)", undefined, ['init: weights("voc-fcn32s-vgg16.safetensors")']],
    ["a stated stage", "conv(21, 1)", undefined, ['init: weights("vgg16.safetensors")', 'after: "./a.fcn"']],
    ["fresh weights", "conv(21, 1)", undefined, ["init: seed(1)"]],
  ] as const)("says nothing with %s", async (_, skip, sum, recipe) => {
    expect(await skips(skip, sum, ...recipe)).toEqual([]);
  });
});

describe("loss-weights", () => {
  const heads = (loss: string, ...lines: readonly string[]): Promise<string[]> =>
    checked(net("score = image -> conv(3, 3)", "output score", ...lines) + train(`loss: softmax(${loss})`)).then(
      (result) => result.diagnostics.filter(({ code }) => code === "loss-weights").map((each) => asLine(each, result)),
    );
  const two = ["depth = image -> conv(2, 3)", "output depth"];

  test.each([["weights: [0, 1, 2.5]"], ["weights: [1, 1, 1], heads: [0.5]"], ["sum, [1, 1, 1], { score: 2 }"]])(
    "says nothing of %s",
    async (loss) => {
      expect(await heads(loss)).toEqual([]);
    },
  );

  test.each([
    ["weights: [1, 1]", "8:9 loss-weights: `weights` has 2 numbers, and `score` has 3 classes"],
    [
      "weights: [1, 1, -1]",
      "8:9 loss-weights: `weights` has something else than numbers from 0 on, and `score` has 3 classes",
    ],
    ["weights: { scor: [1, 1, 1] }", "8:9 loss-weights: `weights` names `scor`, which is no output"],
    ["heads: [1, 1]", "8:9 loss-weights: `heads` is a list of one number from 0 on for each output"],
    ["heads: { score: fast }", "8:9 loss-weights: `heads` has no number from 0 on for the output `score`"],
  ])("%s", async (loss, message) => {
    expect(await heads(loss)).toEqual([message]);
  });

  test("of several outputs", async () => {
    expect(await heads("weights: { depth: [1, 2] }, heads: { score: 1, depth: 0 }", ...two)).toEqual([]);
    expect(await heads("weights: [1, 1, 1], heads: { score: 1 }", ...two)).toEqual([
      "10:9 loss-weights: `weights` has 3 numbers, and `depth` has 2 classes",
      "10:9 loss-weights: `heads` has no number from 0 on for the output `depth`",
    ]);
  });
});
