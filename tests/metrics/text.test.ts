import { expect, test } from "vitest";
import { renderMetrics } from "../../src/metrics/text.js";

test("a table names what is absent, and the mean over the truth's classes only where it differs", () => {
  const confusion = { classes: 4, counts: Float64Array.of(2000, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0) };
  expect(renderMetrics(confusion, ["background", "cat", "dog", "cow"], false)).toMatchInlineSnapshot(`
    [
      "pixel accuracy                   99.9%",
      "mean accuracy                    75.0%",
      "mean IU                          44.4%",
      "frequency-weighted IU            99.9%",
      "mean IU of classes in the truth  66.6%",
      "",
      "             IU %  accuracy %  pixels  predicted",
      "background  100.0       100.0   2,001      2,000",
      "cat          33.3        50.0       2          2",
      "cow           0.0           -       0          1",
      "",
      "predicted, but not in the truth, so of IU 0: cow",
      "",
      "neither in the truth nor predicted, so not in the means: dog",
    ]
  `);
  const present = { classes: 2, counts: Float64Array.of(1, 0, 0, 1) };
  expect(renderMetrics(present, ["a", "b"], false).join("\n")).not.toContain("in the truth");
});
