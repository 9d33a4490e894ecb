import { describe, expect, test } from "vitest";
import { syntaxCodes } from "../../grammar/codes.js";
import { format } from "../../grammar/format.js";
import { parse } from "../../grammar/parse.js";

describe("pages of codes", () => {
  test("codes are words, and each is there once", () => {
    const codes = syntaxCodes.map((each) => each.code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  test.each(syntaxCodes.map((each) => [each.code, each] as const))(
    "%s: its example fails with it, and is mended",
    (code, page) => {
      expect(page.explanation.length).toBeGreaterThan(80);
      if (page.example === null) return expect(code).toBe("member-size");
      const { failing, mended } = page.example;
      expect(parse(failing, "t").diagnostics.map((each) => each.code)).toEqual([code]);
      expect(format(mended)).toEqual({ text: mended });
    },
  );
});
