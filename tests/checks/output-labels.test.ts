import { describe, test } from "vitest";
import { expectErrors, expectValid, net } from "./expect-errors.js";

describe("output-labels", () => {
  test("classes of another number", async () => {
    await expectErrors(net("score = image -> conv(20, 3)", 'output score { labels: "voc.labels" }')).toEqual([
      "5:10 output-labels: `score` has 20 channels, and voc.labels has 21 classes",
    ]);
  });

  test("of the same number", async () => {
    await expectValid(net("score = image -> conv(21, 3)", 'output score { labels: "voc.labels" }'));
  });

  test("each of two outputs", async () => {
    await expectErrors(
      net(
        "a = image -> conv(20, 3)",
        "b = image -> conv(22, 3)",
        'output a { labels: "voc.labels" }',
        'output b { labels: "voc.labels" }',
      ),
    ).toEqual([
      "6:10 output-labels: `a` has 20 channels, and voc.labels has 21 classes",
      "7:10 output-labels: `b` has 22 channels, and voc.labels has 21 classes",
    ]);
  });
});
