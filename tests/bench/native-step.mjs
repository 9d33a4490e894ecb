/**
 * A folder of `--target tfjs-node` on native TensorFlow, spoken to by lines as train_step.py is.
 *
 *     node tests/bench/native-step.mjs --native FOLDER --graph FOLDER --side 224 --rate 1e-3 --image F.f32 --label F.i32
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { option } from "./measure.mjs";
import { nativeTensorFlow } from "./native.mjs";

const graph = option("graph", "");
const side = Number(option("side", "224"));
const rate = Number(option("rate", "1e-3"));
const tf = nativeTensorFlow(option("native", ""));
const { open } = await import(pathToFileURL(join(graph, "train.js")).href);
const bytes = (name) => readFileSync(option(name, "")).buffer;
const image = tf.tensor(new Float32Array(bytes("image")), [1, side, side, 3]);
const label = tf.tensor(new Int32Array(bytes("label")), [1, side, side], "int32");
const training = await open(graph, { tf });
console.log("{}");
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "peak") {
    const [, peak] = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    console.log(JSON.stringify({ peak: Number(peak) / 1024 }));
    continue;
  }
  const [start, before] = [performance.now(), process.cpuUsage()];
  const { loss } = await training.step(image, label, { rate });
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ loss, milliseconds: performance.now() - start, cpu: (user + system) / 1000 }));
}
