import { describe, test } from "vitest";
import { expectErrors, net } from "../checks/expect-errors.js";

describe("expect lines that cannot be read", () => {
  test("a measure that is misspelt", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "output a", "expect strde(a) == 1")).toEqual([
      "6:10 structure: `strde` is nothing that can be expected",
    ]);
  });

  test("a layer that is misspelt", async () => {
    await expectErrors(net("score = image -> conv(8, 3)", "output score", "expect rf(scor) == 3")).toEqual([
      "6:13 unknown-name: nothing here is called `scor`",
    ]);
  });

  test("nothing that can be expected", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 1)", "output a", "expect rf(a)", "expect 3 == rf(a)", "expect a"),
    ).toEqual([
      "6:10 structure: this is nothing that can be expected",
      "7:10 structure: this is nothing that can be expected",
      "8:10 structure: this is nothing that can be expected",
    ]);
  });

  test("a measure of none and of two layers", async () => {
    await expectErrors(
      net(
        "a = image -> conv(8, 3, pad: 1)",
        "output a",
        "expect rf() == 3",
        "expect rf(a, image) == 3",
        "expect rf(3) == 3",
      ),
    ).toEqual([
      "6:10 structure: `rf` is of one layer",
      "7:10 structure: `rf` is of one layer",
      "8:13 argument-type: a layer's name is wanted here",
    ]);
  });

  test("what is no number", async () => {
    await expectErrors(
      net(
        "a = image -> conv(8, 3, pad: 1)",
        "output a",
        "expect rf(a) == 1/0",
        'expect rf(a) == "x"',
        "expect rf(a) == [1, 2, 3]",
      ),
    ).toEqual([
      "6:19 structure: `rf` is compared with a number",
      "7:19 structure: `rf` is compared with a number",
      "8:19 structure: `rf` is compared with a number",
    ]);
  });

  test("sizes of an unknown side", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "output a", "expect valid(Q >= 1)")).toEqual([
      "6:16 unknown-name: no input has a side called `Q`",
    ]);
  });

  test("sizes that are not said", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "output a", "expect valid()", "expect valid(H)")).toEqual(
      [
        "6:10 structure: this is nothing that can be expected",
        "7:16 argument-type: this is no condition on the size of an input",
      ],
    );
  });
});
