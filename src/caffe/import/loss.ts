import type { CaffeLayer } from "../net.js";

export interface Loss {
  /** The node with the scores; null where it is not known. */
  readonly scores: number | null;
  /** The blob with the labels. */
  readonly labels: string;
  readonly ignore: number | null;
  /** What the sum over pixels is divided by. */
  readonly normalization: "FULL" | "VALID" | "BATCH_SIZE" | "NONE";
  readonly layer: CaffeLayer;
}

/** SoftmaxWithLoss; the old `normalize` counts where `normalization` is not given (softmax_loss_layer.cpp). */
export function readLoss(layer: CaffeLayer, scores: number | null, labels: string): Loss {
  const fields = layer.fields.within("loss_param");
  const ignore = fields.number("ignore_label");
  const normalization = fields.word("normalization", ["FULL", "VALID", "BATCH_SIZE", "NONE"]);
  const normalize = fields.flag("normalize");
  fields.finish();
  layer.fields.within("softmax_param").ignore("engine", "axis").finish();
  layer.fields.finish();
  const old = normalize === false ? "BATCH_SIZE" : "VALID";
  return { scores, labels, ignore, normalization: normalization ?? old, layer };
}
