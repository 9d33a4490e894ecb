import { describe, test } from "vitest";
import { expectErrors, expectValid, net } from "./expect-errors.js";

describe("grid-shift", () => {
  test("a merge of maps that lie apart", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3)", "b = image -> conv(8, 3, pad: 1)", "c = sum(a, b)", "output c"),
    ).toEqual(["6:7 grid-shift: `b` lies 1 unit off `a`: unlike places would be merged"]);
  });

  test("with a crop", async () => {
    await expectValid(
      net("a = image -> conv(8, 3)", "b = image -> conv(8, 3, pad: 1)", "c = sum(a, b, crop: auto)", "output c"),
    );
  });

  test("with the smaller one behind", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 1)", "b = image -> conv(8, 3)", "c = concat(a, b)", "output c"),
    ).toEqual(["6:7 grid-shift: `b` lies 1 unit off `a`: unlike places would be merged"]);
  });
});
