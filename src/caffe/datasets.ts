/**
 * The data sets that recipes name, and the Python data layers of shelhamer/fcn.berkeleyvision.org that load them: what
 * `data: sbdd(split: "train")` is in a train.prototxt, both ways. These layers load one image at a time.
 */
export interface Dataset {
  /** As a recipe calls it. */
  readonly name: string;
  readonly module: string;
  readonly layer: string;
  /** The key of `param_str` that names the folder, and the folder as the published files have it. */
  readonly folderKey: string;
  readonly folder: string;
  /** Settings besides these, `seed`, `split`, `mean` and `tops`. */
  readonly more?: Readonly<Record<string, string>>;
  /** Whether `param_str` names the mean that the layer subtracts; otherwise it is in the layer's code. */
  readonly hasMean: boolean;
  /** Whether `param_str` names what is loaded, in `tops`. */
  readonly hasTops: boolean;
  /** Images of a split, for a solver's test_iter. */
  readonly images: Readonly<Record<string, number>>;
}

export const DATASETS: readonly Dataset[] = [
  {
    name: "sbdd",
    module: "voc_layers",
    layer: "SBDDSegDataLayer",
    folderKey: "sbdd_dir",
    folder: "../data/sbdd/dataset",
    hasMean: true,
    hasTops: false,
    images: { train: 8498 },
  },
  {
    name: "voc2011",
    module: "voc_layers",
    layer: "VOCSegDataLayer",
    folderKey: "voc_dir",
    folder: "../data/pascal/VOC2011",
    hasMean: true,
    hasTops: false,
    images: { seg11valid: 736 },
  },
  {
    name: "nyud",
    module: "nyud_layers",
    layer: "NYUDSegDataLayer",
    folderKey: "nyud_dir",
    folder: "../data/nyud",
    hasMean: false,
    hasTops: true,
    images: { trainval: 795, test: 654 },
  },
  {
    name: "siftflow",
    module: "siftflow_layers",
    layer: "SIFTFlowSegDataLayer",
    folderKey: "siftflow_dir",
    folder: "../data/sift-flow",
    hasMean: false,
    hasTops: false,
    images: { trainval: 2486, test: 200 },
  },
  {
    name: "pascal_context",
    module: "pascalcontext_layers",
    layer: "PASCALContextSegDataLayer",
    folderKey: "context_dir",
    folder: "../../data/pascal-context",
    more: { voc_dir: "../../data/pascal" },
    hasMean: false,
    hasTops: false,
    images: { val: 5105 },
  },
];
