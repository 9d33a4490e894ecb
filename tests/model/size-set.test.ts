import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Range } from "../../src/model/ranges.js";
import {
  allSizes,
  complement,
  conditionSet,
  contains,
  emptySet,
  equals,
  intersect,
  isEmpty,
  isFinite,
  isUndecided,
  periodicSet,
  rangeSet,
  residueSet,
  setOfRanges,
  smallest,
  union,
  unionAll,
  type SizeSet,
  type Verdict,
} from "../../src/model/size-set.js";
import { describe as describeSet, failingText, validText } from "../../src/model/size-set-text.js";

function decided(verdict: Verdict): SizeSet {
  if (isUndecided(verdict)) throw new Error(verdict.undecided);
  return verdict;
}

const both = (a: Verdict, b: Verdict): SizeSet => decided(intersect(a, b));
const either = (a: Verdict, b: Verdict): SizeSet => decided(union(a, b));
const sizes = Array.from({ length: 400 }, (_, i) => i + 1);
const members = (set: SizeSet): number[] => sizes.filter((size) => contains(set, size));

/** A set, and the same set as a list of yes and no for 1..start-1 and for one period. */
const drawn = fc
  .record({
    head: fc.array(fc.boolean(), { maxLength: 20 }),
    turn: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
    repeats: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ head, turn, repeats }) => {
    const holds = (size: number): boolean =>
      (size <= head.length ? head[size - 1] : turn[(size - head.length - 1) % turn.length]) ?? false;
    const start = head.length + 1;
    const period = turn.length * repeats;
    const ranges = sizes.filter((n) => n < start + period && holds(n)).map((n): Range => [n, n]);
    return { holds, set: setOfRanges(start, period, ranges) };
  });

describe("a set", () => {
  test("has the members that it was made of, in the smallest form", () => {
    fc.assert(
      fc.property(drawn, ({ holds, set }) => {
        expect(members(set)).toEqual(sizes.filter(holds));
        const { start, period } = set;
        for (let shorter = 1; shorter < period; shorter++) {
          expect(sizes.slice(start, 300).some((n) => holds(n) !== holds(n + shorter))).toBe(true);
        }
        if (start > 1) expect(holds(start - 1)).not.toBe(holds(start - 1 + period));
        expect(smallest(set)).toBe(sizes.find(holds) ?? null);
        expect(isEmpty(set)).toBe(!sizes.some(holds));
        expect(isFinite(set)).toBe(!sizes.slice(100).some(holds));
      }),
      { numRuns: 500 },
    );
  });

  test("follows the laws of sets", () => {
    fc.assert(
      fc.property(drawn, drawn, drawn, (a, b, c) => {
        expect(members(either(a.set, b.set))).toEqual(sizes.filter((n) => a.holds(n) || b.holds(n)));
        expect(members(both(a.set, b.set))).toEqual(sizes.filter((n) => a.holds(n) && b.holds(n)));
        expect(members(complement(a.set))).toEqual(sizes.filter((n) => !a.holds(n)));
        expect(complement(complement(a.set))).toEqual(a.set);
        const left = complement(either(a.set, b.set));
        expect(equals(left, both(complement(a.set), complement(b.set)))).toBe(true);
        expect(decided(unionAll([a.set, b.set, c.set]))).toEqual(either(either(a.set, b.set), c.set));
        expect(both(a.set, complement(a.set))).toEqual(emptySet);
        expect(either(a.set, complement(a.set))).toEqual(allSizes);
      }),
      { numRuns: 300 },
    );
  });

  test("from a condition", () => {
    const compare = { "==": Object.is, "!=": (a: number, b: number) => a !== b } as const;
    for (const modulus of [null, 1, 2, 7, 32]) {
      for (const value of [-3, 0, 1, 2.5, 5, 6, 7, 31, 40]) {
        const left = (n: number): number => (modulus === null ? n : n % modulus);
        const check = (operator: Parameters<typeof conditionSet>[1], holds: (n: number) => boolean): void =>
          expect(members(conditionSet(modulus, operator, value))).toEqual(sizes.filter(holds));
        check("==", (n) => compare["=="](left(n), value));
        check("!=", (n) => compare["!="](left(n), value));
        check(">=", (n) => left(n) >= value);
        check("<=", (n) => left(n) <= value);
        check(">", (n) => left(n) > value);
        check("<", (n) => left(n) < value);
      }
    }
    expect(conditionSet(null, ">=", 1e300)).toEqual(emptySet);
    expect(conditionSet(null, "<", 1e300)).toEqual(allSizes);
    expect(() => conditionSet(0, "==", 0)).toThrow(RangeError);
  });
});

describe("texts", () => {
  const fcn = either(rangeSet(1, 13), periodicSet(32, [[14, 25]]));

  test.each<[string, SizeSet]>([
    ["no H", emptySet],
    ["every H >= 1", allSizes],
    ["every H >= 33", rangeSet(33, null)],
    ["H in 1..32", rangeSet(1, 32)],
    ["H = 5", rangeSet(5, 5)],
    ["H in 5, 9", either(rangeSet(5, 5), rangeSet(9, 9))],
    ["H mod 32 = 0", conditionSet(32, "==", 0)],
    ["H in 1..25 and H mod 32 in 14..25", fcn],
    ["H mod 32 in 22..25", periodicSet(32, [[22, 25]])],
    [
      "H mod 32 in 3..5, 9, 20..25",
      either(periodicSet(32, [[3, 5]]), either(residueSet(32, 9), periodicSet(32, [[20, 25]]))),
    ],
    ["H >= 46 with H mod 32 in 14..25", both(fcn, rangeSet(26, null))],
    [
      "H = 5 and H >= 64 with H mod 32 = 0",
      either(rangeSet(5, 5), both(conditionSet(32, "==", 0), rangeSet(40, null))),
    ],
    ["H in 1..3 and every H >= 33", either(rangeSet(1, 3), rangeSet(33, null))],
    ["H in 1..4 and H mod 2 = 0", either(rangeSet(1, 3), residueSet(2, 0))],
  ])("of failing sizes: %s", (text, set) => {
    expect(failingText(set, "H")).toBe(text);
  });

  test.each<[string, SizeSet]>([
    ["no H", emptySet],
    ["every H >= 1", allSizes],
    ["every H >= 33", rangeSet(33, null)],
    ["H in 1..32", rangeSet(1, 32)],
    ["H >= 26 except H mod 32 in 14..25", complement(fcn)],
    ["H >= 26 except H mod 32 in 14..20", complement(either(rangeSet(1, 25), periodicSet(32, [[14, 20]])))],
    ["H >= 1 except H = 5", conditionSet(null, "!=", 5)],
    ["H mod 32 = 0", conditionSet(32, "==", 0)],
    ["H >= 64 with H mod 32 = 0", both(conditionSet(32, "==", 0), rangeSet(40, null))],
    ["H = 5 or H mod 32 = 0", either(rangeSet(5, 5), conditionSet(32, "==", 0))],
    ["H >= 4 except H in 6..8, 11", both(rangeSet(4, null), complement(either(rangeSet(6, 8), rangeSet(11, 11))))],
  ])("of working sizes: %s", (text, set) => {
    expect(validText(set, "H")).toBe(text);
  });

  test("of very many ranges say how many there are", () => {
    const odd = unionAll(Array.from({ length: 100 }, (_, i) => rangeSet(2 * i + 1, 2 * i + 1)));
    expect(failingText(decided(odd), "H")).toBe("H in 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23 and 88 more ranges");
  });

  test("say which sizes they mean", () => {
    fc.assert(
      fc.property(drawn, ({ holds, set }) => {
        const failing = failingText(set, "H");
        const valid = validText(set, "H");
        if (failing.includes("more ranges") || valid.includes("more ranges")) return;
        expect(sizes.filter((n) => reads(failing, n))).toEqual(sizes.filter(holds));
        expect(sizes.filter((n) => reads(valid, n))).toEqual(sizes.filter(holds));
      }),
      { numRuns: 1000 },
    );
  });

  test("come with the parts in a description", () => {
    expect(describeSet(complement(fcn), "H")).toEqual({
      text: "H >= 26 except H mod 32 in 14..25",
      undecided: null,
      smallest: 26,
      start: 14,
      sizes: [],
      period: 32,
      residues: [
        [0, 13],
        [26, 31],
      ],
    });
    expect(describeSet({ undecided: "so" }, "H")).toMatchObject({ text: "undecided", undecided: "so", smallest: null });
  });
});

/** What a text says of one size, read as a reader would. */
function reads(text: string, size: number): boolean {
  const except = text.split(" except ");
  if (except.length === 2) return reads(except[0] ?? "", size) && !reads(except[1] ?? "", size);
  if (/ and | or /.test(text)) return text.split(/ and | or /).some((part) => reads(part, size));
  const within = text.split(" with ");
  if (within.length === 2) return within.every((part) => reads(part, size));
  if (text.startsWith("no ")) return false;
  const bound = /^(?:every )?H >= (\d+)$/.exec(text);
  if (bound) return size >= Number(bound[1]);
  const [, modulus, list] = /^H(?: mod (\d+))? (?:=|in) (.*)$/.exec(text) ?? [];
  const value = modulus ? size % Number(modulus) : size;
  return (list ?? "").split(", ").some((range) => {
    const [first, last = first] = range.split("..").map(Number);
    return value >= (first ?? NaN) && value <= (last ?? NaN);
  });
}

describe("limits", () => {
  test("numbers beyond reason cost nothing", () => {
    expect(conditionSet(5_000_011, "==", 3).period).toBe(5_000_011);
    const late = both(rangeSet(10 ** 12, null), conditionSet(32, "==", 0));
    expect([late.period, smallest(late)]).toEqual([32, 10 ** 12]);
    const rare = both(conditionSet(1009, "==", 0), conditionSet(1013, "==", 0));
    expect([rare.period, smallest(rare)]).toEqual([1009 * 1013, 1009 * 1013]);
  });

  test("past them nothing is claimed", () => {
    const [a, b, c] = [conditionSet(1009, "<", 500), conditionSet(1013, "<", 500), conditionSet(1019, "<", 500)];
    const verdict = intersect(intersect(a, b), c);
    expect(isUndecided(verdict)).toBe(true);
    expect(isUndecided(complement(verdict))).toBe(true);
    expect(isUndecided(union(verdict, rangeSet(1, 5)))).toBe(true);
    expect(union(verdict, allSizes)).toEqual(allSizes);
    expect(intersect(emptySet, verdict)).toEqual(emptySet);
    expect(unionAll([verdict, emptySet])).toBe(verdict);
  });

  test("10,000 sets are united at once", () => {
    const count = 10_000;
    expect(unionAll(Array.from({ length: count }, () => periodicSet(32, [[14, 25]])))).toMatchObject({ period: 32 });
    expect(unionAll(Array.from({ length: count }, (_, i) => rangeSet(1, i)))).toEqual(rangeSet(1, count - 1));
    expect(
      decided(unionAll(Array.from({ length: count }, (_, i) => rangeSet(2 * i + 1, 2 * i + 1)))).sizes.length,
    ).toBe(count);
    let one: Verdict = emptySet;
    for (let i = 0; i < count; i++) one = union(one, i % 2 ? rangeSet(1, 1 + (i % 30)) : periodicSet(32, [[3, 9]]));
    expect(isUndecided(one)).toBe(false);
  });
});
