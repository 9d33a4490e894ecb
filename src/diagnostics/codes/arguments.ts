import type { Code } from "../diagnostic.js";

const net = (body: string): string => `fcn 1
net n {
  input image: rgb[H, W, 3]
  a = image -> ${body}
  output a
}
`;

export const unknownArgument: Code = {
  code: "unknown-argument",
  severity: "error",
  summary: "A layer, block, backbone or declaration has no setting of this name.",
  explanation: "`fcnc explain KIND` lists the parameters of a layer kind.",
  example: { failing: net("conv(8, 3, paddding: 1)"), mended: net("conv(8, 3, pad: 1)") },
};

export const missingArgument: Code = {
  code: "missing-argument",
  severity: "error",
  summary: "A parameter without a default was given no value.",
  explanation:
    "Parameters can be given in order or by name. `fcnc explain KIND` shows the order and what may be left out.",
  example: { failing: net("conv(8)"), mended: net("conv(8, 3)") },
};

export const argumentTwice: Code = {
  code: "argument-twice",
  severity: "error",
  summary: "A setting is given twice.",
  explanation:
    "Which of the two is meant cannot be known. An argument that is given in order must not be given by name as well.",
  example: { failing: net("conv(8, 3, kernel: 5)"), mended: net("conv(8, 3)") },
};

export const argumentType: Code = {
  code: "argument-type",
  severity: "error",
  summary: "A value is of another type, or outside the range, that its parameter wants.",
  explanation: `
Sizes are in whole pixels, \`3\` or \`3x5\` (height by width); factors are written \`2x\`; words such as \`floor\` and \`zero\`
stand without quotes; files and label lists are strings.`,
  example: { failing: net('conv("8", 3)'), mended: net("conv(8, 3)") },
};

export const layerSettings: Code = {
  code: "layer-settings",
  severity: "error",
  summary: "A layer's settings contradict one another, or the channels that come in.",
  explanation:
    "Channels must fall evenly into groups; maps that are added must have one number of channels; a pooling window must reach into the map.",
  example: { failing: net("conv(8, 3, groups: 2)"), mended: net("conv(9, 3, groups: 3)") },
};

export const inputFormat: Code = {
  code: "input-format",
  severity: "error",
  whenAllowed: "The backbone gets the channels as the net's input gives them.",
  summary: "A backbone is fed with channels of another number or order than it was trained for.",
  explanation:
    "Weights of the Caffe nets expect blue, green, red. fcnc reverses channels where the net's input says `bgr`; a net that says `rgb` and a backbone that says `bgr` disagree about what its first layer sees.",
  example: {
    failing: `fcn 1
import vgg16 from "fcnc/backbones/vgg16.fcn"
net n {
  input image: rgb[H, W, 3]
  vgg = image -> vgg16 { convolutionize: [fc6, fc7], without: [fc8], conv1_1.pad: 100 }
  output vgg
}
`,
    mended: `fcn 1
import vgg16 from "fcnc/backbones/vgg16.fcn"
net n {
  input image: bgr[H, W, 3]
  vgg = image -> vgg16 { convolutionize: [fc6, fc7], without: [fc8], conv1_1.pad: 100 }
  output vgg
}
`,
  },
};

export const denseSize: Code = {
  code: "dense-size",
  severity: "error",
  summary: "A dense layer stands in a net whose input has no fixed size.",
  explanation: `
A dense layer sees its whole input, so its weights fit one size of image alone. \`convolutionize: [fc6]\` on the use of the
backbone makes it a convolution with the same weights, which slides over any image (Long et al. 2015, section 3.1).`,
  example: {
    failing: `fcn 1
import vgg16 from "fcnc/backbones/vgg16.fcn"
net n {
  input image: bgr[H, W, 3]
  vgg = image -> vgg16 { without: [fc8], conv1_1.pad: 100 }
  output vgg
}
`,
    mended: `fcn 1
import vgg16 from "fcnc/backbones/vgg16.fcn"
net n {
  input image: bgr[H, W, 3]
  vgg = image -> vgg16 { convolutionize: [fc6, fc7], without: [fc8], conv1_1.pad: 100 }
  output vgg
}
`,
  },
};
