/**
 * Reference nets of other shapes than those of `voc-fcn.test.ts`, at full width on a photograph: groups and
 * normalization, two trunks whose scores are averaged, two heads. Their scores equal those of nets that were written by
 * hand in PyTorch, with the same weights.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Value } from "../../src/engines/engine.js";
import { selectEngine } from "../../src/engines/select.js";
import { feedImage } from "../../src/images/feed.js";
import type { DecodedImage } from "../../src/images/read.js";
import { buildModel } from "../../targets/web/build.js";
import { readNpy, writeNpy } from "../judges/npy.js";
import { pythonMissing } from "../judges/python.js";
import { writeRandomWeights } from "../judges/random-weights.js";
import { judgeZoo, zooGain, zooNets, zooTensors } from "../judges/zoo-fcn.js";
import { planOf } from "../specs/library.js";
import { scratch } from "../weights/scratch.js";
import { expectArgmax, partOfRange, wrongPixels } from "./agreement.js";
import { photograph } from "./photograph.js";
import { fileWeights } from "./weights.js";

const folder = await scratch();

/** Another picture of the same size, for a second input: the photograph upside down. */
function turned(image: DecodedImage): DecodedImage {
  const pixels = image.height * image.width;
  const data = Uint8Array.from(image.data, (_, at) => {
    const pixel = pixels - 1 - Math.floor(at / image.channels);
    return image.data[pixel * image.channels + (at % image.channels)] ?? 0;
  });
  return { ...image, data };
}

const pictures = [photograph, turned(photograph)];

// One after the other: the weights of two of them would not leave much of a small machine's memory.
test.for(zooNets)(
  "%s at full width has PyTorch's scores on a photograph, on WASM",
  { timeout: 240_000 },
  async (net, context) => {
    const missing = pythonMissing("torch");
    if (missing) context.skip(missing);
    const file = (name: string): string => join(folder, `${net}-${name}`);
    const weights = file("weights.safetensors");
    writeRandomWeights(weights, zooTensors[net](), { seed: 8, gain: zooGain[net] });

    const plan = await planOf(`specs/${net}.fcn`);
    const inputs: Record<string, Value> = {};
    const paths: Record<string, string> = {};
    for (const [index, input] of plan.inputs.entries()) {
      const image = pictures[index] as DecodedImage;
      paths[input.name] = file(`${input.name}.npy`);
      writeNpy(file(`${input.name}.npy`), { shape: [image.height, image.width, 3], data: Uint8Array.from(image.data) });
      inputs[input.name] = feedImage(image, input);
    }
    const scores = Object.fromEntries(plan.outputs.map(({ name }) => [name, file(`${name}.npy`)]));
    const judged = judgeZoo({ net, weights, inputs: paths, scores });

    const source = await fileWeights(plan, weights);
    const { engine } = await selectEngine("wasm");
    const model = await engine.load(await buildModel(plan, source));
    await source.close();
    const masks = plan.outputs.map(({ name }) => (plan.outputs.length === 1 ? "mask" : `${name}/mask`));
    const found = await model.run(inputs, [...Object.keys(scores), ...masks]);
    model.dispose();
    await judged;
    rmSync(weights);

    for (const [index, { name, classes }] of plan.outputs.entries()) {
      const [score, mask] = [found[name] as Value, found[masks[index] as string] as Value];
      expect(score.shape).toEqual([1, photograph.height, photograph.width, classes]);
      expectArgmax(mask, score);
      const wanted = readNpy(scores[name] as string);
      const difference = partOfRange(score, wanted);
      await context.annotate(`${name}: ${difference.toExponential(1)} of the scores' range from PyTorch`);
      expect(difference).toBeLessThan(1e-4);
      expect(wrongPixels(mask, wanted, 1e-4)).toBe(0);
    }
  },
);
