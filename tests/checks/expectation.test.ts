import { describe, test } from "vitest";
import { expectErrors, net, spec, vggNet } from "./expect-errors.js";

describe("expectation", () => {
  test("measures that do not hold", async () => {
    await expectErrors(
      net(
        "a = image -> conv(8, 3, pad: 2)",
        "b = maxpool(2)",
        "c = upsample(2x)",
        "d = crop(to: image)",
        "output d",
        "expect rf(a) == 5",
        "expect stride(b) == 4",
        "expect origin(b) == 1/2",
        "expect channels(d) == 9",
        "expect offset(d) == 2",
        "expect parameters() == 3",
      ),
    ).toEqual([
      "9:3 expectation: `rf(a)` is 3, not 5",
      "10:3 expectation: `stride(b)` is 2, not 4",
      "11:3 expectation: `origin(b)` is -1/2, not 1/2",
      "12:3 expectation: `channels(d)` is 8, not 9",
      "14:3 expectation: `parameters()` is 1248, not 3",
    ]);
  });

  test("measures that hold", async () => {
    await expectErrors(
      net(
        "a = image -> conv(8, 3, pad: 2)",
        "b = maxpool(2)",
        "c = upsample(2x)",
        "d = crop(to: image)",
        "output d",
        "expect rf(a) == 3",
        "expect stride(b) == 2",
        "expect origin(b) == -1/2",
        "expect channels(d) == 8",
        "expect offset(d) == 1",
        "expect parameters(a) == 224",
        "expect rf(c) >= 4",
        "expect rf(c) != 5",
      ),
    ).toEqual(["13:3 expectation: `offset(d)` is 2, not 1"]);
  });

  test("height and width", async () => {
    await expectErrors(
      net(
        "a = image -> conv(8, 3x5)",
        "output a",
        "expect rf(a) == [3, 5]",
        "expect rf(a) == [5, 3]",
        "expect rf(a) == 3",
      ),
    ).toEqual(["7:3 expectation: `rf(a)` is [3, 5], not [5, 3]", "8:3 expectation: `rf(a)` is [3, 5], not 3"]);
  });

  test("a layer that is not cropped", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "output a", "expect offset(a) == 3")).toEqual([
      "6:3 expectation: `a` is not cropped, so it has no offset",
    ]);
  });

  test("sizes that do not all work", async () => {
    await expectErrors(
      net(
        "a = image -> conv(8, 7)",
        "output a",
        "expect valid(H >= 1, W >= 1)",
        "expect valid(H >= 7)",
        "expect valid(H >= 5, W mod 2 == 0)",
      ),
    ).toEqual([
      "6:3 expectation: the net fails for H in 1..6, and for W in 1..6",
      "8:3 expectation: the net fails for H in 5..6, and for W in 2, 4, 6",
    ]);
  });

  test("sizes that the input does not admit", async () => {
    await expectErrors(
      spec(
        "net n {",
        "  input image: rgb[H, W, 3] { where: [H mod 2 == 0] }",
        "  a = image -> conv(8, 3, pad: 1)",
        "  output a",
        "  expect valid(H >= 1)",
        "  expect valid(H mod 4 == 0)",
        "}",
      ),
    ).toEqual(["6:3 expectation: the net fails for H mod 2 = 1"]);
  });

  test("the name as it is written", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
        "output vgg",
        "expect rf(vgg.fc7) == 405",
        "expect rf(vgg) == 404",
        "expect channels(vgg.pool3) == 256",
      ),
    ).toEqual(["7:3 expectation: `rf(vgg.fc7)` is 404, not 405"]);
  });
});
