/** The net that a command runs: of a bundle, or of a spec with weights, on the engine that was asked for. */
import { stat } from "node:fs/promises";
import { buildModel } from "../../targets/web/build.js";
import { compile } from "../compile.js";
import type { EngineName, LoadedModel } from "../engines/engine.js";
import type { Plan } from "../model/plan.js";
import { nodeHost } from "../node-host.js";
import { readRun } from "../train/run-folder.js";
import type { LoadPlan } from "../weights/load/load-plan.js";
import { renderLoadPlan } from "../weights/load/render.js";
import type { PlanWeights } from "../weights/plan-weights.js";
import { Fault, UsageError } from "./fail.js";
import { isOnnx, startOnnx } from "./onnx-net.js";
import { stopAtErrors, tell, type FormatOption } from "./output.js";
import { specPath } from "./paths.js";
import { readPlan } from "./read-plan.js";
import { startEngine, type EngineDetail, type EngineOptions } from "./start-engine.js";
import { openWeights, type WeightOptions } from "./weights.js";

export interface NetOptions extends FormatOption, WeightOptions, EngineOptions {
  readonly net?: string;
}

export interface NetSource {
  readonly plan: Plan;
  /** As it was named: a spec, or a bundle's folder or model.json. */
  readonly path: string;
  readonly isBundle: boolean;
}

/**
 * The plan of a spec or bundle. What is wrong with a spec is shown, and ends the command.
 * @throws {Fault} where there is neither, {UsageError} for options that a bundle has no use for.
 */
export async function openNet(path: string, options: NetOptions): Promise<NetSource> {
  const found = await stat(path).catch(() => null);
  const isBundle = found?.isDirectory() === true || path.endsWith(".json");
  if (!found && !path.endsWith(".fcn"))
    throw new Fault(`there is no spec or bundle \`${path}\``, ["name a `.fcn` file, or a folder of `fcnc compile`"]);
  if (isBundle) await refuseRun(path);
  if (isBundle && options.net !== undefined) throw new UsageError("a bundle has one net: leave --net out");
  if (isBundle && options.weights !== undefined)
    throw new UsageError("a bundle has its weights in it: leave --weights out");
  if (isBundle) return { plan: await readPlan(path), path, isBundle };
  const { net } = options;
  const result = await compile({ path: specPath(path) }, nodeHost, net === undefined ? {} : { net });
  stopAtErrors(result, options);
  if (!result.plan) throw new Error(`${path} has neither a plan nor errors`);
  return { plan: result.plan, path, isBundle };
}

/** @throws {Fault} for the folder of a training run, which has a net and weights, and is no bundle. */
async function refuseRun(path: string): Promise<void> {
  const run = await readRun(path).catch(() => null);
  if (run === null) return;
  throw new Fault(`\`${path}\` is the folder of a training run, and no bundle`, [
    `name the spec, and the run for its weights: \`${run.file} --weights ${path}\``,
  ]);
}

export interface RunningNet {
  readonly engine: EngineName | "onnxruntime-web";
  readonly engineDetail: EngineDetail;
  readonly model: LoadedModel;
}

/** Starts an engine and loads the bundle, or the plan with the weights that were named. The caller disposes the model. */
export async function startNet({ plan, path, isBundle }: NetSource, options: NetOptions): Promise<RunningNet> {
  if (isBundle && (await isOnnx(path))) return startOnnx(plan, path, options);
  if (isBundle) {
    const { engine, detail } = await startEngine(options);
    return { engine: engine.name, engineDetail: detail, model: await engine.load(path) };
  }
  const weights = await openWeights(plan, options, tellLoadPlan);
  if (!weights) throw new UsageError("a spec needs weights: --weights FILE, or --weights init for fresh ones");
  try {
    return await startPlan(plan, weights, options);
  } finally {
    await weights.close();
  }
}

/** Starts an engine with a plan and its weights. */
export async function startPlan(plan: Plan, weights: PlanWeights, options: EngineOptions): Promise<RunningNet> {
  const { engine, detail } = await startEngine(options);
  const { modelJson, weightData } = await buildModel(plan, weights);
  return { engine: engine.name, engineDetail: detail, model: await engine.load({ modelJson, weightData }) };
}

/** The node with an output's classes, as the bundle's metadata names it. */
export function maskOf(model: LoadedModel, output: string): string {
  const fcnc = model.metadata["fcnc"];
  const outputs = typeof fcnc === "object" && fcnc !== null && "outputs" in fcnc ? fcnc.outputs : null;
  for (const head of Array.isArray(outputs) ? (outputs as unknown[]) : []) {
    if (typeof head !== "object" || head === null || !("name" in head) || !("mask" in head)) continue;
    if (head.name === output && typeof head.mask === "string") return head.mask;
  }
  throw new Fault(`the bundle does not say where the classes of \`${output}\` are`, ["compile it again"]);
}

/** Beside the result, and only where there is something to see. */
function tellLoadPlan(load: LoadPlan): void {
  if (load.tensors.some(({ kind }) => kind !== "copied" && kind !== "generated")) tell(renderLoadPlan(load));
}
