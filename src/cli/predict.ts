import { stat } from "node:fs/promises";
import { buildModel } from "../../targets/web/build.js";
import { compile } from "../compile.js";
import type { EngineName, LoadedModel } from "../engines/engine.js";
import { feedImage } from "../images/feed.js";
import type { Plan } from "../model/plan.js";
import { nodeHost } from "../node-host.js";
import type { LoadPlan } from "../weights/load/load-plan.js";
import { renderLoadPlan } from "../weights/load/render.js";
import { admitClasses, deliver, fileOf, type OutputFiles } from "./deliver.js";
import { Fault, UsageError } from "./fail.js";
import { stopAtErrors, tell } from "./output.js";
import { specPath } from "./paths.js";
import { readPictures } from "./pictures.js";
import { admitDense, denseJson, predictDense, printDense } from "./predict-dense.js";
import { readPlan } from "./read-plan.js";
import { startEngine, type EngineDetail, type EngineOptions } from "./start-engine.js";
import { openWeights, type WeightOptions } from "./weights.js";
import { admitPlace } from "./write-file.js";

interface PredictOptions extends OutputFiles, WeightOptions, EngineOptions {
  readonly image: readonly string[];
  readonly net?: string;
  readonly shiftAndStitch?: string;
}

/** `fcnc predict SPEC|BUNDLE --image FILE` */
export async function run(source: string, options: PredictOptions): Promise<void> {
  const found = await stat(source).catch(() => null);
  const isBundle = found?.isDirectory() === true || source.endsWith(".json");
  if (!found && !source.endsWith(".fcn"))
    throw new Fault(`there is no spec or bundle \`${source}\``, ["name a `.fcn` file, or a folder of `fcnc compile`"]);
  if (isBundle && options.net !== undefined) throw new UsageError("a bundle has one net: leave --net out");
  if (isBundle && options.weights !== undefined)
    throw new UsageError("a bundle has its weights in it: leave --weights out");
  const plan = isBundle ? await readPlan(source) : await planOf(source, options);
  if (!plan) return;
  await admitPlaces(plan, options);
  for (const output of plan.outputs) admitClasses(output, options);
  const pictures = await readPictures(plan, options.image);
  const dense = options.shiftAndStitch === undefined ? null : admitDense(plan, options.shiftAndStitch, pictures);

  const { engine, engineDetail, model } = await loadModel(plan, source, isBundle, options);
  const start = performance.now();
  const masks = plan.outputs.map((output) => maskOf(model, output.name));
  const scores = options.scores === undefined ? [] : plan.outputs.map((output) => output.value);
  const feeds = Object.fromEntries(pictures.map(({ input, image }) => [input.name, feedImage(image, input)]));
  if (dense) {
    const heads = [await predictDense(dense, model, feeds)];
    const milliseconds = performance.now() - start;
    model.dispose();
    await deliver({ plan, pictures, heads, engine, engineDetail, milliseconds }, options, denseJson(dense));
    if (options.format !== "json") printDense(dense);
    return;
  }
  const values = await model.run(feeds, [...masks, ...scores]);
  const milliseconds = performance.now() - start;
  model.dispose();
  const heads = plan.outputs.map((output, index) => ({
    output,
    mask: values[masks[index] ?? ""],
    scores: values[output.value],
  }));
  await deliver({ plan, pictures, heads, engine, engineDetail, milliseconds }, options);
}

/** Outputs that cannot be written are refused before the net is run. */
async function admitPlaces(plan: Plan, options: OutputFiles): Promise<void> {
  for (const path of [options.mask, options.overlay, options.scores])
    for (const { name } of plan.outputs)
      if (path !== undefined) await admitPlace(fileOf(path, name, plan.outputs.length));
}

/** The node with an output's classes, as the bundle's metadata names it. */
function maskOf(model: LoadedModel, output: string): string {
  const fcnc = model.metadata["fcnc"];
  const outputs = typeof fcnc === "object" && fcnc !== null && "outputs" in fcnc ? fcnc.outputs : null;
  for (const head of Array.isArray(outputs) ? (outputs as unknown[]) : []) {
    if (typeof head !== "object" || head === null || !("name" in head) || !("mask" in head)) continue;
    if (head.name === output && typeof head.mask === "string") return head.mask;
  }
  throw new Fault(`the bundle does not say where the classes of \`${output}\` are`, ["compile it again"]);
}

interface Loaded {
  readonly engine: EngineName;
  readonly engineDetail: EngineDetail;
  readonly model: LoadedModel;
}

/** Starts an engine and loads a bundle, or a plan with the weights that were named. */
async function loadModel(plan: Plan, source: string, isBundle: boolean, options: PredictOptions): Promise<Loaded> {
  const weights = isBundle ? null : await openWeights(plan, options, tellLoadPlan);
  if (!isBundle && !weights)
    throw new UsageError("a spec needs weights: --weights FILE, or --weights init for fresh ones");
  try {
    const { engine, detail } = await startEngine(options);
    const started = { engine: engine.name, engineDetail: detail };
    if (!weights) return { ...started, model: await engine.load(source) };
    const { modelJson, weightData } = await buildModel(plan, weights);
    return { ...started, model: await engine.load({ modelJson, weightData }) };
  } finally {
    await weights?.close();
  }
}

/** Beside the result, and only where there is something to see. */
function tellLoadPlan(load: LoadPlan): void {
  if (load.tensors.some(({ kind }) => kind !== "copied" && kind !== "generated")) tell(renderLoadPlan(load));
}

async function planOf(spec: string, options: PredictOptions): Promise<Plan | null> {
  const result = await compile(
    { path: specPath(spec) },
    nodeHost,
    options.net === undefined ? {} : { net: options.net },
  );
  stopAtErrors(result, options);
  return result.plan;
}
