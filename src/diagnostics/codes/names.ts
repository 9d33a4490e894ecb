import type { Code } from "../diagnostic.js";

const net = (body: string): string => `fcn 1
net n {
  input image: rgb[H, W, 3]
${body}
}
`;

export const unknownName: Code = {
  code: "unknown-name",
  severity: "error",
  summary: "A name stands for nothing that is known at this place.",
  explanation: `
Names are looked up among the layers and inputs above, the parameters and \`let\` values of the net, backbone or block,
and what the file defines or imports. A value must be written before it is used: data flows downwards.`,
  example: {
    failing: net("  a = image -> conv(8, 3)\n  output b"),
    mended: net("  a = image -> conv(8, 3)\n  output a"),
  },
};

export const unknownLayer: Code = {
  code: "unknown-layer",
  severity: "error",
  summary: "What is called is neither a layer kind, nor a backbone, block or net that is known here.",
  explanation: "`fcnc explain KIND` describes a layer kind. Backbones and blocks are defined in the file or imported.",
  example: {
    failing: net("  a = image -> convv(8, 3)\n  output a"),
    mended: net("  a = image -> conv(8, 3)\n  output a"),
  },
};

export const notALayer: Code = {
  code: "not-a-layer",
  severity: "error",
  summary: "A name is used as something that it is not.",
  explanation: `
A word at the head of a flow is a value, a word after \`->\` is a layer: \`x = relu\` names no value. Numbers cannot flow,
and layers cannot stand where a number is wanted.`,
  example: {
    failing: net("  a = image -> conv(8, 3)\n  b = relu\n  output b"),
    mended: net("  a = image -> conv(8, 3)\n  b = relu()\n  output b"),
  },
};

export const nothingFlows: Code = {
  code: "nothing-flows",
  severity: "error",
  summary: "A layer has no value to work on.",
  explanation: `
A call that heads a line takes the value of the line above. Where there is no line above, say what flows in:
\`a = image -> conv(64, 3)\`. Layers of several inputs name them all: \`sum(a, b)\`.`,
  example: {
    failing: `fcn 1
block step(x: node) {
  a = conv(8, 3)
}
net n {
  input image: rgb[H, W, 3]
  b = step(image)
  output b
}
`,
    mended: `fcn 1
block step(x: node) {
  a = x -> conv(8, 3)
}
net n {
  input image: rgb[H, W, 3]
  b = step(image)
  output b
}
`,
  },
};

export const twoWeights: Code = {
  code: "two-weights",
  severity: "error",
  summary: "Two layers with weights stand in one flow, so that its name cannot be the key of both.",
  explanation: `
In \`name = a -> b -> c\` the name is the value of c and the weight key of the one layer of the flow that has weights to
load. Give each layer with weights a line of its own.`,
  example: {
    failing: net("  a = image -> conv(8, 3) -> relu -> conv(8, 3)\n  output a"),
    mended: net("  a1 = image -> conv(8, 3) -> relu\n  a2 = conv(8, 3)\n  output a2"),
  },
};

export const recursion: Code = {
  code: "recursion",
  severity: "error",
  summary: "A block or backbone uses itself.",
  explanation:
    "Nets are finite: a block is written out where it is used, so it cannot contain itself, directly or through another.",
  example: {
    failing: `fcn 1
block again(x: node) {
  a = again(x)
}
net n {
  input image: rgb[H, W, 3]
  b = again(image)
  output b
}
`,
    mended: `fcn 1
block once(x: node) {
  a = x -> conv(8, 3)
}
net n {
  input image: rgb[H, W, 3]
  b = once(image)
  output b
}
`,
  },
};

export const tooLarge: Code = {
  code: "too-large",
  severity: "error",
  summary: "The net is larger than fcnc handles.",
  explanation: "Blocks within blocks multiply. fcnc stops at 200,000 layers, far above any net that is trained.",
  example: null,
};

export const noNet: Code = {
  code: "no-net",
  severity: "error",
  summary: "There is no net to work on, or it is not clear which.",
  explanation:
    "A file may define several nets; name one with `--net`. A file of backbones or blocks alone can be checked and imported, but not compiled.",
  example: null,
};

export const structure: Code = {
  code: "structure",
  severity: "error",
  summary: "A member stands where it has no meaning, or one that is needed is missing.",
  explanation: `
A net has at least one \`input\` and one \`output\`. A backbone has one input, whose size is its canonical one, and taps.
A block takes its values as parameters of type \`node\` and ends with what it gives back, or says \`return\`.`,
  example: {
    failing: `fcn 1
net n {
  input image: rgb[H, W, 3]
  a = image -> conv(8, 3)
}
`,
    mended: net("  a = image -> conv(8, 3)\n  output a"),
  },
};

export const unusedTap: Code = {
  code: "unused-tap",
  severity: "note",
  summary: "A tap of a backbone in this file is read by no net in it.",
  explanation: `
A tap is there to be read: a skip may have been forgotten, or taken from another layer. It costs nothing, so it is no
fault. Nothing is said of backbones that the file does not use itself: their taps are for those who import them.`,
  example: {
    failing: `fcn 1
backbone b {
  input image: rgb[32, 32, 3]
  pool1 = maxpool(2)
  pool2 = maxpool(2)
  tap pool1
  tap pool2
}
net n {
  input image: rgb[H, W, 3]
  trunk = image -> b
  output trunk.pool2
}
`,
    mended: `fcn 1
backbone b {
  input image: rgb[32, 32, 3]
  pool1 = maxpool(2)
  pool2 = maxpool(2)
  tap pool2
}
net n {
  input image: rgb[H, W, 3]
  trunk = image -> b
  output trunk.pool2
}
`,
  },
};
