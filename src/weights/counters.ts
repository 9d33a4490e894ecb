import type { TensorInfo, WeightSource } from "./source.js";

/**
 * The running mean beside a tensor that is PyTorch's count of the batches behind the statistics of a batch normalization
 * (torch/nn/modules/batchnorm.py): predicting has no use for it.
 */
export function countedMean(
  { tensors }: Pick<WeightSource, "tensors">,
  { name }: Pick<TensorInfo, "name">,
): TensorInfo | null {
  const mean = name.replace(/num_batches_tracked$/, "running_mean");
  return mean === name ? null : (tensors.get(mean) ?? null);
}
