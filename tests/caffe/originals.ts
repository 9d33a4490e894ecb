/**
 * Nets as net.py of shelhamer/fcn.berkeleyvision.org prints them, written here after the published files: a Python data
 * layer with its `param_str`, layers in place, rates for weights and biases, a loss.
 */
const window = (settings: string): string => `convolution_param {\n    ${settings}\n  }`;
const LEARNED = "param {\n    lr_mult: 1\n    decay_mult: 1\n  }\n  param {\n    lr_mult: 2\n    decay_mult: 0\n  }";
const FIXED = "param {\n    lr_mult: 0\n  }";

const layer = (name: string, type: string, bottoms: readonly string[], top: string, body = ""): string =>
  [
    "layer {",
    `  name: "${name}"`,
    `  type: "${type}"`,
    ...bottoms.map((bottom) => `  bottom: "${bottom}"`),
    `  top: "${top}"`,
    ...(body === "" ? [] : [`  ${body}`]),
    "}",
  ].join("\n");

const conv = (name: string, bottom: string, outputs: number, kernel: number, pad: number): string =>
  layer(
    name,
    "Convolution",
    [bottom],
    name,
    `${LEARNED}\n  ${window(`num_output: ${outputs}\n    pad: ${pad}\n    kernel_size: ${kernel}`)}`,
  );
const relu = (name: string, blob: string): string => layer(name, "ReLU", [blob], blob);
const drop = (name: string, blob: string): string =>
  layer(name, "Dropout", [blob], blob, "dropout_param {\n    dropout_ratio: 0.5\n  }");

export const data = (split: string, className: string, folder: string): string =>
  `layer {
  name: "data"
  type: "Python"
  top: "data"
  top: "label"
  python_param {
    module: "voc_layers"
    layer: "${className}"
    param_str: "{${folder}, \\'seed\\': 1337, \\'split\\': \\'${split}\\', \\'mean\\': (104.00699, 116.66877, 122.67892)}"
  }
}`;

export const trainData = data("train", "SBDDSegDataLayer", "\\'sbdd_dir\\': \\'../data/sbdd/dataset\\'");
export const valData = data("seg11valid", "VOCSegDataLayer", "\\'voc_dir\\': \\'../data/pascal/VOC2011\\'");

/** VGG16 without its classifier, on `data`, at a fraction of its width. */
export function vggTrunk(width = 64): string {
  const parts: string[] = [];
  let top = "data";
  [2, 2, 3, 3, 3].forEach((count, stage) => {
    for (let index = 1; index <= count; index++) {
      const name = `${stage + 1}_${index}`;
      parts.push(conv(`conv${name}`, top, width * 2 ** Math.min(stage, 3), 3, top === "data" ? 100 : 1));
      top = `conv${name}`;
      parts.push(relu(`relu${name}`, top));
    }
    const pooling = "pooling_param {\n    pool: MAX\n    kernel_size: 2\n    stride: 2\n  }";
    parts.push(layer(`pool${stage + 1}`, "Pooling", [top], `pool${stage + 1}`, pooling));
    top = `pool${stage + 1}`;
  });
  parts.push(conv("fc6", top, 64 * width, 7, 0), relu("relu6", "fc6"), drop("drop6", "fc6"));
  parts.push(conv("fc7", "fc6", 64 * width, 1, 0), relu("relu7", "fc7"), drop("drop7", "fc7"));
  return parts.join("\n");
}

/** The whole of voc-fcn32s, with an offset of its crop. */
export function fcn32s(dataLayer: string, offset = 19, width = 64): string {
  return [
    dataLayer,
    vggTrunk(width),
    conv("score_fr", "fc7", 21, 1, 0),
    layer(
      "upscore",
      "Deconvolution",
      ["score_fr"],
      "upscore",
      `${FIXED}\n  ${window("num_output: 21\n    bias_term: false\n    kernel_size: 64\n    stride: 32")}`,
    ),
    layer("score", "Crop", ["upscore", "data"], "score", `crop_param {\n    axis: 2\n    offset: ${offset}\n  }`),
    layer(
      "loss",
      "SoftmaxWithLoss",
      ["score", "label"],
      "loss",
      "loss_param {\n    ignore_label: 255\n    normalize: false\n  }",
    ),
    "",
  ].join("\n");
}

export const SOLVER = `train_net: "train.prototxt"
test_net: "val.prototxt"
test_iter: 736
# make test net, but don't invoke it from the solver itself
test_interval: 999999999
display: 20
average_loss: 20
lr_policy: "fixed"
# lr for unnormalized softmax
base_lr: 1e-10
# high momentum
momentum: 0.99
# no gradient accumulation
iter_size: 1
max_iter: 100000
weight_decay: 0.0005
snapshot: 4000
snapshot_prefix: "snapshot/train"
test_initialization: false
`;
