/** Every fault of a file is found in one run, each is told once, and what follows from one stays silent. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { FAULT_LIMIT } from "../../src/diagnostics/diagnostic.js";
import { renderTerminal } from "../../src/diagnostics/terminal.js";
import { checked, expectErrors, hostWith, net, spec, vggNet } from "../checks/expect-errors.js";

test("a file with twenty faults", async () => {
  const text = spec(
    'import vgg16 from "fcnc/backbones/vgg16.fcn"',
    'import vgg19 from "fcnc/backbones/vgg16.fcn"',
    "block skip(deep: node, shallow: node, offset: integer = auto) {",
    "  fuse  = sum(deep, shallow, crop: offset)",
    "  return fuse",
    "}",
    "net one {",
    "  input image: bgr[H, W, 3] { men: [1, 2, 3] }",
    "  a = image -> convv(8, 3)",
    "  b = image -> conv(8, 3, padd: 1)",
    "  c = image -> conv(8, 3, pad: -1)",
    "  d = imag -> relu",
    "  e = image -> maxpool(2, round: flor)",
    "  vgg = image -> vgg16 { conv1_1.pd: 100, convolutionise: [fc6, fc7], without: [fc9], conv9_9.pad: 3 }",
    "  f = vgg.pol4 -> relu",
    '  output f { labels: "vok.labels" }',
    "  expect of(f) == 3",
    "  a = image -> conv(8, 3)",
    "}",
    "train one { bach: 1, optimizer: sgd(rat: 1) }",
    "target wev for one",
    "target web for on",
  );
  await expectErrors(text).toEqual([
    "3:8 unknown-import: `fcnc/backbones/vgg16.fcn` defines no `vgg19`",
    "4:47 argument-type: there is no parameter type `integer`",
    "9:31 unknown-argument: an input has no setting `men`",
    "10:16 unknown-layer: there is no layer `convv`",
    "11:27 unknown-argument: `conv` has no setting `padd`",
    "12:32 argument-type: `pad` of `conv` wants a whole number of at least 0, or one for each axis (`3x5`), not the number -1",
    "13:7 unknown-name: nothing here is called `imag`",
    "14:34 argument-type: `round` of `maxpool` wants `ceil` or `floor`, not `flor`",
    "15:34 unknown-argument: `conv1_1` has no setting `pd`",
    "15:43 unknown-name: the use of a backbone has no setting `convolutionise`",
    "15:81 unknown-name: `vgg16` has no layer `fc9`",
    "15:87 unknown-name: `vgg16` has no layer `conv9_9`",
    "16:11 unknown-name: `vgg` has no layer `pol4`",
    '17:22 label-file: there is no label file "vok.labels"',
    "18:10 structure: `of` is nothing that can be expected",
    "19:3 name-twice: `a` is defined twice",
    "21:13 recipe-setting: a recipe has no setting `bach`",
    "21:37 recipe-setting: `sgd` has no setting `rat`",
    "22:8 unknown-target: there is no target `wev`",
    "23:16 unknown-name: there is no net `on` in this file",
  ]);
});

test("every misspelt word of it gets the nearest one", async () => {
  const { diagnostics } = await checked(
    vggNet(
      "a = image -> convv(8, 3)",
      "b = imag -> conv(8, 3, padd: 1)",
      "c = image -> maxpool(2, round: flor)",
      "vgg = image -> vgg16 { conv1_1.pd: 100, convolutionise: [fc6], conv9_9.pad: 3 }",
      "d = vgg.pol4 -> relu",
      'output d { lables: "voc.labels" }',
      'output c { labels: "vok.labels" }',
      "expect strde(c) == 2",
      "}",
      "train n { bach: 1, optimizer: sgdd(rate: 1), loss: softmax(reduc: sum), d.rat: 2x }",
      "train nn { steps: 3 }",
      "target wev for n {",
    ),
  );
  const suggested = diagnostics.map(({ primary }) => /did you mean [`"](.*)[`"]\?/.exec(primary?.message ?? "")?.[1]);
  expect(suggested).toEqual([
    "conv",
    "image",
    "pad",
    "floor",
    "pad",
    "convolutionize",
    "conv1_1",
    "pool4",
    "labels",
    "voc.labels",
    "stride",
    "batch",
    "sgd",
    "reduce",
    "d.rate",
    "n",
    "web",
  ]);
});

test("a fault in a block that is used twice is told once", async () => {
  await expectErrors(
    spec(
      "block b(x: node) {",
      "  y = x -> conv(8, 3, padd: 1)",
      "}",
      "net n {",
      "  input image: rgb[H, W, 3]",
      "  a = b(image)",
      "  c = b(image)",
      "  output a",
      "  output c",
      "}",
    ),
  ).toEqual(["3:23 unknown-argument: `conv` has no setting `padd`"]);
});

test("more faults than anybody reads", async () => {
  const lines = Array.from({ length: 2 * FAULT_LIMIT }, (_, index) => `a${index} = image -> convv(8, 3)`);
  const { diagnostics } = await checked(net(...lines));
  expect(diagnostics).toHaveLength(FAULT_LIMIT + 1);
  expect(diagnostics.at(-1)?.message).toBe(`only the first ${FAULT_LIMIT} errors are reported`);
});

describe("texts that were cut and mixed at random", () => {
  const words = [
    ..."image a b c conv maxpool crop sum concat upsample vgg16 relu dense net block backbone input output tap".split(
      " ",
    ),
    ..."expect let return train target fcn 1 3 2x 3x5 0 1e300 auto H W rgb where mod pad kernel to offset".split(" "),
    ..."( ) [ ] { } = -> : , . == >= + - * /".split(" "),
    '"voc.labels"',
    "\n",
  ];
  const sound = vggNet(
    "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
    "score = vgg.fc7 -> conv(21, 1) -> upsample(32x)",
    "out = crop(to: image)",
    'output out { labels: "voc.labels" }',
    "expect valid(H >= 1)",
    "}",
    "train n { bias: { rate: 2x, decay: 0 }, steps: 3 }",
    "target web for n {",
  );

  test("neither crash nor compile in silence", async () => {
    const edit = fc.record({ at: fc.nat(sound.length), drop: fc.nat(12), word: fc.constantFrom(...words, "") });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const text = edits.reduce(
          (before, { at, drop, word }) => before.slice(0, at) + word + before.slice(at + drop),
          sound,
        );
        const { diagnostics, sources, plan } = await compile({ text }, hostWith({}));
        const errors = diagnostics.some(({ severity }) => severity === "error");
        expect(plan === null).toBe(errors);
        expect(renderTerminal(diagnostics, sources, { color: true }).length).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 400 },
    );
  });
});
