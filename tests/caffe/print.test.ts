/** What is printed is read back as it was, and looks as Caffe's own files do; the same of notes and labels. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { field, identifier, message, type Message, type Value } from "../../src/caffe/message.js";
import { printNotes, readNotes, type Notes } from "../../src/caffe/notes.js";
import { printMessage } from "../../src/caffe/print.js";
import { parseText } from "../../src/caffe/text.js";
import { Sources } from "../../src/diagnostics/sources.js";
import { parseLabels, printLabels } from "../../src/model/labels.js";

const parse = (text: string): Message => parseText(text, "net.prototxt", new Sources());

/** Without places, which a tree that was made has not. */
function bare(value: Value): unknown {
  if (typeof value !== "object" || value.kind === "identifier") return value;
  return value.fields.map((each) => [each.name, bare(each.value)]);
}

const name = fc.stringMatching(/^[a-z][a-z_0-9]{0,8}$/);
const { tree } = fc.letrec<{ tree: Message; value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "grapheme" }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(identifier("MAX")),
    tie("tree"),
  ),
  tree: fc
    .array(fc.tuple(name, tie("value")), { maxLength: 5 })
    .map((pairs) => message(pairs.map(([key, value]) => field(key, value)))),
}));

test("every tree is read back", () => {
  fc.assert(
    fc.property(tree, (made) => {
      expect(bare(parse(printMessage(made)))).toEqual(bare(made));
    }),
    { numRuns: 500 },
  );
});

test("it looks as Caffe's files do", () => {
  const param = message([field("pool", identifier("MAX")), field("kernel_size", 2)]);
  const layer = message([field("name", 'a "pool"'), field("pooling_param", param), field("scale", 1e-14)]);
  expect(printMessage(message([field("name", "net", ["made\nby hand"]), field("layer", layer)]))).toBe(
    `# made by hand
name: "net"
layer {
  name: "a \\"pool\\""
  pooling_param {
    pool: MAX
    kernel_size: 2
  }
  scale: 1e-14
}
`,
  );
});

test("notes are read back, and what is none is told", () => {
  const notes: Notes = {
    inputs: [{ blob: "data", name: "image", format: "raw", height: 7, mean: [0.1, -2], scale: [1, 0.5], log: true }],
    outputs: [{ blob: "score", name: "score", labels: "voc.labels", ignore: 255 }],
    derived: ["score"],
    dense: ["fc6"],
    targets: { web: { argmax: true } },
    train: { init: { call: "weights", arguments: { 0: "a\nb.safetensors" } }, batch: null },
  };
  const broken = ['fcnc input {"blob":"data"}', "fcnc derived [1]", "fcnc train {", 'fcnc later {"a":1}'];
  const comments = ["By hand.", ...printNotes(notes), ...broken, "fcnc is a compiler"];
  const read = readNotes(parse(printMessage(message([field("name", "net", comments)]))));
  expect(read).toEqual({ notes, faulty: broken });
});

test("labels are read back", () => {
  const label = fc.oneof(fc.constantFrom("ignore", "ignore this", "# one", "a//b", "potted plant"), name);
  fc.assert(
    fc.property(fc.uniqueArray(label, { minLength: 1, maxLength: 6 }), fc.boolean(), (names, hasIgnore) => {
      const classes = names.map((each, index) => ({ name: each, color: [index, 128, 255] as const }));
      const ignore = hasIgnore ? { name: "void", color: [224, 224, 192] as const } : null;
      const labels = { name: "x.labels", classes, ignore };
      expect(parseLabels(printLabels(labels), "x.labels")).toEqual({ labels, problems: [] });
    }),
  );
});
