/**
 * Trains the nets of this folder, one after the other, and writes what came of it to `results.md`:
 *
 *     node examples/shapes/table.mjs [folder of the runs]
 *
 * A run that is there already is gone on with, so an interrupted program is started again with the same line. It takes
 * some 40 minutes on two cores with the native engine.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const fcnc = fileURLToPath(new URL("../../bin/fcnc.js", import.meta.url));
const runs = resolve(process.argv[2] ?? join(here, "runs"));
const data = join(here, "data");

if (!existsSync(data)) call("data", "shapes", data, "--images", "2000", "--validation", "200");

train("shapes-fcn8s", "staged", "--staged");
const stages = ["1-shapes-fcn32s", "2-shapes-fcn16s", "3-shapes-fcn8s"].map((name) => join("staged", name));
const atOnce = train("shapes-fcn8s-atonce", "atonce");
const learned = train("shapes-fcn8s-learned", "learned");
const sampled = [1, 0.5, 0.25].map((share) => ({
  share,
  run: train(
    "shapes-fcn32s",
    `sample-${share}`,
    "--set",
    `loss=softmax(reduce: mean, sample: ${share})`,
    `batch=${8 / share}`,
    "steps=1000",
  ),
}));
const heavy = train("shapes-fcn32s", "heavy", "--recipe", "heavy");
const accumulated = train("shapes-fcn32s", "accumulated", "--recipe", "accumulated");
call("report", heavy, accumulated, "-o", join(runs, "momentum.html"));

const text = `# What came of it

Written by \`node examples/shapes/table.mjs\`, from the logs of its runs: ${engineOf(atOnce)}. The set is
\`fcnc data shapes data --images 2000 --validation 200\`; all figures are of the last step, on the 200 images that no net was
trained on. Times were taken with whatever else the machine did.

## Stages, as in the paper's Table 2

Each net begins with the weights of the one above it. The last two rows are trained in one go from random weights, and
differ in the two inner upsamplings: fixed at bilinear weights, or learnt from there.

${table([
  ["FCN-32s", stages[0]],
  ["FCN-16s", stages[1]],
  ["FCN-8s", stages[2]],
  ["FCN-8s at once, fixed upsampling", atOnce],
  ["FCN-8s at once, learnt upsampling", learned],
])}

## Whole images, or a sample of their loss

Section 3.4 of the paper: the loss of a pixel is kept with probability p, and a batch has 1/p times as many images, so that
each step learns from as many pixels. FCN-32s, 1,000 steps each.

${table(sampled.map(({ share, run }) => [share === 1 ? "whole images, batch 8" : `p = ${share}, batch ${8 / share}`, run]))}

## Heavy momentum, or accumulated gradients

FCN-32s over the same number of images: the recipes \`heavy\` (single images, momentum 0.99) and \`accumulated\` (twenty
images to a step, momentum 0.9). \`fcnc report runs/heavy runs/accumulated\` draws both curves.

${table([
  ["heavy", heavy],
  ["accumulated", accumulated],
])}
`;
writeFileSync(join(here, "results.md"), text);
console.log(text);

/** Runs `fcnc train` unless the run is done, and gives its folder. */
function train(spec, name, ...options) {
  const out = join(runs, name);
  const given = options.includes("--set")
    ? options.flatMap((one) => (one.includes("=") ? ["--set", one] : []))
    : options;
  call("train", join(here, `${spec}.fcn`), "--out", out, "--resume", ...given);
  return name;
}

function call(...given) {
  const { status } = spawnSync(process.execPath, [fcnc, ...given], { cwd: runsFolder(), stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** Reports name runs by their folders. */
function runsFolder() {
  return existsSync(runs) ? runs : here;
}

function table(rows) {
  const heading = ["", "pixel accuracy", "mean accuracy", "mean IU", "f.w. IU", "images", "seconds"];
  const lines = rows.map(([title, run]) => {
    const { validation, step } = lastOf(run);
    const metrics = ["pixelAccuracy", "meanAccuracy", "meanIU", "frequencyWeightedIU"].map((key) =>
      (100 * validation[key]).toFixed(1),
    );
    return [title, ...metrics, validation.images.toLocaleString("en"), Math.round(step.seconds)];
  });
  return [heading, heading.map((_, index) => (index === 0 ? "---" : "--:")), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function lastOf(run) {
  const lines = readFileSync(join(runs, run, "log.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return {
    validation: lines.findLast(({ kind }) => kind === "validation"),
    step: lines.findLast(({ kind }) => kind === "step"),
  };
}

function engineOf(run) {
  return JSON.parse(readFileSync(join(runs, run, "run.json"), "utf8")).engine;
}
