import type { Code } from "../diagnostic.js";

const net = (rest: string): string => `fcn 1
net n {
  input image: rgb[H, W, 3]
  score = image -> conv(21, 3)
  output score
}

${rest}
`;

export const recipeSetting: Code = {
  code: "recipe-setting",
  severity: "error",
  summary: "A `train` or `target` declaration says something that it cannot say.",
  explanation: `
A recipe names where weights start (\`init\`), the net before it in a staged chain (\`after\`), data, loss, optimizer and
schedule. Rates and decays are multiples of the optimizer's: \`bias\` sets them for all biases, \`score.rate: 10x\` for a
layer (0 freezes it), \`score.bias.decay: 0\` for its bias.

\`data\` and \`validate\` name a data set, with its folder first where it has another place than usual:
\`sbdd(split: "train", seed: 1337)\`, \`voc("shapes", split: "val")\`. \`order: "replacement"\` draws each example from all.
\`augment: { mirror: true, scale: [0.5, 2], jitter: 32, crop: 224x224 }\` moves images before they are trained on.

\`init: weights("file.safetensors", ...)\`, or a list of such, says of a file: \`suffix: "color"\` and
\`rename: { conv1: conv1_rgbd }\`, what its layers are called here; \`names: "fcnc/names/torchvision-vgg16.json"\`, a map of
another framework's names; \`channels: mean\` or \`repeat\`, what a first layer does with channels that the file lacks;
\`classes: copy\`, \`fresh\` or \`refuse\`, what a score layer does with another number of classes; \`fresh: [fc6]\`, layers
that start anew; \`layout: keras\`, how its tensors lie.`,
  example: {
    failing: net("train n {\n  optimiser: sgd(rate: 1e-10)\n}"),
    mended: net("train n {\n  optimizer: sgd(rate: 1e-10)\n}"),
  },
};

export const unknownRecipe: Code = {
  code: "unknown-recipe",
  severity: "error",
  summary: "The net has no recipe of the name that was asked for.",
  explanation: `
\`train net { ... }\` is the recipe of a net; \`train net as heavy { ... }\` is another, which starts from it and replaces
the keys that it says. \`--recipe heavy\` chooses it.`,
  // A file cannot show it: the name comes from the command line.
  example: null,
};

export const unknownTarget: Code = {
  code: "unknown-target",
  severity: "error",
  summary: "There is no target of this name.",
  explanation: "`fcnc targets` lists what a net can be compiled to.",
  example: { failing: net("target webb for n"), mended: net("target web for n") },
};
