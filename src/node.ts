/** What fcnc adds where there is a disk: the library of specs, weight files, targets and engines. */
export { nodeHost } from "./node-host.js";
export { targets } from "../targets/index.js";
export { TargetError, type Target, type TargetOptions, type Written } from "../targets/target.js";
export type { StorageRule, StoredType } from "../targets/storage.js";
export type { BundleJson, Certificate } from "../targets/certificate.js";
export { WriteError } from "../targets/write-folder.js";
export { buildModel } from "../targets/web/build.js";
export { selectEngine } from "./engines/select.js";
export { EngineError, type Engine, type EngineName, type LoadedModel, type Value } from "./engines/engine.js";
export { initWeights } from "./weights/init.js";
export { matchWeights, type WeightMatch } from "./weights/match.js";
export type { WeightProblem } from "./weights/problem.js";
export type { LoadPlan } from "./weights/load/load-plan.js";
export { openWeightFile } from "./weights/formats/index.js";
export { READ_LIMITS, type ReadLimits } from "./weights/formats/limits.js";
export { WeightsError } from "./weights/errors.js";
export type { PlanWeights } from "./weights/plan-weights.js";
export type { TensorInfo, WeightFile, WeightSource } from "./weights/source.js";
