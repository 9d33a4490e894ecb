import type { Code } from "../diagnostic.js";

export const cannotRead: Code = {
  code: "cannot-read",
  severity: "error",
  summary: "A file that is named cannot be read as a spec or a label list.",
  explanation: `
Imports that start with \`./\` or \`../\` are relative to the importing file; \`fcnc/backbones/vgg16.fcn\` names a file of
the library that comes with fcnc; any other path is taken from the current folder. Specs are UTF-8 texts of at most
8 MiB.`,
  example: {
    failing: `fcn 1\nimport vgg16 from "./no-such-file.fcn"\n`,
    mended: `fcn 1\nimport vgg16 from "fcnc/backbones/vgg16.fcn"\n`,
  },
};

export const importCycle: Code = {
  code: "import-cycle",
  severity: "error",
  summary: "Files import one another in a circle.",
  explanation:
    "Every file is read before those that import it, so that what a name means never depends on who asked first. Move what both files need into a third.",
  example: null,
};

export const unknownImport: Code = {
  code: "unknown-import",
  severity: "error",
  summary: "An imported name is not defined in the file that it is imported from.",
  explanation:
    "A file gives away its nets, backbones and blocks under their own names. `import vgg16 as trunk from ...` renames one on the way in.",
  example: {
    failing: `fcn 1\nimport vgg15 from "fcnc/backbones/vgg16.fcn"\n`,
    mended: `fcn 1\nimport vgg16 from "fcnc/backbones/vgg16.fcn"\n`,
  },
};

export const nameTwice: Code = {
  code: "name-twice",
  severity: "error",
  summary: "One name is given to two things.",
  explanation: `
Layer names are also the keys of weights, so they are unique in a net. A backbone that is used twice gets a \`suffix\`:
\`depth = hha -> vgg16 { suffix: "hha" }\` names its layers \`conv1_1hha\` and so on.`,
  example: {
    failing: `fcn 1
net n {
  input image: rgb[H, W, 3]
  a = image -> conv(8, 3, pad: 1)
  a = conv(8, 3, pad: 1)
  output a
}
`,
    mended: `fcn 1
net n {
  input image: rgb[H, W, 3]
  a = image -> conv(8, 3, pad: 1)
  b = conv(8, 3, pad: 1)
  output b
}
`,
  },
};

export const labelFile: Code = {
  code: "label-file",
  severity: "error",
  summary: "A label list cannot be found, or has a line that cannot be read.",
  explanation: `
A \`.labels\` file has one class a line, in the order of the channels: \`aeroplane #800000\`. A line \`ignore void #e0e0c0\`
says how pixels without a label are drawn. It is looked for beside the spec and then in the library.`,
  example: {
    failing: `fcn 1
net n {
  input image: rgb[H, W, 3]
  score = image -> conv(21, 3)
  output score { labels: "no-such.labels" }
}
`,
    mended: `fcn 1
net n {
  input image: rgb[H, W, 3]
  score = image -> conv(21, 3)
  output score { labels: "voc.labels" }
}
`,
  },
};

export const tooManyFaults: Code = {
  code: "too-many-faults",
  severity: "note",
  whenAllowed: null,
  summary: "There are more errors than are reported.",
  explanation: `
Reading stops after 500 errors. So many have few causes: a file that is no spec, or a name that all lines use and that is
misspelt where it is defined. Mend the first ones and check again.`,
  example: null,
};
