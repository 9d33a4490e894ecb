import type { TensorInfo, WeightSource } from "./source.js";

/**
 * Whether a tensor is PyTorch's count of the batches behind the statistics of a batch normalization
 * (torch/nn/modules/batchnorm.py): predicting has no use for it.
 */
export function isCounter({ tensors }: Pick<WeightSource, "tensors">, { name }: Pick<TensorInfo, "name">): boolean {
  const mean = name.replace(/num_batches_tracked$/, "running_mean");
  return mean !== name && tensors.has(mean);
}
