import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as exact from "../../src/model/rational.js";

const { rational, toString, parse } = exact;
const small = fc.integer({ min: -1000, max: 1000 });
const any = fc
  .tuple(
    small,
    small.filter((n) => n !== 0),
  )
  .map(([n, d]) => rational(n, d));

describe("rationals", () => {
  test("are kept in lowest terms with a positive denominator", () => {
    expect(toString(rational(183, -2))).toBe("-183/2");
    expect(toString(rational(-64, -2))).toBe("32");
    expect(toString(rational(0, -7))).toBe("0");
    expect(() => rational(1, 0)).toThrow(RangeError);
    expect(() => rational(0.5)).toThrow(RangeError);
    expect(() => exact.divide(rational(1), rational(0))).toThrow(RangeError);
  });

  test("follow the laws of arithmetic", () => {
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        const { add, subtract, multiply, divide, equals } = exact;
        expect(equals(subtract(add(a, b), b), a)).toBe(true);
        expect(equals(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)))).toBe(true);
        if (b.numerator !== 0n) expect(equals(divide(multiply(a, b), b), a)).toBe(true);
        expect(exact.toNumber(add(a, b))).toBeCloseTo(exact.toNumber(a) + exact.toNumber(b), 9);
        expect(Math.sign(exact.compare(a, b))).toBe(Math.sign(exact.toNumber(a) - exact.toNumber(b)));
        expect(equals(parse(toString(a))!, a)).toBe(true);
      }),
    );
  });

  test.each([
    ["32", "32"],
    ["-91.5", "-183/2"],
    [".5", "1/2"],
    ["1.", "1"],
    ["1e-3", "1/1000"],
    ["1.25E2", "125"],
    ["+6/-4", null],
    ["6/4", "3/2"],
    ["1/0", null],
    ["", null],
    [".", null],
    ["e5", null],
    ["1e999999999", null],
    ["0x10", null],
    [" 1", null],
  ])("reads %j as %j", (text, expected) => {
    const value = parse(text);
    expect(value && toString(value)).toBe(expected);
  });

  test("divide whole numbers of either sign", () => {
    fc.assert(
      fc.property(fc.bigInt(-500n, 500n), fc.bigInt(-500n, 500n), fc.bigInt(1n, 60n), (a, b, c) => {
        const divisor = exact.gcd(a, b);
        expect(divisor >= 0n).toBe(true);
        if (divisor > 0n) expect([a % divisor, b % divisor, exact.gcd(a / divisor, b / divisor)]).toEqual([0n, 0n, 1n]);
        expect(exact.floorDivide(a, c)).toBe(BigInt(Math.floor(Number(a) / Number(c))));
        expect(exact.ceilDivide(a, c)).toBe(BigInt(Math.ceil(Number(a) / Number(c))));
      }),
    );
  });

  test("become the nearest number, however long their parts are", () => {
    expect(exact.toNumber(rational(1, 3))).toBe(1 / 3);
    expect(exact.toNumber(rational(10n ** 400n, 3n * 10n ** 400n))).toBe(1 / 3);
    expect(exact.toNumber(rational(-(10n ** 400n), 10n ** 399n * 3n))).toBe(-10 / 3);
    expect(exact.toNumber(rational(1n, 10n ** 300n))).toBe(1e-300);
    expect(exact.toNumber(rational(2n ** 1000n + 1n, 2n ** 1000n))).toBe(1);
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-200, max: 1e200 }), (number) => {
        expect(exact.toNumber(parse(String(number))!)).toBe(number);
      }),
    );
  });
});
