/** Colours that work in grey: no two kinds of maps are equally light. */
import { expect, test } from "vitest";
import { paints } from "../../src/draw/look.js";
import { prettyFormula, rangeOfNames } from "../../src/draw/text.js";

/** CIE L*, 0 to 100, of `#rrggbb` in sRGB. */
function lightness(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 116 * Math.cbrt(0.2126 * red + 0.7152 * green + 0.0722 * blue) - 16;
}

test("fronts are at least 7 apart in lightness", () => {
  const levels = Object.values(paints)
    .map(({ front }) => lightness(front))
    .sort((a, b) => a - b);
  for (const [i, level] of levels.slice(1).entries()) expect(level - (levels[i] ?? 0)).toBeGreaterThan(7);
});

test("each side is darker and each top lighter than its front, but for white", () => {
  for (const { front, top, side } of Object.values(paints)) {
    expect(lightness(side)).toBeLessThan(lightness(front));
    expect(lightness(top)).toBeGreaterThanOrEqual(lightness(front));
  }
});

test("names in a row", () => {
  expect(rangeOfNames("conv5_1", "conv5_3")).toBe("conv5_1–3");
  expect(rangeOfNames("conv1", "conv12")).toBe("conv1–12");
  expect(rangeOfNames("fc6color", "fc7color")).toBe("fc6–7color");
  expect(rangeOfNames("conv1_1hha", "conv1_2hha")).toBe("conv1_1–2hha");
  expect(rangeOfNames("alpha", "omega")).toBe("alpha … omega");
});

test("formulas as they are set", () => {
  expect(prettyFormula("32 * floor((H + 5) / 32) + 64")).toBe("32⌊(H + 5)/32⌋ + 64");
  expect(prettyFormula("ceil(H / 2) - 1")).toBe("⌈H/2⌉ − 1");
});
