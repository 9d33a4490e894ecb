/**
 * The judges judged: PyTorch and OpenCV, each with the nets written anew in its own terms, agree with one another. What
 * the compiler's tests compare with them is then no private opinion of either.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { relativeDifference } from "./difference.js";
import { readNpy, writeNpy } from "./npy.js";
import { pythonMissing, runJudge } from "./python.js";
import { writeRandomWeights } from "./random-weights.js";
import { judgeVocFcn, vocGain, vocNets, vocTensors } from "./voc-fcn.js";
import { vocPrototxt } from "./voc-prototxt.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fcnc-judges-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const [height, width] = [45, 38];

for (const net of vocNets) {
  it(`${net}: PyTorch and OpenCV agree`, async (context) => {
    const missing = pythonMissing("torch", "cv2");
    if (missing) context.skip(missing);
    const file = (name: string): string => join(folder, `${net}-${name}`);

    const pixels = Uint8Array.from(
      { length: height * width * 3 },
      (_, index) => (index * index * 7 + index * 13) % 256,
    );
    writeNpy(file("image.npy"), { shape: [height, width, 3], data: pixels });
    const gain = net === "voc-fcn8s-atonce" ? vocGain : {};
    writeRandomWeights(file("weights.safetensors"), vocTensors(net, 1 / 16), { seed: 1, gain });
    writeFileSync(file("net.prototxt"), vocPrototxt(net, height, width, 1 / 16));

    const files = { weights: file("weights.safetensors"), image: file("image.npy") };
    await judgeVocFcn({ net, width: "1/16", ...files, score: file("torch.npy") });
    const opencv = ["--prototxt", file("net.prototxt"), "--weights", files.weights, "--input", `data=${files.image}`];
    const means = ["--mean", "104.00699,116.66877,122.67892"];
    await runJudge("caffe_opencv.py", [...opencv, ...means, "--value", `score=${file("opencv.npy")}`]);

    const scores = readNpy(file("torch.npy"));
    expect(scores.shape).toEqual([height, width, 21]);
    expect(relativeDifference(readNpy(file("opencv.npy")), scores)).toBeLessThan(1e-5);
  });
}
