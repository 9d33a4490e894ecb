/** What a training step is fed with. */

export interface BatchValue<Values> {
  /** NHWC of images, NHW of labels. */
  readonly shape: readonly number[];
  readonly data: Values;
}

export interface Batch {
  /** By input of the plan: float32 [N, H, W, C], pixels as `feedImage` gives them. */
  readonly images: Readonly<Record<string, BatchValue<Float32Array>>>;
  /** By output of the plan: int32 [N, H, W], the output's ignore label where a pixel does not count. */
  readonly labels: Readonly<Record<string, BatchValue<Int32Array>>>;
  /** Of the examples, in order. */
  readonly names: readonly string[];
}
