import { describe, expect, test } from "vitest";

test("passes", () => undefined);

test("differs", () => expect([1]).toEqual([2]));

test("is skipped", (context) => context.skip("no engine here"));

describe("a group", () => {
  test("throws", () => {
    throw new Error("one line\nand another");
  });
});
