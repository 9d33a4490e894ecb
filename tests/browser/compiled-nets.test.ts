/**
 * A compiled bundle in headless Chromium, loaded by TensorFlow.js's own `tf.loadGraphModel`: pixel for pixel the mask
 * that `fcnc predict` writes, at every size from one pixel on.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { run as predict } from "../../src/cli/predict.js";
import type { RgbImage } from "../../src/images/convert.js";
import { writeRgbPng } from "../../src/images/png-write.js";
import { readLabels } from "../../src/images/read.js";
import type { Plan } from "../../src/model/plan.js";
import { webTarget } from "../../targets/web/web.js";
import { writeRandomWeights } from "../judges/random-weights.js";
import { compileText, compileVoc } from "../numbers/compiled.js";
import { patch } from "../numbers/photograph.js";
import { fileWeights } from "../numbers/weights.js";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { openBundle, type BundlePage } from "./run-bundle.js";

const folder = await scratch();

const SMALL = `fcn 1
net small {
  input image: bgr[H, W, 3] { mean: [104.00699, 116.66877, 122.67892] }
  conv1 = image -> conv(8, 3, pad: 12) -> relu
  pool1 = maxpool(2)
  conv2 = conv(8, 3, pad: 1, dilation: 1, groups: 2) -> relu
  pool2 = maxpool(2)
  conv3 = conv(12, 3, pad: 2, dilation: 2) -> relu
  score3 = conv(5, 1)
  up3    = upsample(2x)
  score1 = pool1 -> conv(5, 1)
  fused  = sum(score1, up3, crop: auto)
  up1    = upsample(2x)
  score  = crop(to: image)
  output score
}
`;

type Sizes = readonly (readonly [height: number, width: number])[];
const NETS: readonly (readonly [title: string, () => Promise<Plan>, Sizes])[] = [
  [
    "a small net",
    () => compileText(SMALL),
    [
      [1, 1],
      [2, 1],
      [1, 6],
      [7, 5],
      [13, 31],
      [33, 32],
      [67, 100],
    ],
  ],
  [
    "voc-fcn8s",
    () => compileVoc("voc-fcn8s", { width: 1 / 32 }),
    [
      [1, 1],
      [9, 14],
      [67, 100],
    ],
  ],
];

beforeEach((context) => {
  const missing = chromiumMissing();
  if (missing) context.skip(missing);
});

describe.each(NETS)("%s", (title, compiled, sizes) => {
  const bundle = join(folder, title.replaceAll(" ", "-"));
  beforeAll(async () => {
    const plan = await compiled();
    const path = `${bundle}.safetensors`;
    writeRandomWeights(path, plan.tensors, { seed: 9 });
    const weights = await fileWeights(plan, path);
    await webTarget.write(plan, weights, bundle);
    await weights.close();
  });

  /** What `fcnc predict` writes, which speaks of it as well. */
  async function predicted(image: RgbImage, engine: "wasm" | "js"): Promise<number[]> {
    const stem = `${bundle}-${image.height}-${image.width}-${engine}`;
    writeFileSync(`${stem}.png`, writeRgbPng(image));
    const quiet = [process.stdout, process.stderr].map((to) => vi.spyOn(to, "write").mockReturnValue(true));
    try {
      await predict(bundle, { image: [`${stem}.png`], mask: `${stem}-mask.png`, engine, format: "text", seed: 0 });
    } finally {
      for (const spy of quiet) spy.mockRestore();
    }
    return [...readLabels(readFileSync(`${stem}-mask.png`), stem).indices];
  }

  describe.each([
    ["wasm", "wasm"],
    ["cpu", "js"],
  ] as const)("on %s in a page", (backend, engine) => {
    let page: BundlePage | null = null;
    afterAll(() => page?.close());

    test.each(sizes)("has the mask of `fcnc predict` at %i by %i", async (height, width) => {
      page ??= await openBundle(bundle, backend);
      const image = patch(height, width);
      const pixels = { height, width, channels: 3, data: image.data };
      const result = await page.run({ image: pixels });
      expect(result.backend).toBe(backend);
      expect(result.leaked).toBe(0);
      const [mask, ...others] = Object.values(result.values);
      expect(others).toEqual([]);
      expect(mask?.dtype).toBe("int32");
      expect(mask?.shape).toEqual([1, height, width]);
      expect(mask?.data).toEqual(await predicted(image, engine));
      // Neither is an accident of one engine.
      expect(mask?.data).toEqual(await predicted(image, engine === "wasm" ? "js" : "wasm"));
      if (height > 60) expect(new Set(mask?.data).size, "classes in the mask").toBeGreaterThan(1);
    });
  });
});
