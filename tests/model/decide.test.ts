import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  SIZE_LIMIT,
  sizesWhereCropMisfits,
  sizesWhereEmpty,
  sizesWhereUnequal,
  type Decision,
} from "../../src/model/decide.js";
import { constantSize, evaluate, floorAffine, periodOf, symbolSize, type Size } from "../../src/model/size.js";
import {
  allSizes,
  complement,
  contains,
  emptySet,
  isUndecided,
  rangeSet,
  smallest,
  unionAll,
  type SizeSet,
} from "../../src/model/size-set.js";
import { failingText, validText } from "../../src/model/size-set-text.js";
import { sizeAfter, type Transfer } from "../../src/model/transfer.js";
import { caffeSizes, chain, conv, deconv, pool, sizeOf } from "./chains.js";

const H = symbolSize("H");

function decided(decision: Decision): SizeSet {
  if ("differentSymbols" in decision || isUndecided(decision)) throw new Error(JSON.stringify(decision));
  return decision;
}

function expectMembers(set: SizeSet, upTo: number, holds: (n: number) => boolean): void {
  const wrong = [];
  for (let n = 1; n <= upTo; n++) if (contains(set, n) !== holds(n)) wrong.push(n);
  expect(wrong).toEqual([]);
}

describe("against brute force", () => {
  const safe = (layers: readonly Transfer[]): boolean => Math.abs(caffeSizes(layers, 2000)) < 2 ** 50;

  test("empty maps", () => {
    fc.assert(
      fc.property(chain(10).filter(safe), (layers) => {
        expectMembers(sizesWhereEmpty(sizeOf(layers, H)), 300, (n) => caffeSizes(layers, n) < 1);
      }),
    );
  });

  /** A trunk and two branches, as skips have them. */
  const skip = fc.record({ trunk: chain(4), a: chain(5), b: chain(5), offset: fc.integer({ min: -5, max: 40 }) });
  /** The same, with branches of one slope: where differences are periodic. */
  const leveled = skip.map(({ trunk, a, b, offset }) => ({
    trunk,
    a: [...a, ...undo(a)],
    b: [...b, ...undo(b)],
    offset,
  }));

  function undo(layers: readonly Transfer[]): Transfer[] {
    return layers.flatMap((layer): Transfer[] => {
      if (layer.rule === "deconvolution") return [pool(layer.stride, layer.stride)];
      return "stride" in layer ? [deconv(layer.kernel, layer.stride)] : [];
    });
  }

  test.each([
    ["of any slopes", skip, 300],
    ["of one slope", leveled, 300],
    ["of one slope, over long periods", leveled, 2000],
  ])("branches %s", (_, arbitrary, upTo) => {
    let settled = 0;
    fc.assert(
      fc.property(arbitrary, ({ trunk, a, b, offset }) => {
        const [layersA, layersB] = [
          [...trunk, ...a],
          [...trunk, ...b],
        ];
        if (!safe(layersA) || !safe(layersB)) return;
        const source = sizeOf(trunk, H);
        const [sizeA, sizeB] = [sizeOf(a, source), sizeOf(b, source)];
        const misfits = sizesWhereCropMisfits(sizeA, offset, sizeB);
        const unequal = sizesWhereUnequal(sizeA, sizeB);
        const valuesA = Array.from({ length: upTo + 1 }, (_, n) => caffeSizes(layersA, n));
        const valuesB = Array.from({ length: upTo + 1 }, (_, n) => caffeSizes(layersB, n));
        if (!isUndecided(misfits)) {
          settled++;
          expectMembers(decided(misfits), upTo, (n) => (valuesB[n] ?? 0) + offset > (valuesA[n] ?? 0));
        }
        if (!isUndecided(unequal)) expectMembers(decided(unequal), upTo, (n) => valuesA[n] !== valuesB[n]);
      }),
      { numRuns: 400 },
    );
    expect(settled).toBeGreaterThan(300);
  });

  test("far out, where only the proof reaches", () => {
    fc.assert(
      fc.property(
        leveled,
        fc.array(fc.integer({ min: 1, max: 10 ** 7 }), { minLength: 50, maxLength: 50 }),
        (net, sizes) => {
          const source = sizeOf(net.trunk, H);
          const [a, b] = [sizeOf(net.a, source), sizeOf(net.b, source)];
          const misfits = sizesWhereCropMisfits(a, net.offset, b);
          if (isUndecided(misfits)) return;
          const set = decided(misfits);
          for (const n of sizes) expect(contains(set, n)).toBe(evaluate(b, n) + net.offset > evaluate(a, n));
        },
      ),
      { numRuns: 200 },
    );
  });

  test("constants", () => {
    fc.assert(
      fc.property(
        chain(6).filter(safe),
        fc.integer({ min: -20, max: 400 }),
        fc.integer({ min: -5, max: 5 }),
        (layers, value, offset) => {
          const size = sizeOf(layers, H);
          const constant = constantSize(value);
          const at = (n: number): number => caffeSizes(layers, n);
          expectMembers(decided(sizesWhereUnequal(size, constant)), 300, (n) => at(n) !== value);
          expectMembers(decided(sizesWhereUnequal(constant, size)), 300, (n) => at(n) !== value);
          expectMembers(decided(sizesWhereCropMisfits(size, offset, constant)), 300, (n) => value + offset > at(n));
          expectMembers(decided(sizesWhereCropMisfits(constant, offset, size)), 300, (n) => at(n) + offset > value);
        },
      ),
    );
    expect(sizesWhereEmpty(constantSize(0))).toBe(allSizes);
    expect(sizesWhereEmpty(constantSize(1))).toBe(emptySet);
    expect(sizesWhereUnequal(constantSize(3), constantSize(3))).toBe(emptySet);
    expect(sizesWhereCropMisfits(constantSize(3), 1, constantSize(3))).toBe(allSizes);
  });
});

describe("the reference nets", () => {
  interface Net {
    readonly score: Size;
    readonly pool4: Size;
    readonly pool3: Size;
  }

  function trunk(pad: number, rounding: "ceil" | "floor"): Net {
    let size = sizeAfter(conv(3, pad), H);
    const pooled: Size[] = [];
    for (let i = 0; i < 5; i++) {
      size = sizeAfter(pool(2, 2, rounding), sizeOf([conv(3, 1), conv(3, 1)], size));
      pooled.push(size);
    }
    const score = sizeOf([conv(7), conv(1), conv(1)], size);
    return { score, pool4: pooled[3] ?? size, pool3: pooled[2] ?? size };
  }

  /** Where the net fails: fc7 is empty or a crop does not fit. Each crop takes the size of its reference. */
  function failing(net: "32s" | "16s" | "8s", pad: number, rounding: "ceil" | "floor", last: number): SizeSet {
    const { score } = trunk(pad, rounding);
    return decided(unionAll([sizesWhereEmpty(score), ...crops(net, pad, rounding, last)]));
  }

  function crops(net: "32s" | "16s" | "8s", pad: number, rounding: "ceil" | "floor", last: number): SizeSet[] {
    const { score, pool4, pool3 } = trunk(pad, rounding);
    if (net === "32s") return [decided(sizesWhereCropMisfits(sizeOf([deconv(64, 32)], score), last, H))];
    const upscore2 = sizeOf([deconv(4, 2)], score);
    const first = decided(sizesWhereCropMisfits(pool4, 5, upscore2));
    if (net === "16s") return [first, decided(sizesWhereCropMisfits(sizeOf([deconv(32, 16)], upscore2), last, H))];
    const upscore4 = sizeOf([deconv(4, 2)], upscore2);
    const second = decided(sizesWhereCropMisfits(pool3, 9, upscore4));
    return [first, second, decided(sizesWhereCropMisfits(sizeOf([deconv(16, 8)], upscore4), last, H))];
  }

  test.each([
    ["32s", 19],
    ["16s", 27],
    ["8s", 31],
  ] as const)("%s fits for every size", (net, last) => {
    expect(failing(net, 100, "ceil", last)).toEqual(emptySet);
  });

  test("with floor pooling", () => {
    const text = (net: "32s" | "16s" | "8s", last: number): string =>
      failingText(failing(net, 100, "floor", last), "H");
    expect(text("32s", 19)).toBe("H in 1..25 and H mod 32 in 14..25");
    expect(text("16s", 27)).toBe("H in 1..25 and H mod 32 in 22..25");
    expect(text("8s", 31)).toBe("H in 1..25");
    expect(validText(complement(failing("32s", 100, "floor", 19)), "H")).toBe("H >= 26 except H mod 32 in 14..25");
    expect(validText(complement(failing("8s", 100, "floor", 31)), "H")).toBe("every H >= 26");
    expect([500, 375].map((n) => contains(failing("32s", 100, "floor", 19), n))).toEqual([true, true]);
  });

  test.each([
    ["32s", 81, 0, 32],
    ["16s", 81, 8, 32],
    ["8s", 81, 12, 32],
    ["16s", 73, 0, 48],
    ["8s", 69, 0, 56],
  ] as const)("%s with pad %d and last offset %d fails up to %d", (net, pad, last, largest) => {
    const sizes = failing(net, pad, "ceil", last);
    expect(failingText(sizes, "H")).toBe(`H in 1..${largest}`);
    expect(validText(complement(sizes), "H")).toBe(`every H >= ${largest + 1}`);
  });

  test("without pad", () => {
    expect(sizesWhereEmpty(trunk(1, "ceil").score)).toEqual(rangeSet(1, 192));
    expect(sizesWhereEmpty(trunk(1, "floor").score)).toEqual(rangeSet(1, 223));
  });
});

describe("long ways", () => {
  const strides = [3, 5, 7, 11, 13];
  const down = sizeOf(
    strides.map((stride) => pool(stride, stride)),
    H,
  );
  const up = sizeOf(
    strides.map((stride) => deconv(stride, stride)),
    down,
  );

  test("a period in the thousands", () => {
    expect(periodOf(up)).toEqual({ period: 15_015n, increment: 15_015n });
    expect(decided(sizesWhereCropMisfits(up, 0, H))).toBe(emptySet);
    const misfits = decided(sizesWhereCropMisfits(up, 1, H));
    expect(failingText(misfits, "H")).toBe("H mod 15015 = 0");
    expect(failingText(decided(sizesWhereUnequal(up, H)), "H")).toBe("H mod 15015 in 1..15014");
  });

  test("a start past 10,000", () => {
    // 100/101 and 101/102 of the input: they part late, and for long they cross again and again.
    const a = floorAffine(H, 100, 0, 101);
    const b = floorAffine(H, 101, -7, 102);
    const misfits = decided(sizesWhereCropMisfits(a, 0, b));
    expect(misfits.start).toBeGreaterThan(10_000);
    expect(misfits).toMatchObject({ period: 1, residues: [[0, 0]] });
    expectMembers(misfits, 200_000, (n) => evaluate(b, n) > evaluate(a, n));
    // Nothing is looked at where lines alone decide, however late.
    expect(decided(sizesWhereCropMisfits(floorAffine(H, 2, -(10 ** 12), 1), 0, H))).toEqual(rangeSet(1, 10 ** 12 - 1));
  });

  test("what both branches passed through does not count", () => {
    // The trunk alone has a period of 2^30; the branches from it differ in the same way at each of its sizes.
    const trunk = sizeOf([deconv(3, 3), ...Array.from({ length: 30 }, () => pool(2, 2))], H);
    const [a, b] = [sizeOf([pool(2, 2), deconv(2, 2)], trunk), sizeOf([conv(3, 1)], trunk)];
    expect(periodOf(a).period).toBe(2n ** 31n);
    expect(decided(sizesWhereCropMisfits(a, 0, b))).toBe(emptySet);
    expect(decided(sizesWhereCropMisfits(a, 2, b))).toEqual(allSizes);
    // Where it does matter at which of its sizes, the input's period is past the limit.
    expect(sizesWhereCropMisfits(a, 1, b)).toHaveProperty("undecided");
  });

  test("pools that were merged are taken apart again", () => {
    const pools = (count: number): Size =>
      sizeOf(
        Array.from({ length: count }, () => pool(2, 2)),
        H,
      );
    const a = sizeOf([deconv(4, 2), conv(3)], pools(31));
    expect(decided(sizesWhereCropMisfits(a, 0, pools(30)))).toBe(emptySet);
  });

  test("the same from two mentions of the symbol", () => {
    const again = symbolSize("H");
    const layers = [conv(3, 100), pool(2, 2), deconv(6, 3), pool(2, 2)];
    expect(sizesWhereUnequal(sizeOf(layers, H), sizeOf(layers, again))).toBe(emptySet);
    const a = sizeOf([...layers, pool(2, 2), deconv(4, 2)], H);
    const b = sizeOf([...layers, conv(3)], again);
    const set = decided(sizesWhereCropMisfits(a, 3, b));
    expectMembers(set, 300, (n) => evaluate(b, n) + 3 > evaluate(a, n));
  });
});

describe("no verdict", () => {
  test("past the limit", () => {
    const around = (...strides: number[]): Size =>
      sizeOf(
        strides.flatMap((stride) => [pool(stride, stride), conv(3), deconv(stride, stride)]),
        H,
      );
    expect(decided(sizesWhereUnequal(around(101), around(103))).period).toBe(101 * 103);
    const [long, short] = [around(1021), around(1031)];
    expect(periodOf(long).period).toBe(1021n);
    expect(sizesWhereCropMisfits(long, 8, short)).toHaveProperty("undecided");
    expect(1021 * 1031).toBeGreaterThan(SIZE_LIMIT);
    expect(decided(sizesWhereCropMisfits(around(1009), 8, around(1013))).period).toBe(1009 * 1013);
    // Bounds settle it even so: a ceiling is never below what it rounds up, nor more than a step above.
    const huge = sizeOf([pool(2 ** 40, 2 ** 40), deconv(2 ** 40, 2 ** 40)], H);
    expect(sizesWhereCropMisfits(huge, 0, H)).toBe(emptySet);
    expect(sizesWhereCropMisfits(huge, 2 ** 40, H)).toEqual(allSizes);
    expect(sizesWhereCropMisfits(huge, 1, H)).toHaveProperty("undecided");
    expect(sizesWhereCropMisfits(long, -10_000, short)).toBe(emptySet);
    expect(sizesWhereCropMisfits(long, 10_000, short)).toBe(allSizes);
  });

  test("between different inputs", () => {
    expect(sizesWhereUnequal(H, symbolSize("W"))).toEqual({ differentSymbols: ["H", "W"] });
    expect(sizesWhereCropMisfits(sizeOf([pool(2, 2)], H), 0, symbolSize("W"))).toEqual({
      differentSymbols: ["H", "W"],
    });
  });
});

describe("a net of 10,000 layers", () => {
  test.each([
    ["by turns down and up with one period", (i: number) => (i % 2 ? deconv(4, 2) : pool(3, 3))],
    ["by turns down and up, growing", (i: number) => (i % 2 ? pool(2, 2) : deconv(3, 3))],
    ["plain", () => conv(3, 1)],
  ])("%s is decided layer by layer", (_, nth) => {
    let size: Size = H;
    for (let i = 0; i < 10_000; i++) {
      const next = sizeAfter(nth(i), size);
      sizesWhereEmpty(next);
      // A block with a skip around it.
      const inner = sizeOf([pool(2, 2), deconv(2, 2)], next);
      expect(sizesWhereCropMisfits(inner, 0, next)).toBe(emptySet);
      if (i % 1000 === 0) sizesWhereUnequal(next, size);
      size = next;
    }
    expect(sizesWhereCropMisfits(size, 0, H)).toBeDefined();
    expect(smallest(sizesWhereEmpty(size)) ?? 1).toBe(1);
  });
});
