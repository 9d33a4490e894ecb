/** The graph of bundles on ONNX Runtime Web, which differs from a plain ONNX model, held against the interpreter. */
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { onnxEngine } from "../../src/certify/onnx-engine.js";
import type { Plan } from "../../src/model/plan.js";
import { pixelsOf } from "../../targets/onnx/heads.js";
import { lower } from "../../targets/onnx/lower.js";
import { coarseConvolutions } from "../../targets/onnx/product.js";
import { winogradConvolutions } from "../../targets/onnx/winograd.js";
import { WEBGPU_MODEL } from "../../targets/web/runtimes.js";
import { webTarget } from "../../targets/web/web.js";
import { writeRandomWeights } from "../judges/random-weights.js";
import { partOfRange } from "../numbers/agreement.js";
import { compileText } from "../numbers/compiled.js";
import { admits, randomInputs, type Extent } from "../numbers/inputs.js";
import { fileWeights } from "../numbers/weights.js";
import { readBlobs } from "../reference/compare.js";
import { interpret } from "../reference/interpreter.js";
import { scratch } from "../weights/scratch.js";

const TOLERANCE = 1e-5;
const SIZES: readonly Extent[] = [
  [1, 1],
  [33, 64],
  [97, 300],
];
/** Of fours, all remainders, and heights that are less than a kernel's. */
const FOURS: readonly Extent[] = [1, 2, 3, 4, 5, 6, 7, 8, 13].map((height) => [height, 21 - height]);
const folder = await scratch();

/** Members of a net whose map `far` is at stride 32. */
const net = (members: string) => `fcn 1
net test {
  input image: rgb[H, W, 3] { scale: 0.01 }
  near = image -> conv(3, 5, stride: 8, pad: 2)
  far  = conv(4, 5, stride: 4, pad: 2) -> relu
${members}
}
`;

interface Case {
  readonly text: string;
  readonly products?: readonly string[];
  readonly winograd?: readonly string[];
  readonly sizes?: readonly Extent[];
}

const NETS: Readonly<Record<string, Case>> = {
  "products with unequal kernels and padding, and an upsampling at the end": {
    text: net(`
      wide  = far -> conv(256, 3x5, pad: 1x3) -> relu
      tall  = conv(260, 7x1, pad: 3x0, bias: false)
      point = conv(256, 1, pad: 1)
      few   = conv(5, 1)
      up    = upsample(32x, kernel: 63)
      score = crop(to: image)
      output score`),
    products: ["wide", "tall", "point"],
  },
  "what is no product: a stride, a dilation, groups, a finer map": {
    text: net(`
      stepped = far -> conv(256, 2, stride: 2, pad: 1)
      apart   = far -> conv(256, 3, pad: 2, dilation: 2)
      parted  = far -> conv(256, 3, pad: 1, groups: 2)
      finer   = near -> conv(256, 3, pad: 1)
      output stepped
      output apart
      output parted
      output finer`),
  },
  "an upsampling that is asked for twice, and one that goes on": {
    text: net(`
      low   = far -> conv(3, 1)
      up    = upsample(2x)
      more  = up -> relu
      again = low -> upsample(4x, pad: 1)
      output up
      output more
      output again`),
  },
  "four rows at once: with and without bias, padding, an activation, and with readers of what is before it": {
    text: `fcn 1
net test {
  input image: rgb[H, W, 3] { scale: 0.01 }
  first = image -> conv(16, 3, pad: 1) -> relu
  plain = conv(17, 3, pad: 1) -> relu
  bare  = conv(16, 3, pad: 2, bias: false) -> relu6
  none  = plain -> conv(16, 3, pad: 1x0)
  wide  = bare -> conv(19, 3x5, pad: 4x2)
  above = wide -> relu
  last  = above -> conv(16, 3x1)
  output bare
  output none
  output wide
  output above
  output last
}
`,
    winograd: ["plain", "bare", "none", "wide", "last"],
    sizes: FOURS,
  },
  "what is not: a stride, a dilation, groups, other kernels, few channels in or out": {
    text: `fcn 1
net test {
  input image: rgb[H, W, 3] { scale: 0.01 }
  first   = image -> conv(16, 3, pad: 1) -> relu
  stepped = first -> conv(16, 3, pad: 1, stride: 1x2)
  apart   = first -> conv(16, 3, pad: 2, dilation: 2)
  parted  = first -> conv(16, 3, pad: 1, groups: 2)
  larger  = first -> conv(16, 5, pad: 2)
  flat    = first -> conv(16, 1x3, pad: 0x1)
  few     = first -> conv(15, 3, pad: 1)
  fewer   = few -> conv(16, 3, pad: 1)
  output stepped
  output apart
  output parted
  output larger
  output flat
  output fewer
}
`,
    sizes: FOURS,
  },
};

describe.each(Object.entries(NETS))("%s", (name, { text, products = [], winograd = [], sizes: tried = SIZES }) => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await compileText(text);
  });

  test("which convolutions are products, and of which four rows are computed at once", () => {
    expect([...winogradConvolutions(plan)]).toEqual(winograd);
    expect([...coarseConvolutions(plan)]).toEqual(products);
    const { graph } = lower(plan, new Set(), { products: new Set(products), pixels: true });
    expect(graph.nodes.filter(({ op }) => op === "Gemm")).toHaveLength(products.length);
  });

  test("has the interpreter's scores at every size", async () => {
    const stem = join(folder, String(Object.keys(NETS).indexOf(name)));
    writeRandomWeights(`${stem}.safetensors`, plan.tensors, { seed: 7 });
    const weights = await fileWeights(plan, `${stem}.safetensors`);
    await webTarget.write(plan, weights, stem, { runtime: "onnxruntime-web" });
    const blobs = await readBlobs(plan, weights);
    await weights.close();
    const hasOther = existsSync(join(stem, WEBGPU_MODEL));
    expect(hasOther, "a graph of its own for WebGPU").toBe(winograd.length > 0);
    const engine = await onnxEngine(plan);
    const names = plan.outputs.map((output) => pixelsOf(plan, output));
    const sizes = tried.filter((size) => admits(plan, size));
    expect(sizes.length).toBeGreaterThan(1);
    for (const graph of hasOther ? ["model.onnx", WEBGPU_MODEL] : ["model.onnx"]) {
      if (graph !== "model.onnx") renameSync(join(stem, graph), join(stem, "model.onnx"));
      const model = await engine.load(stem);
      for (const [at, size] of sizes.entries()) {
        const maps = randomInputs(plan, size, at);
        const inputs = Object.fromEntries(Object.entries(maps).map(([input, map]) => [input, map.toNhwc()]));
        const wanted = interpret(plan, blobs, maps);
        const found = await model.run(inputs, names);
        for (const [index, { value }] of plan.outputs.entries()) {
          const reference = wanted.get(value)?.toNhwc();
          const own = found[names[index] ?? ""];
          if (!reference || !own) throw new Error(`no ${value}`);
          const said = `${value} of ${graph} at ${size.join(" x ")}`;
          expect(partOfRange(own, reference), said).toBeLessThan(TOLERANCE);
        }
      }
      model.dispose();
    }
  });
});
