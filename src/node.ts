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
export {
  importCaffe,
  type CaffeText,
  type Imported,
  type ImportRequest,
  type ImportResult,
} from "./caffe/import/import.js";
export { certify, type Job as CertifyJob } from "./certify/certify.js";
export { feedGenerated, feedPictures, type Fed } from "./certify/feed.js";
export { trialSize, type TrialSize } from "./certify/size.js";
export { verifyScores, verifyWeights, type Verification } from "./certify/verify.js";
export { CertifyError } from "./certify/error.js";
export { initWeights } from "./weights/init.js";
export { matchWeights, type WeightMatch } from "./weights/match.js";
export type { WeightProblem } from "./weights/problem.js";
export type { LoadPlan } from "./weights/load/load-plan.js";
export { loadWeights, type LoadedWeights } from "./weights/load/load-weights.js";
export { plainSource, recipeSources, type SourceSettings } from "./weights/load/source-settings.js";
export { renderLoadPlan } from "./weights/load/render.js";
export { compareWeights, type WeightsDifference } from "./weights/compare.js";
export { castWeights, selectWeights } from "./weights/view.js";
/** The formats of weights; each that can be written has `write`. */
export { byExtension, formats, openWeightFile } from "./weights/formats/index.js";
export type { WeightFormat, WriteOptions } from "./weights/formats/format.js";
export { READ_LIMITS, type ReadLimits } from "./weights/formats/limits.js";
export { WeightsError } from "./weights/errors.js";
export type { PlanWeights } from "./weights/plan-weights.js";
export type { TensorInfo, WeightFile, WeightSource } from "./weights/source.js";
/** Datasets on the disk, and batches of them for a net. */
export { DataError, type Dataset, type DatasetCall, type DatasetKind, type Example } from "./data/dataset.js";
export { callText, datasetCallOf, datasetKinds, openDataset } from "./data/datasets/index.js";
export type { Batch, BatchValue } from "./data/batch.js";
export { openBatches, type Batches, type BatchesOptions } from "./data/open-batches.js";
export { orderOf, type Order } from "./data/order.js";
export { readAugmentation, type Augmentation } from "./data/augment.js";
/** Training a plan with its recipe, on native TensorFlow, WASM or plain JavaScript. */
export { openTrainer, type OpenedTrainer, type TrainerOptions } from "./train/open-trainer.js";
export type { Prediction, Trainer, TrainerLosses, TrainerState } from "./train/trainer.js";
export { BatchError } from "./train/batch-check.js";
