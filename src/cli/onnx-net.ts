/** Folders whose net is a `model.onnx`: run on ONNX Runtime, as pages have it. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { lower } from "../../targets/onnx/lower.js";
import { builtOnnxRuntime } from "../../targets/web/module-files.js";
import { ONNX_WEIGHTS } from "../../targets/web/runtimes.js";
import type { LoadedModel } from "../engines/engine.js";
import { onnxRuntime } from "../engines/onnxruntime.js";
import type { Plan } from "../model/plan.js";
import { Fault, UsageError } from "./fail.js";
import type { RunningNet } from "./open-net.js";
import { tellEngine, type EngineOptions } from "./start-engine.js";

/** Whether a folder was written by `--target onnx`, or is a bundle on ONNX Runtime Web. */
export async function isOnnx(folder: string): Promise<boolean> {
  return (await has(folder, "model.onnx")) && !(await has(folder, "model.json"));
}

const has = async (folder: string, name: string): Promise<boolean> =>
  (await stat(join(folder, name)).catch(() => null))?.isFile() ?? false;

/** @throws {EngineError} where the model cannot be loaded, {UsageError} for engines of TensorFlow. */
export async function startOnnx(plan: Plan, folder: string, options: EngineOptions): Promise<RunningNet> {
  if (options.engine !== "auto" && options.engine !== "wasm")
    throw new UsageError(`a model.onnx is run by ONNX Runtime on WASM: leave \`--engine ${options.engine}\` out`);
  const engine = await onnxRuntime(builtOnnxRuntime(), ONNX_WEIGHTS);
  const engineDetail = { asked: options.engine, description: engine.description, passedOver: [] };
  tellEngine(engineDetail, options);
  const { run, dispose } = await engine.load(folder);
  const { heads } = lower(plan, new Set(), { pixels: await has(folder, "bundle.json") });
  // Scores go by the plan's name for them, which a graph may have under the output's.
  const nodes = new Map(heads.flatMap(({ output, scores, mask }) => [[output.value, scores] as const, [mask, mask]]));
  const model: LoadedModel = {
    metadata: { fcnc: { outputs: heads.map(({ output, mask }) => ({ name: output.name, mask })) } },
    inputs: plan.inputs.map(({ name }) => name),
    outputs: [...nodes.keys()],
    async run(inputs, outputs) {
      const other = outputs.find((name) => !nodes.has(name));
      if (other !== undefined)
        throw new Fault(`a model.onnx gives its outputs alone, and \`${other}\` is a layer within`, [
          "name the spec, with its weights",
        ]);
      const values = await run(
        inputs,
        outputs.map((name) => nodes.get(name) ?? name),
      );
      return Object.fromEntries(outputs.map((name) => [name, values[nodes.get(name) ?? name]])) as typeof values;
    },
    dispose,
  };
  return { engine: engine.name, engineDetail, model };
}
