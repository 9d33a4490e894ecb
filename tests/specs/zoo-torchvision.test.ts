/** The trunks that people load from torchvision: each tensor under the name that its key becomes by one rule. */
import { describe, expect, it } from "vitest";
import { planOf, planOfText } from "./library.js";

/** `layer1.0.downsample.0.weight` is `layer1_0.downsample_0.weight`. */
const ours = (key: string): string => key.replace(/\.(\d+)/g, "_$1");

const conv = (name: string): string[] => [`${name}.weight`];
const dense = (name: string): string[] => [`${name}.weight`, `${name}.bias`];
const norm = (name: string): string[] =>
  ["weight", "bias", "running_mean", "running_var"].map((key) => `${name}.${key}`);

function resnet50Keys(): string[] {
  const blocks = [3, 4, 6, 3].flatMap((count, stage) =>
    Array.from({ length: count }, (_, i) => {
      const name = `layer${stage + 1}.${i}`;
      const main = [1, 2, 3].flatMap((n) => [...conv(`${name}.conv${n}`), ...norm(`${name}.bn${n}`)]);
      return i > 0 ? main : [...main, ...conv(`${name}.downsample.0`), ...norm(`${name}.downsample.1`)];
    }).flat(),
  );
  return [...conv("conv1"), ...norm("bn1"), ...blocks, ...dense("fc")];
}

function mobilenetv2Keys(): string[] {
  const pair = (name: string): string[] => [...conv(`${name}.0`), ...norm(`${name}.1`)];
  const last = (name: string, at: number): string[] => [...conv(`${name}.${at}`), ...norm(`${name}.${at + 1}`)];
  const blocks = Array.from({ length: 17 }, (_, i) => `features.${i + 1}.conv`);
  return [
    ...pair("features.0"),
    ...blocks.flatMap((name, i) =>
      i === 0
        ? [...pair(`${name}.0`), ...last(name, 1)]
        : [...pair(`${name}.0`), ...pair(`${name}.1`), ...last(name, 2)],
    ),
    ...pair("features.18"),
    ...dense("classifier.1"),
  ];
}

describe.each([
  ["resnet50", resnet50Keys(), 25_557_032],
  ["mobilenetv2", mobilenetv2Keys(), 3_504_872],
] as const)("%s", async (name, keys, parameters) => {
  const { tensors } = await planOfText(`fcn 1
import ${name} from "specs/backbones/${name}.fcn"
net classifier {
  input image: rgb[224, 224, 3]
  trunk = image -> ${name}
  output trunk
}
`);

  it("has the release's tensors and no others", () => {
    expect(tensors.map((tensor) => tensor.name).sort()).toEqual(keys.map(ours).sort());
  });

  it("has the release's parameters", () => {
    const learned = tensors.filter(({ trainable }) => trainable);
    const counts = learned.map(({ shape }) => shape.reduce((product, side) => product * side, 1));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(parameters);
  });
});

describe("the net for web pages", () => {
  it("has two million parameters and a score for every pixel of every image", async () => {
    const { tensors, validFor } = await planOf("specs/mobilenetv2-fcn.fcn");
    const counts = tensors.map(({ shape }) => shape.reduce((product, side) => product * side, 1));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThan(2e6);
    expect([validFor["H"]?.smallest, validFor["W"]?.period]).toEqual([1, 1]);
  });
});

describe("fcn_resnet50", async () => {
  const { tensors, layers } = await planOf("specs/resnet50-fcn.fcn");

  it("has torchvision's tensors, less the auxiliary classifier's", () => {
    const trunk = resnet50Keys().filter((key) => !key.startsWith("fc."));
    const head = [...conv("classifier.0"), ...norm("classifier.1"), ...dense("classifier.4")];
    expect(tensors.map((tensor) => tensor.name).sort()).toEqual([...trunk, ...head].map(ours).sort());
    const learned = tensors.filter(({ trainable }) => trainable);
    const counts = learned.map(({ shape }) => shape.reduce((product, side) => product * side, 1));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(32_957_013);
  });

  it.each([
    ["layer3_0.conv2", 1],
    ["layer3_1.conv2", 2],
    ["layer4_0.conv2", 2],
    ["layer4_1.conv2", 4],
  ])("dilates %s by %i, as replace_stride_with_dilation does", (name, dilation) => {
    const { settings, grid } = layers.find((layer) => layer.name === name) ?? {};
    const both = [dilation, dilation];
    expect(settings).toMatchObject({ stride: [1, 1], dilation: both, pad: both });
    expect(grid?.y).toMatchObject({ stride: "8", origin: "0" });
  });
});
