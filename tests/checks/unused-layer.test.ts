import { describe, test } from "vitest";
import { expectErrors, net, vggNet } from "./expect-errors.js";

describe("unused-layer", () => {
  test("a layer that nothing uses", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "b = image -> conv(8, 3)", "output a")).toEqual([
      "5:16 unused-layer: `b` reaches no output and is left out",
    ]);
  });

  test("a chain that nothing uses", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 1)", "b = image -> conv(8, 3)", "c = conv(8, 3)", "output a"),
    ).toEqual(["6:7 unused-layer: `b`, `c` reach no output and are left out"]);
  });

  test("a classifier that was not left out", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7, fc8] }",
        "score = vgg.fc7 -> conv(21, 1)",
        "output score",
      ),
    ).toEqual(["5:18 unused-layer: `fc8` reaches no output and is left out"]);
  });

  test("is silent where a fault leaves a part out", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 1)", "b = image -> conv(8, 3)", "c = bb -> relu", "output a"),
    ).toEqual(["6:7 unknown-name: nothing here is called `bb`"]);
  });
});
