import type { Code } from "../diagnostic.js";

const net = (comment: string): string => `fcn 1
net n {
  input image: rgb[H, W, 3]
  a = image -> conv(8, 3)
  b = image -> conv(8, 3)${comment}
  output a
}
`;

export const allowReason: Code = {
  code: "allow-reason",
  severity: "warning",
  whenAllowed: null,
  summary: "A comment allows a warning and does not say why.",
  explanation: `
\`// allow CODE: reason\`, at the end of the line that a warning or note points at or on a line above it, silences that
code there. The reason is for whoever reads the spec next, so it is asked for; without one nothing is silenced. Of
errors only those can be allowed that leave a net that runs; the page of each says what then holds.`,
  example: { failing: net(" // allow unused-layer"), mended: net(" // allow unused-layer: its score is added next") },
};

export const unusedAllow: Code = {
  code: "unused-allow",
  severity: "warning",
  whenAllowed: null,
  summary: "A comment allows what is not reported there.",
  explanation: `
An allowance that silences nothing hides the next fault of its kind: the line was mended, or moved, or the code is
misspelt. Remove the comment, or put it where the warning is: at the end of its line, or on a line above it.`,
  example: {
    failing: net(" // allow dead-border: it is cropped later")
      .replace("output a", "output b")
      .replace("  a = image -> conv(8, 3)\n", ""),
    mended: net("").replace("output a", "output b").replace("  a = image -> conv(8, 3)\n", ""),
  },
};
