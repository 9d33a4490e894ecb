/** A VGG FCN-32s at a quarter of its width as `--target tfjs-node` writes it, opened on the native engine. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { option } from "./measure.mjs";
import { nativeTensorFlow } from "./native.mjs";
import { trunk } from "./vgg.mjs";

export const CLASSES = 21;

/** The convolutions and poolings of the trunk. */
export const layers = trunk({ width: 1 / 4, classes: CLASSES });

/** @param {ReturnType<typeof trunk>} layers @param {{ rate: number, momentum: number, decay: number }} sgd */
export function quarterWidthSpec(layers, { rate, momentum, decay }) {
  const lines = layers.map((layer) => {
    if ("pool" in layer) return `${layer.pool} = maxpool(2)`;
    const { name, outputs, kernel } = layer;
    return `${name} = conv(${outputs}, ${kernel}, pad: ${(kernel - 1) / 2})${name === "score_fr" ? "" : " -> relu"}`;
  });
  return `fcn 1
net quarter {
  input image: bgr[H, W, 3] { mean: [104, 117, 123], scale: 0.02 }
  ${lines.join("\n  ").replace("= conv", "= image -> conv")}
  upscore = upsample(32x, pad: 16)
  score = crop(to: image)
  output score { ignore: 255 }
}
train quarter {
  loss: softmax(reduce: mean)
  optimizer: sgd(rate: ${rate}, momentum: ${momentum}, decay: ${decay})
}
`;
}

/**
 * Writes the net's training graph. SGD with momentum and decay, the loss a mean.
 * @param {string} folder for the spec
 * @param {string} graph the folder that is written
 * @param {{ rate: number, momentum: number, decay: number }} sgd
 */
export function compileQuarterWidth(folder, graph, sgd) {
  const file = join(folder, "net.fcn");
  writeFileSync(file, quarterWidthSpec(layers, sgd));
  const program = fileURLToPath(new URL("../../bin/fcnc.js", import.meta.url));
  execFileSync(process.execPath, [
    program,
    "compile",
    file,
    "--target",
    "tfjs-node",
    "--weights",
    "init",
    "--out",
    graph,
  ]);
}

/**
 * SGD with momentum and decay, the loss a mean. `--native FOLDER` on the command line has tfjs-node in its node_modules,
 * as `.ci/install-native` makes it.
 * @param {{ rate: number, momentum: number, decay: number }} sgd
 */
export async function openQuarterWidth({ rate, momentum, decay }) {
  const native = option("native", fileURLToPath(new URL("../../.judges/native", import.meta.url)));
  const tf = nativeTensorFlow(native);
  const folder = mkdtempSync(join(tmpdir(), "fcnc-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const graph = join(folder, "graph");
  compileQuarterWidth(folder, graph, { rate, momentum, decay });
  const { open } = await import(pathToFileURL(join(graph, "train.js")).href);
  const training = await open(graph, { tf });
  const plan = JSON.parse(readFileSync(join(graph, "plan.json"), "utf8"));
  return { tf, training, plan, layers, folder };
}
