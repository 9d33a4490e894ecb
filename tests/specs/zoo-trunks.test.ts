/** Trunks and nets beyond the reference repository, against what their papers and releases state. */
import { describe, expect, it } from "vitest";
import { inspect } from "../../src/inspect/report.js";
import type { Plan } from "../../src/model/plan.js";
import { planOf, planOfText } from "./library.js";
import { layer, total } from "./plan-layers.js";

/** The parameters of the releases for ImageNet and MNIST, counted from their weight files. */
const classifiers = [
  ["vgg16", "bgr[224, 224, 3]", 138_357_544],
  ["vgg19", "bgr[224, 224, 3]", 143_667_240],
  ["caffenet", "bgr[227, 227, 3]", 60_965_224],
  ["alexnet", "bgr[227, 227, 3]", 60_965_224],
  ["googlenet", "bgr[224, 224, 3]", 6_998_552],
  ["lenet", "gray[28, 28, 1]", 431_080],
] as const;

describe.each(classifiers)("%s", (name, input, parameters) => {
  it("is the classifier that was released", async () => {
    const plan = await planOfText(`fcn 1
import ${name} from "specs/backbones/${name}.fcn"
net classifier {
  input image: ${input}
  trunk = image -> ${name}
  output trunk
}
`);
    expect(total(plan)).toBe(parameters);
    expect(plan.layers.at(-1)).toMatchObject({ heightFormula: "1", widthFormula: "1" });
  });
});

describe("GoogLeNet", () => {
  const facts = { trunk: 5_973_552, withScore: 5_995_077, convolutions: 57 };

  it("has the parameters and the field of the paper's table, but for the average pooling", async () => {
    const plan = await planOf("specs/voc-fcn-googlenet.fcn");
    const scored = total(plan) - layer(plan, "upscore").parameters;
    expect(scored).toBe(facts.withScore);
    expect(scored - layer(plan, "score_fr").parameters).toBe(facts.trunk);
    expect(plan.layers.filter(({ kind }) => kind === "conv").length).toBe(facts.convolutions + 1);
    expect(layer(plan, "score_fr").grid?.y).toEqual({ stride: "32", origin: "15", field: 715 });
  });

  it("gets a score for every image because of 18 pixels, the fewest that do", async () => {
    expect((await planOf("specs/voc-fcn-googlenet.fcn")).validFor["H"]?.smallest).toBe(1);
    const padded = (pad: number): Promise<Plan> =>
      planOfText(`fcn 1
import googlenet from "specs/backbones/googlenet.fcn"
net n {
  input image: bgr[H, W, 3]
  trunk = image -> googlenet { conv1_7x7_s2.pad: ${pad}, without: [pool5_7x7_s1, loss3_classifier] }
  output trunk
}
`);
    expect((await padded(18)).validFor["H"]?.smallest).toBe(1);
    expect((await padded(17)).validFor["H"]?.smallest).toBe(3);
  });
});

describe("U-Net", () => {
  it("has the sizes of the paper's first figure", async () => {
    const report = inspect(await planOf("specs/unet.fcn"), { height: 388, width: 388 });
    if ("fault" in report) throw new Error(report.fault);
    const sizes = report.layers
      .filter(({ kind, inPlace }) => ["pad", "conv", "maxpool", "deconv"].includes(kind) && !inPlace)
      .map(({ height }) => height);
    const down = [572, 570, 568, 284, 282, 280, 140, 138, 136, 68, 66, 64, 32];
    const up = [30, 28, 56, 54, 52, 104, 102, 100, 200, 198, 196, 392, 390, 388, 388];
    expect(sizes).toEqual([...down, ...up]);
    expect(report.crops.map(({ offset }) => offset[0])).toEqual([4, 16, 40, 88, 0]);
  });

  it("scores every pixel of every image", async () => {
    const plan = await planOf("specs/unet.fcn");
    expect(plan.validFor["H"]?.text).toBe((await planOf("specs/voc-fcn8s.fcn")).validFor["H"]?.text);
    expect(layer(plan, "score")).toMatchObject({ heightFormula: "H", widthFormula: "W" });
  });
});
