/** Runs of a tiny net on a small shapes set, as `fcnc train` makes them, in this process. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { SHAPES } from "../../src/data/shapes/outlines.js";
import { writeShapes } from "../../src/data/shapes/write-shapes.js";
import { compile } from "../../src/compile.js";
import type { EngineName } from "../../src/engines/engine.js";
import { memoryHost } from "../../src/host.js";
import type { Plan } from "../../src/model/plan.js";
import { readLog, type LogLine, type StepLine, type ValidationLine } from "../../src/train/log.js";
import type { RunResult } from "../../src/train/run-result.js";
import type { RunRequest } from "../../src/train/run-request.js";
import { trainRun } from "../../src/train/session.js";
import { initWeights } from "../../src/weights/init.js";
import { nativeFolder } from "../engines/every-engine.js";

if (nativeFolder !== null) process.env["FCNC_NATIVE"] = nativeFolder;

/** The engines that a run is tried on here. */
export const RUN_ENGINES: readonly EngineName[] = nativeFolder === null ? ["wasm"] : ["native", "wasm"];

/** A set of few small pictures below a folder, as `fcnc data shapes` makes it. */
export async function shapesSet(folder: string, images = 6, validation = 2): Promise<void> {
  const settings = { height: 32, width: 40, images, validation, seed: 3, shapes: SHAPES.slice(0, 3) };
  await mkdir(folder, { recursive: true });
  await writeShapes(folder, settings, new AbortController().signal, () => undefined);
}

/** Dropout and sampling draw random numbers, momentum and Adam have a state. */
export const RECIPES = {
  momentum: `  loss: softmax(reduce: mean, sample: 0.7)
  optimizer: sgd(rate: 0.05, momentum: 0.9, decay: 5e-4)
  schedule: poly(power: 0.9)
  batch: 2`,
  "adam, accumulated": `  loss: softmax(reduce: mean, sample: 0.5)
  optimizer: adam(rate: 1e-2)
  accumulate: 3
  augment: { mirror: true, jitter: 4 }`,
} as const;

/** @param more lines of the recipe */
export function tinySpec(recipe: string, more = "steps: 12\n  snapshot: 5"): string {
  return `fcn 1
net tiny(classes: int = 4) {
  input image: rgb[H, W, 3] { mean: [120, 120, 120], scale: 0.02 }
  conv1 = image -> conv(6, 3, pad: 1, init: he) -> relu
  pool1 = maxpool(2)
  conv2 = conv(8, 3, pad: 1, init: he) -> relu
  drop  = dropout(0.5)
  fr    = conv(classes, 1, init: he)
  up    = upsample(2x)
  score = crop(to: image)
  output score { ignore: 255 }
}
train tiny {
  init: seed(4)
  data: voc("shapes", split: "train")
  validate: voc("shapes", split: "val")
  seed: 9
${recipe}
  ${more}
}
`;
}

export async function planOf(text: string, set: readonly string[] = []): Promise<Plan> {
  const { plan, diagnostics } = await compile({ text, path: "tiny.fcn" }, memoryHost({}), { set });
  if (plan === null) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return plan;
}

export type TinyRequest = Partial<RunRequest> & Pick<RunRequest, "folder" | "dataRoot"> & { readonly text: string };

/** A run as the command line asks for it. */
export async function runTiny({ text, ...more }: TinyRequest): Promise<RunResult> {
  const plan = await planOf(text, more.set);
  return trainRun({
    plan,
    texts: [{ path: "tiny.fcn", text }],
    resume: false,
    engine: RUN_ENGINES[0] ?? "wasm",
    openWeights: () => Promise.resolve({ weights: initWeights(plan, 4), named: ["init"] }),
    recipeName: null,
    set: [],
    overrides: {},
    versions: { fcnc: "test" },
    signal: new AbortController().signal,
    watch: {},
    ...more,
  });
}

export const linesOf = (folder: string): Promise<LogLine[]> => readLog(join(folder, "log.jsonl"));

/** What two logs of the same run agree in: all but times. */
export const timeless = (lines: readonly LogLine[]): object[] =>
  lines
    .filter((line): line is StepLine | ValidationLine => line.kind === "step" || line.kind === "validation")
    .map((line) => (line.kind === "step" ? { ...line, seconds: 0, wait: 0 } : line));
