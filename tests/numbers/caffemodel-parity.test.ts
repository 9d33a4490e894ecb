/**
 * From a caffemodel to a bundle, at full width and on a photograph: a Python program of its own writes the caffemodel,
 * OpenCV reads it and computes scores; `fcnc compile` makes a bundle of the same file, whose scores on WASM agree.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { selectEngine } from "../../src/engines/select.js";
import { feedImage } from "../../src/images/feed.js";
import { run } from "../cli/run.js";
import { alexnetPrototxt } from "../judges/alexnet-prototxt.js";
import { readNpy, writeNpy } from "../judges/npy.js";
import { pythonMissing, runJudge } from "../judges/python.js";
import { writeRandomWeights, type RandomWeights, type WantedTensor } from "../judges/random-weights.js";
import { vocTensors } from "../judges/voc-fcn.js";
import { vocPrototxt } from "../judges/voc-prototxt.js";
import { zooGain, zooTensors } from "../judges/zoo-fcn.js";
import { scratch } from "../weights/scratch.js";
import { expectArgmax, partOfRange, wrongPixels } from "./agreement.js";
import { photograph } from "./photograph.js";

const folder = await scratch();
const { height, width, data } = photograph;

interface Subject {
  readonly net: string;
  readonly tensors: () => WantedTensor[];
  readonly prototxt: () => string;
  readonly gain: NonNullable<RandomWeights["gain"]>;
}

const subjects: readonly Subject[] = [
  {
    net: "voc-fcn8s",
    tensors: () => vocTensors("voc-fcn8s"),
    prototxt: () => vocPrototxt("voc-fcn8s", height, width),
    gain: {},
  },
  {
    net: "voc-fcn-alexnet",
    tensors: zooTensors["voc-fcn-alexnet"],
    prototxt: () => alexnetPrototxt(height, width),
    gain: zooGain["voc-fcn-alexnet"],
  },
];

// One after the other, and files gone as soon as nobody reads them: each has half a gigabyte.
test.for(subjects)(
  "the bundle of a caffemodel of $net has the scores that OpenCV computes from the caffemodel",
  { timeout: 280_000 },
  async ({ net, tensors, prototxt, gain }, context) => {
    const missing = pythonMissing("cv2");
    if (missing) context.skip(missing);
    const file = (name: string): string => join(folder, `${net}-${name}`);
    const [weights, caffemodel, bundle] = [file("drawn.safetensors"), file("net.caffemodel"), file("web")];
    writeRandomWeights(weights, tensors(), { seed: 21, gain });
    writeNpy(file("image.npy"), { shape: [height, width, 3], data: Uint8Array.from(data) });
    writeFileSync(file("net.prototxt"), prototxt());
    await runJudge("caffe_opencv.py", [
      "--prototxt",
      file("net.prototxt"),
      "--weights",
      weights,
      "--keep",
      caffemodel,
      "--input",
      `data=${file("image.npy")}`,
      "--mean",
      "104.00699,116.66877,122.67892",
      "--value",
      `score=${file("score.npy")}`,
    ]);
    rmSync(weights);

    const compiled = await run([
      "compile",
      `specs/${net}.fcn`,
      "--weights",
      caffemodel,
      "--out",
      bundle,
      "--no-certify",
    ]);
    expect(compiled.code, compiled.err).toBe(0);
    rmSync(caffemodel);
    const { engine } = await selectEngine("wasm");
    const model = await engine.load(bundle);
    const input = { name: "image", format: "bgr", height: "H", width: "W", channels: 3 } as const;
    const { score, mask } = await model.run({ image: feedImage(photograph, input) }, ["score", "mask"]);
    model.dispose();
    rmSync(bundle, { recursive: true });

    if (!score || !mask) throw new Error("no scores");
    expectArgmax(mask, score);
    expect(new Set(mask.data).size, "classes in the mask").toBeGreaterThan(1);
    const wanted = readNpy(file("score.npy"));
    const difference = partOfRange(score, wanted);
    await context.annotate(`${difference.toExponential(1)} of the scores' range from OpenCV`);
    expect(difference).toBeLessThan(1e-4);
    expect(wrongPixels(mask, wanted, 1e-4)).toBe(0);
  },
);
