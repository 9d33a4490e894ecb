import { describe, test } from "vitest";
import { expectErrors, spec } from "./expect-errors.js";

describe("tap-stride", () => {
  test("a stride that is not the tap's", async () => {
    await expectErrors(
      spec(
        "backbone b {",
        "  input image: rgb[32, 32, 3]",
        "  conv1 = conv(8, 3, pad: 1)",
        "  pool1 = maxpool(2)",
        "  tap pool1 at stride 4",
        "}",
      ),
    ).toEqual(["6:23 tap-stride: `pool1` has stride 2, not 4"]);
  });

  test("an override that changes it", async () => {
    await expectErrors(
      spec(
        "backbone b {",
        "  input image: rgb[32, 32, 3]",
        "  conv1 = conv(8, 3, pad: 1)",
        "  pool1 = maxpool(2)",
        "  tap pool1 at stride 2",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  x = image -> b { pool1.stride: 1 }",
        "  output x",
        "}",
      ),
    ).toEqual(["6:23 tap-stride: `pool1` has stride 1, not 2"]);
  });

  test("a layer that is left out", async () => {
    await expectErrors(
      spec(
        "backbone b {",
        "  input image: rgb[32, 32, 3]",
        "  conv1 = conv(8, 3, pad: 1)",
        "  pool1 = maxpool(2)",
        "  pool2 = maxpool(2)",
        "  tap pool1 at stride 2",
        "  tap pool2 at stride 4",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  x = image -> b { without: [pool1] }",
        "  output x",
        "}",
      ),
    ).toEqual(["8:23 tap-stride: `pool2` has stride 2, not 4"]);
  });
});
