import { pixelsOf } from "../../targets/onnx/heads.js";
import { builtOnnxRuntime } from "../../targets/web/module-files.js";
import { ONNX_WEIGHTS } from "../../targets/web/runtimes.js";
import { onnxRuntime } from "../engines/onnxruntime.js";
import type { Plan } from "../model/plan.js";
import type { Runs } from "./scores.js";

/** ONNX Runtime as bundles carry it, here in Node. @throws {EngineError} when it does not start. */
export async function onnxEngine(plan: Plan): Promise<Runs> {
  return { ...(await onnxRuntime(builtOnnxRuntime(), ONNX_WEIGHTS)), nodeOf: (output) => pixelsOf(plan, output) };
}
