/** The releases that the library has maps of names for, each with a net of the backbone that they fit. */
import { planOf, planOfText } from "../../specs/library.js";
import type { Plan } from "../../../src/model/plan.js";

export interface Release {
  /** The map: `fcnc/names/<map>.json`. */
  readonly map: string;
  /** As the judge names it. */
  readonly release: string;
  readonly backbone: string;
  /** The classifier's dense layers. */
  readonly dense: readonly string[];
  /** What stands before the classifier. */
  readonly features: string;
  /** Left out for the features alone. */
  readonly without: readonly string[];
  readonly input: string;
}

const imagenet = "{ mean: [123.675, 116.28, 103.53], scale: [1 / 58.395, 1 / 57.12, 1 / 57.375] }";
const half = "{ mean: [127.5, 127.5, 127.5], scale: [1 / 127.5, 1 / 127.5, 1 / 127.5] }";
const caffe = "{ mean: [103.939, 116.779, 123.68] }";
const fully = ["fc6", "fc7", "fc8"];

export const releases: readonly Release[] = [
  // The colours of one are reversed on the way: the net takes BGR, as Caffe's does.
  {
    map: "torchvision-vgg16",
    release: "torchvision.vgg16",
    backbone: "vgg16",
    dense: fully,
    features: "pool5",
    without: fully,
    input: "bgr[H, W, 3] { mean: [103.53, 116.28, 123.675], scale: [1 / 57.375, 1 / 57.12, 1 / 58.395] }",
  },
  {
    map: "torchvision-alexnet",
    release: "torchvision.alexnet",
    backbone: "torchvision-alexnet",
    dense: fully,
    features: "pool5",
    without: fully,
    input: `rgb[H, W, 3] ${imagenet}`,
  },
  {
    map: "torchvision-googlenet",
    release: "torchvision.googlenet",
    backbone: "torchvision-googlenet",
    dense: ["fc"],
    features: "inception5b",
    without: ["avgpool", "fc"],
    input: `rgb[H, W, 3] ${half}`,
  },
  {
    map: "torchvision-resnet50",
    release: "torchvision.resnet50",
    backbone: "resnet50",
    dense: ["fc"],
    features: "layer4_2",
    without: ["avgpool", "fc"],
    input: `rgb[H, W, 3] ${imagenet}`,
  },
  {
    map: "torchvision-mobilenetv2",
    release: "torchvision.mobilenet_v2",
    backbone: "mobilenetv2",
    dense: ["classifier_1"],
    features: "features_18_1",
    without: ["avgpool", "classifier_1"],
    input: `rgb[H, W, 3] ${imagenet}`,
  },
  {
    map: "keras-vgg16",
    release: "keras.VGG16",
    backbone: "vgg16",
    dense: fully,
    features: "pool5",
    without: fully,
    input: `bgr[H, W, 3] ${caffe}`,
  },
  {
    map: "keras-resnet50",
    release: "keras.ResNet50",
    backbone: "keras-resnet50",
    dense: ["fc"],
    features: "layer4_2",
    without: ["avgpool", "fc"],
    input: `bgr[H, W, 3] ${caffe}`,
  },
  {
    map: "keras-mobilenetv2",
    release: "keras.MobileNetV2",
    backbone: "keras-mobilenetv2",
    dense: ["classifier_1"],
    features: "features_18_1",
    without: ["avgpool", "classifier_1"],
    input: `rgb[H, W, 3] ${half}`,
  },
];

const net = ({ backbone, input }: Release, settings: string, tap: string, head: string): Promise<Plan> =>
  planOfText(`fcn 1
import ${backbone.replace(/^(?:keras|torchvision)-/, "")} from "fcnc/backbones/${backbone}.fcn"
net release {
  input image: ${input}
  trunk = image -> ${backbone.replace(/^(?:keras|torchvision)-/, "")} { ${settings} }
  score = trunk.${tap} -> ${head}
  output score
}
`);

/** With its classifier, as convolutions. */
export const classifier = (release: Release): Promise<Plan> =>
  net(release, `convolutionize: [${release.dense.join(", ")}]`, release.dense.at(-1) ?? "", "relu");

/** Up to the classifier; what the output `score` sees are the features. */
export const features = (release: Release): Promise<Plan> =>
  net(release, `without: [${release.without.join(", ")}]`, release.features, "conv(2, 1)");

export const fcnResnet50 = (): Promise<Plan> => planOf("specs/resnet50-fcn.fcn");
