/**
 * One training step of what `--target tfjs-node` writes on native TensorFlow, beside the same step written by hand for
 * TensorFlow in Python (`train_step.py`), each in a process of its own, by turns: the time for a VGG FCN-32s at a quarter
 * of its width, and the peak memory for the full FCN-8s of the library. The losses of both are compared first.
 *
 *     node tests/bench/train-step-python.mjs [--python FILE] [--native FOLDER] [--side 224] [--rounds 15] [--only time|memory]
 *
 * FILE is a Python with the TensorFlow that the native engine is made of (`fcnc doctor` says which); left out, it is that of
 * `.ci/install-python`. Linux alone tells peaks.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { speakTo } from "./lines.mjs";
import { median, option, report } from "./measure.mjs";
import { compileQuarterWidth } from "./quarter-width.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const python = option("python", here("../../.judges/venv/bin/python"));
const native = option("native", here("../../.judges/native"));
const side = Number(option("side", "224"));
const rounds = Number(option("rounds", "15"));
const only = option("only", "");
const folder = mkdtempSync(join(tmpdir(), "fcnc-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const [image, label] = [join(folder, "image.f32"), join(folder, "label.i32")];
writeFileSync(
  image,
  Float32Array.from({ length: side * side * 3 }, (_, i) => (i * 7919) % 256),
);
writeFileSync(
  label,
  Int32Array.from({ length: side * side }, (_, i) => (i % 97 === 0 ? 255 : (i >> 6) % 21)),
);

/** Both sides of one net. */
async function sides(net, graph, rate) {
  const given = ["--side", String(side), "--rate", String(rate), "--image", image, "--label", label];
  const weights = join(graph, "weights.safetensors");
  return {
    own: await speakTo(process.execPath, [here("native-step.mjs"), "--native", native, "--graph", graph, ...given]),
    rival: await speakTo(python, [here("train_step.py"), "--net", net, "--weights", weights, ...given]),
  };
}

function sameLoss(own, rival, tolerance, step) {
  if (!(Math.abs(own.loss - rival.loss) < tolerance * Math.abs(rival.loss)))
    throw new Error(`step ${step}: a loss of ${own.loss}, and ${rival.loss} in Python`);
}

if (only !== "memory") {
  const graph = join(folder, "quarter");
  compileQuarterWidth(folder, graph, { rate: 1e-3, momentum: 0.9, decay: 5e-4 });
  const { own, rival } = await sides("fcn32s", graph, 1e-3);
  const times = { own: [], rival: [], ownCpu: [], rivalCpu: [] };
  for (let round = -3; round < rounds; round++) {
    const [a, b] = [await own.ask("step"), await rival.ask("step")];
    if (round < 0) {
      sameLoss(a, b, 1e-3, round + 3);
      continue;
    }
    times.own.push(a.milliseconds);
    times.rival.push(b.milliseconds);
    times.ownCpu.push(a.cpu);
    times.rivalCpu.push(b.cpu);
  }
  const medians = Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
  report({
    name: `a training step of a quarter-width FCN-32s at ${side} px`,
    ratio: medians.own / medians.rival,
    target: 1.1,
    compiled: medians.own,
    python: medians.rival,
    processorTimeRatio: medians.ownCpu / medians.rivalCpu,
    TensorFlow: rival.first.tensorflow,
  });
  own.close();
  rival.close();
}

if (only !== "time") {
  const graph = join(folder, "fcn8s");
  const program = here("../../bin/fcnc.js");
  const args = [
    "compile",
    here("../../specs/voc-fcn8s.fcn"),
    "--target",
    "tfjs-node",
    "--weights",
    "init",
    "--out",
    graph,
  ];
  execFileSync(process.execPath, [program, ...args]);
  const { own, rival } = await sides("fcn8s", graph, 1e-14);
  const opened = [(await own.ask("peak")).peak, (await rival.ask("peak")).peak];
  for (let step = 0; step < 4; step++)
    sameLoss(await own.ask("step"), await rival.ask("step"), step === 0 ? 1e-5 : 0.02, step);
  const [compiled, byHand] = [(await own.ask("peak")).peak, (await rival.ask("peak")).peak];
  report({
    name: `peak memory of training the full FCN-8s at ${side} px`,
    ratio: compiled / byHand,
    target: 1.2,
    compiledMegabytes: compiled,
    pythonMegabytes: byHand,
    compiledBeforeTheFirstStep: opened[0],
    pythonBeforeTheFirstStep: opened[1],
    TensorFlow: rival.first.tensorflow,
  });
  own.close();
  rival.close();
}
