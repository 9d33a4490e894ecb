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
layer (0 freezes it), \`score.bias.decay: 0\` for its bias.`,
  example: {
    failing: net("train n {\n  optimiser: sgd(rate: 1e-10)\n}"),
    mended: net("train n {\n  optimizer: sgd(rate: 1e-10)\n}"),
  },
};

export const unknownTarget: Code = {
  code: "unknown-target",
  severity: "error",
  summary: "There is no target of this name.",
  explanation: "`fcnc targets` lists what a net can be compiled to.",
  example: { failing: net("target webb for n"), mended: net("target web for n") },
};
