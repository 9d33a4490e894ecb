/** `rarefy` in the language: what it changes, with what it goes together, and what it refuses. */
import { expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { nodeHost } from "../../src/node-host.js";
import type { OperationOf, Plan } from "../../src/model/plan.js";
import { prepareStitch, isFault } from "../../src/stitch/stitch.js";
import { rarefiedOperations } from "../../src/stitch/cost.js";
import { compileText, compileVoc } from "../numbers/compiled.js";
import { textOf } from "./nets.js";

const trunk = `
  conv1 = image -> conv(4, 3, pad: 1) -> relu
  pool1 = maxpool(2)
  conv2 = conv(5, 3, pad: 1, dilation: 2) -> relu
  pool2 = maxpool(3, stride: 2, pad: 1)
  fc3 = dense(6) -> relu`;

const use = (text: string): string =>
  textOf({ backbone: trunk, rarefy: [] }, []).replace("without: []", `convolutionize: [fc3], ${text}`);

const settings = (plan: Plan, name: string) => {
  const operation = plan.operations.find((one) => one.name === name) as OperationOf<"conv"> | OperationOf<"pool">;
  const { kernel, stride, pad, dilation } = operation;
  return { kernel: kernel[0], stride: stride[0], pad: pad[0], ...(dilation && { dilation: dilation[0] }) };
};

test("takes strides away and spreads out what comes after, factors multiplying", async () => {
  const plan = await compileText(use("rarefy: [pool1, pool2]"));
  expect(settings(plan, "conv1")).toEqual({ kernel: 3, stride: 1, pad: 1, dilation: 1 });
  expect(settings(plan, "pool1")).toEqual({ kernel: 2, stride: 1, pad: 0 });
  expect(settings(plan, "conv2")).toEqual({ kernel: 3, stride: 1, pad: 2, dilation: 4 });
  expect(settings(plan, "pool2")).toEqual({ kernel: 3, stride: 1, pad: 2, dilation: 2 });
  // A pooled map of 32 is 16 wide, 14 behind the dilated convolution, and 8 behind the second pooling.
  expect(settings(plan, "fc3")).toEqual({ kernel: 8, stride: 1, pad: 0, dilation: 4 });
  expect(settings(plan, "score")).toEqual({ kernel: 1, stride: 1, pad: 0, dilation: 1 });
});

test("goes by the strides that overrides leave, and by a line's own name, whatever its layers are called", async () => {
  const plan = await compileText(use('pool1.stride: 3, rarefy: [pool1], suffix: "_b"'));
  expect(settings(plan, "pool1_b")).toEqual({ kernel: 2, stride: 1, pad: 0 });
  expect(settings(plan, "pool2_b")).toEqual({ kernel: 3, stride: 2, pad: 3, dilation: 3 });
});

test("ends with the backbone", async () => {
  const text = use("rarefy: [pool1]").replace("score = trunk -> ", "extra = trunk -> conv(4, 3)\n  score = ");
  expect(settings(await compileText(text), "extra")).toEqual({ kernel: 3, stride: 1, pad: 0, dilation: 1 });
});

test("multiplies where a backbone uses another, each ending with its own", async () => {
  const text = `fcn 1
backbone inner {
  input image: raw[16, 16, 2]
  conv1 = conv(2, 3, stride: 2)
  conv2 = conv(2, 3)
}
backbone outer {
  input image: raw[32, 32, 2]
  pool0 = image -> maxpool(3, stride: 3)
  inner = pool0 -> inner { rarefy: [conv1] }
  conv9 = conv(2, 2)
}
net n {
  input image: raw[H, W, 2]
  outer = image -> outer { rarefy: [pool0] }
  output outer
}
`;
  const plan = await compileText(text);
  expect(settings(plan, "conv1")).toMatchObject({ stride: 1, dilation: 3 });
  expect(settings(plan, "conv2")).toMatchObject({ stride: 1, dilation: 6 });
  expect(settings(plan, "conv9")).toMatchObject({ stride: 1, dilation: 3 });
});

test("gives a whole backbone of the library what its plan gives without strides", async () => {
  const pools = [1, 2, 3, 4, 5].map((number) => `pool${number}`);
  const plain = await compileVoc("voc-fcn32s", { width: 1 / 16 });
  const stitch = prepareStitch(plain, "score_fr");
  if (isFault(stitch)) throw new Error(stitch.fault);
  const text = `fcn 1
import vgg16 from "fcnc/backbones/vgg16.fcn"
net dense {
  input image: bgr[H, W, 3] { mean: [104, 117, 123] }
  vgg = image -> vgg16(width: 4) {
    conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8]
    rarefy: [${pools.join(", ")}], taps: { ${[...pools, "fc7"].map((name) => `${name}: 1`).join(", ")} }
  }
  score_fr = vgg.fc7 -> conv(21, 1)
  output score_fr
}
`;
  const dense = await compileText(text);
  const bare = (operation: object): object => ({ ...operation, file: null, line: null, scale: null, offset: null });
  // The score stands after the backbone, so its window of 1 stays as it is.
  const expected = rarefiedOperations(stitch.operations).map((operation) => {
    if (operation.op !== "pool" || operation.dilation?.[0] !== 1) return operation;
    const { dilation: _, ...undilated } = operation;
    return undilated;
  });
  expect(dense.operations.slice(0, -1).map(bare)).toEqual(expected.slice(0, -1).map(bare));
  expect(dense.layers.at(-1)?.grid?.y).toEqual({ stride: "1", origin: "25/2", field: 404 });
});

const faults: readonly (readonly [text: string, message: string | RegExp])[] = [
  [use("rarefy: [conv1]"), "`conv1` has no stride, so there is nothing to rarefy"],
  [use("rarefy: [pool3]"), "`trunk` has no layer `pool3`"],
  [use("rarefy: pool1"), "`rarefy` wants a list of layers, such as `[fc8]`"],
  [use("rarify: [pool1]"), "the use of a backbone has no setting `rarify`"],
  [
    use("rarefy: [pool1]").replace("pool2 =", "up = upsample(2x)\n  pool2 ="),
    "`rarefy` cannot go on through `up`, a `upsample`",
  ],
  [
    use("rarefy: [pool1]")
      .replace("convolutionize: [fc3],", "")
      .replace("input image: raw[H, W, 2]", "input image: raw[32, 32, 2]"),
    "`rarefy` cannot go on through `fc3`, a `dense`",
  ],
];

test.each(faults)("refuses %#", async (text, message) => {
  const { diagnostics } = await compile({ text }, nodeHost);
  expect(diagnostics.map((diagnostic) => diagnostic.message)).toContain(message);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toHaveLength(1);
});

test("is among what a use is said to have", async () => {
  const { diagnostics } = await compile({ text: use("foo: [pool1]") }, nodeHost);
  expect(diagnostics.flatMap(({ help }) => help).join()).toContain("`rarefy`");
});
