import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  constantSize,
  evaluate,
  evaluateExactly,
  floorAffine,
  formula,
  periodOf,
  sameSize,
  SizeRangeError,
  smallestReaching,
  symbolOf,
  symbolSize,
  type Size,
} from "../../src/model/size.js";
import { sizeAfter } from "../../src/model/transfer.js";
import { caffeSize, caffeSizes, chain, conv, deconv, layer, pool, sizeOf } from "./chains.js";

const H = symbolSize("H");

describe("formulas", () => {
  test.each<[string, Size]>([
    ["H", H],
    ["-3", constantSize(-3)],
    ["11", floorAffine(constantSize(7), 3, 1, 2)],
    ["H + 198", floorAffine(H, 1, 198, 1)],
    ["H - 2", floorAffine(H, 1, -2, 1)],
    ["H", floorAffine(floorAffine(H, 1, -2, 1), 1, 2, 1)],
    ["floor(H / 2)", floorAffine(H, 1, 0, 2)],
    ["floor((H - 5) / 2)", floorAffine(H, 1, -5, 2)],
    ["floor(3 * H / 2)", floorAffine(H, 3, 0, 2)],
    ["3 * H + 2", floorAffine(H, 6, 5, 2)],
    ["floor((3 * H + 2) / 2)", floorAffine(H, 6, 5, 4)],
    ["floor((H + 199) / 2)", sizeOf([conv(3, 100), pool(2, 2)], H)],
    ["floor((H + 7) / 8)", floorAffine(floorAffine(H, 1, 1, 2), 1, 3, 4)],
    ["3 * floor((H + 1) / 2) + 11", floorAffine(floorAffine(H, 1, 9, 2), 3, -1, 1)],
    ["floor((3 * floor(2 * H / 3) + 2) / 2)", floorAffine(floorAffine(H, 2, 3, 3), 3, -1, 2)],
  ])("%s", (text, size) => {
    expect(formula(size)).toBe(text);
  });

  test("of the reference net", () => {
    const pools = [1, 2, 3, 4, 5].flatMap(() => [conv(3, 1), pool(2, 2)]);
    const score = sizeOf([conv(3, 100), ...pools, conv(7), conv(1)], H);
    expect(formula(score)).toBe("floor((H + 37) / 32)");
    expect(formula(sizeOf([deconv(64, 32)], score))).toBe("32 * floor((H + 5) / 32) + 64");
  });
});

describe("one layer", () => {
  test("gives Caffe's size", () => {
    fc.assert(
      fc.property(layer, fc.integer({ min: -40, max: 300 }), (layer, n) => {
        expect(evaluate(sizeAfter(layer, H), n)).toBe(caffeSize(layer, n));
      }),
      { numRuns: 3000 },
    );
  });

  test("gives Caffe's size for every small pooling", () => {
    for (const rounding of ["ceil", "floor"] as const) {
      for (let kernel = 1; kernel <= 6; kernel++) {
        for (let stride = 1; stride <= 8; stride++) {
          for (let pad = 0; pad < kernel; pad++) {
            for (const clip of pad > 0 ? [true] : [true, false]) {
              const layer = { rule: "pooling", kernel, stride, pad, dilation: 1, rounding, clip } as const;
              const size = sizeAfter(layer, H);
              for (let n = -20; n <= 60; n++) expect(evaluate(size, n)).toBe(caffeSize(layer, n));
            }
          }
        }
      }
    }
  });
});

describe("a chain", () => {
  test("is its layers one after the other, for every input from 1 to 300", () => {
    fc.assert(
      fc.property(chain(12), (layers) => {
        const size = sizeOf(layers, H);
        for (let n = 1; n <= 300; n++) {
          const expected = caffeSizes(layers, n);
          if (Number.isSafeInteger(expected)) expect(evaluate(size, n)).toBe(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("comes back after its period, on all integers", () => {
    fc.assert(
      fc.property(chain(12), fc.bigInt(-(10n ** 6n), 10n ** 6n), (layers, n) => {
        const size = sizeOf(layers, H);
        const { period, increment } = periodOf(size);
        expect(period > 0n && increment > 0n).toBe(true);
        expect(evaluateExactly(size, n + period)).toBe(evaluateExactly(size, n) + increment);
      }),
      { numRuns: 1000 },
    );
  });

  test("reaches a value first where it says", () => {
    fc.assert(
      fc.property(chain(8), fc.bigInt(-50n, 500n), (layers, value) => {
        const size = sizeOf(layers, H);
        if (size.kind === "constant") return;
        const n = smallestReaching(size, value);
        expect(evaluateExactly(size, n) >= value).toBe(true);
        expect(evaluateExactly(size, n - 1n) < value).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("sameness", () => {
  test("does not depend on the way there, nor on where the symbol was made", () => {
    const a = sizeOf([conv(3, 1), pool(2, 2), pool(2, 2), deconv(4, 2), conv(3)], H);
    const b = sizeOf([pool(4, 4), deconv(4, 2), conv(3)], H);
    expect(b).toBe(a);
    expect(sameSize(a, sizeOf([pool(4, 4), deconv(4, 2), conv(3)], symbolSize("H")))).toBe(true);
    expect(sameSize(a, sizeOf([pool(4, 4), deconv(4, 2), conv(3)], symbolSize("W")))).toBe(false);
    expect(sameSize(a, sizeOf([pool(4, 4), deconv(4, 2), conv(1)], symbolSize("H")))).toBe(false);
    expect(sameSize(constantSize(3), floorAffine(constantSize(6), 1, 0, 2))).toBe(true);
    expect(sameSize(constantSize(3), H)).toBe(false);
    expect([symbolOf(a), symbolOf(constantSize(1))]).toEqual(["H", null]);
  });

  test("of chains that are the same function up to a shift between the steps", () => {
    const a = floorAffine(floorAffine(H, 1, 37, 32), 32, 32, 1);
    const b = floorAffine(floorAffine(H, 1, 5, 32), 32, 64, 1);
    expect(a).toBe(b);
  });
});

describe("limits", () => {
  test("precision is never lost silently", () => {
    const large = floorAffine(H, 2 ** 30, 0, 1);
    expect(evaluate(large, 2 ** 20)).toBe(2 ** 50);
    expect(() => evaluate(large, 2 ** 30)).toThrow(SizeRangeError);
    expect(evaluate(floorAffine(floorAffine(large, 2 ** 30, 1, 1), 1, 0, 2 ** 40), 2 ** 30 + 1)).toBe(
      2 ** 50 + 2 ** 20,
    );
    for (const wrong of [0.5, NaN, 2 ** 53]) expect(() => floorAffine(H, 1, wrong, 1)).toThrow(SizeRangeError);
    expect(() => floorAffine(H, 1, 0, 0)).toThrow(SizeRangeError);
    expect(() => floorAffine(H, -1, 0, 1)).toThrow(SizeRangeError);
  });

  test.each([
    ["that merge", 10_000, () => conv(3, 1)],
    ["up and down with one period", 10_000, (i: number) => (i % 2 ? deconv(4, 2) : pool(3, 3))],
    // Numbers of a thousand digits: they grow with the depth, and so does the work for each.
    ["of pools", 4000, () => pool(2, 2)],
    ["of deconvolutions", 4000, () => deconv(4, 2)],
    ["down and up by turns", 4000, (i: number) => (i % 2 ? pool(2, 2) : deconv(3, 3))],
    ["first up, then down", 4000, (i: number) => (i < 2000 ? deconv(3, 3) : pool(2, 2))],
  ])("a chain %s has a cheap end, %d layers deep", (_, depth, nth) => {
    const all: Size[] = [];
    let size = H;
    for (let i = 0; i < depth; i++) all.push((size = sizeAfter(nth(i), size)));
    for (const one of all) {
      evaluateExactly(one, 500n);
      periodOf(one);
      formula(one);
    }
    const other = all.reduce((at, _, i) => sizeAfter(nth(i), at), symbolSize("H"));
    expect(sameSize(size, other)).toBe(true);
  });
});
