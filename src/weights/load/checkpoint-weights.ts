import type { WeightFile } from "../source.js";
import { selectWeights } from "../view.js";

/** What checkpoints of training runs say in their metadata, and files of weights do not. */
const OF_A_RUN = "accumulated";

/** Of a training run's checkpoint the weights: what the optimizer keeps beside each (`conv1_1.weight/momentum`) is none. */
export function withoutOptimizer(file: WeightFile): WeightFile {
  if (file.metadata[OF_A_RUN] === undefined) return file;
  const isKept = (name: string): boolean => {
    const end = name.lastIndexOf("/");
    return end < 0 || !file.tensors.has(name.slice(0, end));
  };
  return selectWeights(file, isKept);
}
