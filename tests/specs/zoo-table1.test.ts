/**
 * Writes `docs/table1.md`: Table 1 of the paper beside what fcnc derives from the specs. The test fails where the page
 * is not what the specs give; `npx vitest run tests/specs/zoo-table1.test.ts --update` writes it anew.
 */
import { format } from "prettier";
import { expect, it } from "vitest";
import type { Plan } from "../../src/model/plan.js";
import { planOf, planOfText, root } from "./library.js";
import { layer, total } from "./plan-layers.js";

interface Row {
  readonly net: string;
  readonly spec: string;
  /** Long, Shelhamer and Darrell, CVPR 2015, Table 1. */
  readonly paper: {
    readonly convolutions: number;
    readonly millions: number;
    readonly field: number;
    readonly stride: number;
  };
}

const rows: readonly Row[] = [
  {
    net: "FCN-AlexNet",
    spec: "voc-fcn-alexnet",
    paper: { convolutions: 8, millions: 57, field: 355, stride: 32 },
  },
  { net: "FCN-VGG16", spec: "voc-fcn32s", paper: { convolutions: 16, millions: 134, field: 404, stride: 32 } },
  {
    net: "FCN-GoogLeNet",
    spec: "voc-fcn-googlenet",
    paper: { convolutions: 22, millions: 6, field: 907, stride: 32 },
  },
];

const withPooling = `fcn 1
import googlenet from "specs/backbones/googlenet.fcn"
net pooled {
  input image: bgr[H, W, 3]
  trunk = image -> googlenet { conv1_7x7_s2.pad: 100, without: [loss3_classifier] }
  output trunk
}
`;

/** Layers of a kind on the path that has most of them. */
function depth(plan: Plan, kind: string): number {
  const depths = new Map<string, number>();
  for (const { name, kind: own, inputs } of plan.layers) {
    const above = Math.max(0, ...inputs.map((input) => depths.get(input) ?? 0));
    depths.set(name, above + (own === kind ? 1 : 0));
  }
  return Math.max(...depths.values());
}

function derived(plan: Plan) {
  const stored = total(plan);
  const upscore = layer(plan, "upscore");
  return {
    convolutions: depth(plan, "conv"),
    all: plan.layers.filter(({ kind }) => kind === "conv").length,
    trunk: stored - upscore.parameters - layer(plan, "score_fr").parameters,
    parameters: stored - upscore.parameters,
    stored,
    field: layer(plan, "score_fr").grid?.y.field ?? 0,
    fieldAbove: upscore.grid?.y.field ?? 0,
    stride: Math.max(...plan.layers.map(({ grid }) => Number(grid?.y.stride))),
  };
}

const count = (value: number): string => value.toLocaleString("en");

it("sets the paper's Table 1 beside what the specs give", async () => {
  const found = await Promise.all(
    rows.map(async (row) => ({ ...row, own: derived(await planOf(`specs/${row.spec}.fcn`)) })),
  );
  const pooled = layer(await planOfText(withPooling), "pool5_7x7_s1").grid?.y.field;
  const table = [
    "| Net | Spec | | Convolutions | Parameters | Receptive field | Largest stride |",
    "| --- | --- | --- | ---: | ---: | ---: | ---: |",
    ...found.flatMap(({ net, spec, paper, own }) => [
      `| ${net} | [\`${spec}\`](../specs/${spec}.fcn) | paper | ${paper.convolutions} | ${paper.millions}M | ${paper.field} | ${paper.stride} |`,
      `| | | fcnc | ${own.convolutions} | ${count(own.parameters)} | ${own.field} | ${own.stride} |`,
    ]),
  ];
  const [alexnet, vgg, googlenet] = found.map(({ own }) => own);
  if (!alexnet || !vgg || !googlenet) throw new Error("three nets are compared");
  const page = `# Table 1 of the paper, derived

Long, Shelhamer and Darrell (CVPR 2015) compare three nets. This page sets what their Table 1 says of their form beside
what fcnc derives from the specs; \`tests/specs/zoo-table1.test.ts\` writes it. What the table measured, mean IU and
forward time, no compiler can derive.

${table.join("\n")}

Everything agrees but one receptive field. What the numbers mean:

- **Convolutions** are those on the longest path from the image to the scores. GoogLeNet has ${googlenet.all} in all, since its
  modules lay them side by side; the other two have no others.
- **Parameters** are weights and biases of the trunk and of the layer that scores 21 classes: ${count(alexnet.parameters - alexnet.trunk)},
  ${count(vgg.parameters - vgg.trunk)} and ${count(googlenet.parameters - googlenet.trunk)} of them are the scoring layer's. AlexNet's 57M need its groups of two, which halve the
  weights of three convolutions. GoogLeNet's 6M leave out the classifiers that help its training. The fixed upsampling
  is not counted; Caffe stores its kernel for each pair of classes, and ${count(alexnet.stored)}, ${count(vgg.stored)} and
  ${count(googlenet.stored)} numbers in all.
- **Receptive field** is the extent of the image that one score sees, in pixels. A pixel of the upsampled scores reads two
  of them on each axis, and so sees ${alexnet.fieldAbove}, ${vgg.fieldAbove} and ${googlenet.fieldAbove}.
- **GoogLeNet's ${googlenet.field} against 907.** The paper's text says that the final 7x7 average pooling is discarded, and
  its table counts it: with the pooling, fcnc derives ${pooled}, the 192 more being 6 steps of 32 pixels.
`;
  await expect(await format(page, { parser: "markdown", printWidth: 120, proseWrap: "always" })).toMatchFileSnapshot(
    `${root}docs/table1.md`,
  );
  for (const { net, paper, own } of found) {
    expect(own.convolutions, net).toBe(paper.convolutions);
    expect(Math.round(own.parameters / 1e6), net).toBe(paper.millions);
    expect(own.stride, net).toBe(paper.stride);
    expect(net === "FCN-GoogLeNet" ? pooled : own.field, net).toBe(paper.field);
  }
});
