import { describe, test } from "vitest";
import { expectErrors, expectValid, spec } from "../checks/expect-errors.js";

describe("conditions on sizes", () => {
  test("an unknown side", async () => {
    await expectErrors(
      spec(
        "net n {",
        "  input image: rgb[H, W, 3] { where: [h mod 32 == 0, Q >= 3] }",
        "  a = image -> conv(8, 3)",
        "  output a",
        "}",
      ),
    ).toEqual([
      "3:39 unknown-name: no input has a side called `h`",
      "3:54 unknown-name: no input has a side called `Q`",
    ]);
  });

  test("what is no condition", async () => {
    await expectErrors(
      spec(
        "net n {",
        "  input image: rgb[H, W, 3] { where: [H > W, 3, H mod 0 == 1, H mod 1e9 == 3, H == 0.5] }",
        "  a = image -> conv(8, 3)",
        "  output a",
        "}",
      ),
    ).toEqual([
      "3:39 argument-type: this is no condition on the size of an input",
      "3:46 argument-type: this is no condition on the size of an input",
      "3:49 argument-type: this is no condition on the size of an input",
      "3:63 argument-type: this is no condition on the size of an input",
      "3:79 argument-type: this is no condition on the size of an input",
    ]);
  });

  test("a condition on a fixed side", async () => {
    await expectErrors(
      spec(
        "net n {",
        "  input image: rgb[32, 32, 3] { where: [H >= 3] }",
        "  a = image -> conv(8, 3)",
        "  output a",
        "}",
      ),
    ).toEqual(["3:41 unknown-name: no input has a side called `H`"]);
  });

  test("what follows from a faulty condition is silent", async () => {
    await expectErrors(
      spec(
        "net n {",
        "  input image: rgb[H, W, 3] { where: [H mod 2 == 0, V mod 2 == 0] }",
        "  a = image -> conv(8, 3, pad: 1)",
        "  b = maxpool(2, round: floor)",
        "  c = deconv(8, 2, stride: 2)",
        "  d = sum(a, c)",
        "  output d",
        "  expect valid(H >= 1)",
        "}",
      ),
    ).toEqual(["3:53 unknown-name: no input has a side called `V`"]);
  });

  test("conditions under which a net that floors works", async () => {
    await expectValid(
      spec(
        "net n {",
        "  input image: rgb[H, W, 3] { where: [H mod 2 == 0, W mod 2 == 0] }",
        "  a = image -> conv(8, 3, pad: 1)",
        "  b = maxpool(2, round: floor)",
        "  c = deconv(8, 2, stride: 2)",
        "  d = sum(a, c)",
        "  output d",
        "}",
      ),
    );
  });

  test("conditions under which it does not", async () => {
    await expectErrors(
      spec(
        "net n {",
        "  input image: rgb[H, W, 3] { where: [H mod 3 == 0, W mod 2 == 0] }",
        "  a = image -> conv(8, 3, pad: 1)",
        "  b = maxpool(2, round: floor)",
        "  c = deconv(8, 2, stride: 2)",
        "  d = sum(a, c)",
        "  output d",
        "}",
      ),
    ).toEqual(["7:7 input-sizes: `c` and `a` differ in size for H mod 6 = 3"]);
  });

  test("conditions that no size meets", async () => {
    await expectErrors(
      spec(
        "net n {",
        "  input image: rgb[H, W, 3] { where: [H >= 10, H <= 5] }",
        "  a = image -> conv(8, 3)",
        "  output a",
        "}",
      ),
    ).toEqual(["3:48 argument-type: no H meets this condition and those before it"]);
  });
});
