/**
 * The problems that people report most when they write fully convolutional nets, each as the spec that has it and what
 * fcnc says to it: the code, and the words that help. Those of weights, data and training are left to other issues.
 */
import { spec, vggNet } from "../checks/expect-errors.js";

export interface Problem {
  readonly rank: number;
  readonly problem: string;
  readonly says?: {
    readonly spec: string;
    readonly code: string;
    /** Found in the message, a label, a note or a way out. */
    readonly words: readonly string[];
  };
  /** What the load plan says of a file for the recipe's `init`, before anything is built. */
  readonly loads?: {
    readonly spec: string;
    /** Shapes by name. */
    readonly file: Readonly<Record<string, readonly number[]>>;
    /** Found in what is told. */
    readonly words: readonly string[];
  };
  /** The issue that the rest of it is left to: 4 weights, 5 training and data, 6 web. */
  readonly leftTo?: 4 | 5 | 6;
}

const trunk = (settings: string): string => `vgg = image -> vgg16 { ${settings} }`;
const usual = "conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8]";
const score = "score_fr = vgg.fc7 -> conv(21, 1, init: zero)";
const head = (kernel: string): string => `upscore = upsample(32x${kernel})`;
const fcn32s = (trunkSettings: string, crop = "crop(to: image)", ...rest: readonly string[]): string =>
  vggNet(trunk(trunkSettings), score, head(""), `score = ${crop}`, "output score", ...rest);

const skipNet = (tap: string): readonly string[] => [
  trunk(usual),
  score,
  "upscore2 = upsample(2x)",
  `score_skip = vgg.${tap} -> conv(21, 1, init: zero)`,
  "fuse = sum(upscore2, score_skip, crop: auto)",
  "upscore16 = upsample(16x)",
  "score = crop(to: image)",
  "output score",
];

const recipe = (...settings: readonly string[]): string => `train n {\n  ${settings.join("\n  ")}\n}\n`;

/** A net that is trained from a file. */
const trained = (...lines: readonly string[]): string =>
  `${spec("net n {", "  input image: rgb[H, W, 3]", ...lines.map((line) => `  ${line}`), "  output score", "}")}${recipe('init: weights("old.safetensors")')}`;

export const problems: readonly Problem[] = [
  {
    rank: 1,
    problem: "crop offsets are guessed, or centred by hand",
    says: {
      spec: fcn32s(usual, "crop(to: image, offset: 34)"),
      code: "crop-offset",
      words: ["15 px off the image grid", "the derived offset is 19", "leave it out"],
    },
  },
  {
    rank: 2,
    problem: "why the first layer is padded by 100",
    says: {
      spec: fcn32s("conv1_1.pad: 1, convolutionize: [fc6, fc7], without: [fc8]"),
      code: "crop-bounds",
      words: ["px inside `image`", "with `pad: 81` on `conv1_1` it works"],
    },
  },
  {
    rank: 3,
    problem: "all scores are zero: the trunk's weights were never loaded",
    loads: {
      spec: trained("conv1 = conv(8, 3, init: zero)", "score = conv(21, 1)"),
      file: { "features.0.weight": [8, 3, 3, 3], "features.0.bias": [8] },
      words: [
        "`conv1` is a layer of the trunk and is left at zero: so is everything behind it",
        "`conv1.weight` [8, 3, 3, 3] is wanted and not in old.safetensors; it has `features.0.weight`",
      ],
    },
  },
  {
    rank: 4,
    problem: "FCN-8s trained straight from the classifier",
    says: {
      spec: vggNet(...skipNet("pool4")) + recipe('init: weights("vgg16-fcn.safetensors")'),
      code: "unscaled-skips",
      words: ["train in stages", "`vgg.pool4 -> scale(0.01)`"],
    },
  },
  {
    rank: 5,
    problem: "a learning rate of 1e-10, or of 1e-4, with the other loss",
    says: {
      spec: fcn32s(usual) + recipe("loss: softmax(reduce: sum)", "optimizer: sgd(rate: 1e-4)"),
      code: "rate-scale",
      words: ["is a rate of 25 on their mean", "write `reduce: mean`, or a rate of about 4e-10"],
    },
  },
  { rank: 6, problem: "the loss stalls, and everything becomes background", leftTo: 5 },
  {
    rank: 7,
    problem: "upsampling that is not bilinear",
    says: {
      spec: vggNet(trunk(usual), score, head(", kernel: 32"), "score = crop(to: image)", "output score"),
      code: "bilinear-kernel",
      words: ["does not interpolate by 32x", "write `kernel: 64` for a trunk of 2x2 poolings"],
    },
  },
  {
    rank: 8,
    problem: "bilinear weights between unlike channels",
    says: {
      spec: vggNet(trunk(usual), "up = vgg.fc7 -> deconv(21, 64, stride: 32, init: bilinear)", "output up"),
      code: "layer-settings",
      words: ["bilinear weights map each channel to itself", "4096 channels come in and 21 go out"],
    },
  },
  {
    rank: 9,
    problem: "why kernel 64 at stride 32, and why not for AlexNet",
    says: {
      spec: spec(
        'import caffenet from "fcnc/backbones/caffenet.fcn"',
        "net n {",
        "  input image: bgr[H, W, 3]",
        "  net_ = image -> caffenet { conv1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
        "  score_fr = net_.fc7 -> conv(21, 1)",
        "  upscore = upsample(32x)",
        "  score = crop(to: image)",
        "  output score",
        "}",
      ),
      code: "half-pixel-shift",
      words: ["the derived offset is 37/2", "with `kernel: 63` on `upscore` the offset is 18"],
    },
  },
  {
    rank: 10,
    problem: "the number of classes was changed in one place of two",
    says: {
      spec: fcn32s(usual)
        .replace("conv(21, 1", "conv(20, 1")
        .replace("output score", 'output score { labels: "voc.labels" }'),
      code: "output-labels",
      words: ["`score` has 20 channels", "21 classes", "the background included"],
    },
    loads: {
      spec: trained("conv1 = conv(8, 3)", "score = conv(21, 1)"),
      file: { "conv1.weight": [8, 3, 3, 3], "conv1.bias": [8], "score.weight": [60, 8, 1, 1], "score.bias": [60] },
      words: [
        "`score.weight` [21, 8, 1, 1] is wanted, and old.safetensors has it as [60, 8, 1, 1]",
        "with `classes: copy` in its `weights(...)` the first classes are copied, with `classes: fresh` none",
      ],
    },
  },
  {
    rank: 11,
    problem: "skips differ by one where the image's size is not divisible",
    says: {
      spec: spec(
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  a = conv(8, 3, pad: 1)",
        "  b = maxpool(2, round: floor)",
        "  c = upsample(2x, pad: 1)",
        "  d = sum(a, c)",
        "  output d",
        "}",
      ),
      code: "input-sizes",
      words: ["differ in size for H mod 2 = 1", "where: [H mod 2 == 0]"],
    },
  },
  {
    rank: 12,
    problem: "a skip is tapped from the wrong layer",
    says: {
      spec: vggNet(...skipNet("pool3")),
      code: "stride-mismatch",
      words: ["stride 8", "stride 16", "they meet here"],
    },
  },
  {
    rank: 13,
    problem: "fc6 is padded as the layers before it",
    says: {
      spec: fcn32s(`${usual}, fc6.pad: 3`, "crop(to: image, offset: 19)"),
      code: "crop-offset",
      words: ["the derived offset is 115"],
    },
  },
  {
    rank: 14,
    problem: "poolings that round down where Caffe rounds up",
    says: {
      spec: fcn32s(
        `${usual}, pool1.round: floor, pool2.round: floor, pool3.round: floor, pool4.round: floor, pool5.round: floor`,
      ),
      code: "input-sizes",
      words: ["H mod 32 in 14..25", "with `round: ceil`, the default"],
    },
  },
  { rank: 15, problem: "label pictures in RGB, or of another size than the image", leftTo: 5 },
  { rank: 16, problem: "label values beyond the classes", leftTo: 5 },
  { rank: 17, problem: "void pixels are trained or scored", leftTo: 5 },
  { rank: 18, problem: "mean IU is NaN where a class is absent", leftTo: 5 },
  {
    rank: 19,
    problem: "channel order and mean are wrong where the net is used",
    says: {
      spec: fcn32s(usual).replace("bgr[H, W, 3]", "bgr[H, W, 3] { mean: [104, 117] }"),
      code: "argument-type",
      words: ["one for each of the 3 channels in the net's order"],
    },
  },
  { rank: 20, problem: "images of the validation set are trained on", leftTo: 5 },
  { rank: 21, problem: "a batch of images of different sizes", leftTo: 5 },
  { rank: 22, problem: "the memory of a graphics card is spent", leftTo: 5 },
  { rank: 23, problem: "classes that are rare", leftTo: 5 },
  {
    rank: 24,
    problem: "converters lose layers, or the order of weights",
    loads: {
      spec: trained("conv1 = conv(8, 3)", "fc = conv(16, 7)", "score = conv(21, 1)"),
      // As Keras has them: HWIO, and a dense layer that sees H W C.
      file: { "conv1.weight": [3, 3, 3, 8], "conv1.bias": [8], "fc.weight": [392, 16], "fc.bias": [16] },
      words: [
        "`conv1.weight` [8, 3, 3, 3] is wanted, and old.safetensors has it as [3, 3, 3, 8]",
        "`fc.weight` [16, 8, 7, 7] is wanted, and old.safetensors has it as [392, 16]",
        "its shape is that of `layout: keras`, which `weights(...)` can say",
      ],
    },
  },
  {
    rank: 25,
    problem: "a web page cannot hold the net",
    says: {
      spec: `${spec(
        "net n {",
        "  input image: rgb[2048, 2048, 3]",
        "  a = conv(64, 3, pad: 1) -> relu",
        "  b = conv(64, 3, pad: 1) -> relu",
        "  output b",
        "}",
      )}target web for n\n`,
      code: "browser-memory",
      words: ["for a 2048x2048 image", "an earlier stride, or fix a smaller size"],
    },
    leftTo: 6,
  },
];
