/** Small nets whose layers work together, and through which every primitive is reached. */
import { expect, test } from "vitest";
import type { Operation } from "../../src/model/plan.js";
import { scratch } from "../weights/scratch.js";
import { testNets } from "./judged-nets.js";
import { NETS } from "./nets.js";

const nets = testNets(
  NETS,
  [
    [1, 1],
    [3, 2],
    [5, 8],
    [13, 10],
    [23, 28],
  ],
  await scratch(),
);

test("the nets reach every primitive", () => {
  // The type checker says when there is a new one.
  const wanted: Readonly<Record<Operation["op"], true>> = {
    input: true,
    preprocess: true,
    pad: true,
    conv: true,
    deconv: true,
    upsample: true,
    pool: true,
    globalpool: true,
    resize: true,
    crop: true,
    sum: true,
    product: true,
    concat: true,
    activation: true,
    leaky: true,
    prelu: true,
    dropout: true,
    scale: true,
    batchnorm: true,
    lrn: true,
    softmax: true,
  };
  const reached = new Set([...nets.values()].flatMap(({ plan }) => plan.operations.map(({ op }) => op)));
  expect([...reached].toSorted()).toEqual(Object.keys(wanted).toSorted());
});
