/**
 * The confusion of a segmentation with its truth, and the four metrics of the paper (Long, Shelhamer and Darrell 2015,
 * section 5): n_ij is the number of pixels of class i that are predicted as class j.
 */
export interface Confusion {
  readonly classes: number;
  /** [classes, classes], rows are the truth: n_ij at i * classes + j. Whole numbers, exact to 2^53. */
  readonly counts: Float64Array;
}

export interface Metrics {
  /** sum n_ii / sum t_i */
  readonly pixelAccuracy: number;
  /** Mean of n_ii / t_i over the classes that are in the truth. */
  readonly meanAccuracy: number;
  /** Mean of n_ii / (t_i + sum_j n_ji - n_ii) over the classes that are in truth or prediction. */
  readonly meanIU: number;
  /** sum t_i IU_i / sum t_k */
  readonly frequencyWeightedIU: number;
}
