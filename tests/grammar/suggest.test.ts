import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nearest } from "../../src/diagnostics/suggest.js";

const words = ["input", "output", "tap", "let", "expect", "return"];

describe("nearest", () => {
  test.each([
    ["ouput", "output"],
    ["otuput", "output"],
    ["imput", "input"],
    ["exepct", "expect"],
    ["retrun", "return"],
    ["Output", "output"],
    ["tpa", "tap"],
    ["taps", "tap"],
    ["lte", "let"],
  ])("%s means %s", (word, meant) => expect(nearest(word, words)).toBe(meant));

  test.each(["", "score", "x", "conv1_1", "in", "a".repeat(1000)])("%s means nothing here", (word) => {
    expect(nearest(word, words)).toBeNull();
  });

  test("the nearest wins, and of two the first", () => {
    expect(nearest("pool4", ["pool33", "pool3", "pool5"])).toBe("pool3");
    expect(nearest("conv1_11", ["conv1_1", "conv1_2"])).toBe("conv1_1");
  });

  test("a word with one letter dropped means itself", () => {
    const longer = fc.stringMatching(/^[a-z]{4,20}$/);
    fc.assert(
      fc.property(longer, fc.nat(19), (word, at) => {
        const dropped = word.slice(0, at % word.length) + word.slice((at % word.length) + 1);
        expect(nearest(dropped, [word])).toBe(word);
      }),
    );
  });
});
