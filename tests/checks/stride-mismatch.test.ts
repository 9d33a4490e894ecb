import { describe, test } from "vitest";
import { expectErrors, net } from "./expect-errors.js";

describe("stride-mismatch", () => {
  test("a pooled map and one that is not", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "b = maxpool(2)", "c = sum(a, b)", "output c")).toEqual([
      "6:7 stride-mismatch: `b` has stride 2 and `a` stride 1: they cannot be merged",
    ]);
  });

  test("the other way round", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 1)", "b = maxpool(2)", "c = concat(b, a)", "output c"),
    ).toEqual(["6:7 stride-mismatch: `a` has stride 1 and `b` stride 2: they cannot be merged"]);
  });

  test("a crop to the image that was not upsampled", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 1)", "b = maxpool(2)", "c = crop(to: image)", "output c"),
    ).toEqual(["6:7 stride-mismatch: `b` has stride 2 and `image` stride 1: they cannot be cropped to one another"]);
  });

  test("no whole ratio", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, stride: 2)", "b = image -> conv(8, 3, stride: 3)", "c = sum(a, b)", "output c"),
    ).toEqual(["6:7 stride-mismatch: `b` has stride 3 and `a` stride 2: they cannot be merged"]);
  });

  test("one axis", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "b = maxpool(2x1)", "c = sum(a, b)", "output c")).toEqual(
      ["6:7 stride-mismatch: `b` has stride 2 and `a` stride 1 vertically: they cannot be merged"],
    );
  });

  test("each of three maps", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 1)", "b = maxpool(2)", "c = maxpool(2)", "d = sum(a, b, c)", "output d"),
    ).toEqual([
      "7:7 stride-mismatch: `b` has stride 2 and `a` stride 1: they cannot be merged",
      "7:7 stride-mismatch: `c` has stride 4 and `a` stride 1: they cannot be merged",
    ]);
  });
});
