import type { Kernel } from "../value.js";

/**
 * Softmax cross-entropy of each row of scores [M, C] with its label [M]: the loss [M] and its gradient [M, C]. The largest
 * score is taken off first, so that a loss of any height is exact.
 */
const entropy: Kernel = (call) => {
  const { core } = call;
  const scores = call.tensor(0);
  const labels = call.tensor(1);
  const [rows = 0, classes = 0] = scores.shape;
  if (labels.shape[0] !== rows)
    throw new RangeError(`${labels.shape[0]} labels were given for ${rows} pixels: they are not of the scores' size`);
  // The one-hot of a single class is all ones, and TF.js has no such.
  const chosen = classes === 1 ? core.onesLike(scores) : core.cast(core.oneHot(labels as never, classes), "float32");
  const from = core.sub(scores, core.max(scores, 1, true));
  const powers = core.exp(from);
  const total = core.sum(powers, 1, true);
  const loss = core.sub(core.log(core.reshape(total, [rows])), core.sum(core.mul(from, chosen), 1));
  return [loss, core.sub(core.div(powers, total), chosen)];
};

export const LOSS_KERNELS: Readonly<Record<string, Kernel>> = { SparseSoftmaxCrossEntropyWithLogits: entropy };
