/** Caffe nets as people have them, and the specs that are made of them. */
import { describe, expect, test } from "vitest";
import { renderTerminal } from "../../src/diagnostics/terminal.js";
import { errorsOf, importText, membersOf } from "./import.js";
import { fcn32s, SOLVER, trainData, valData } from "./originals.js";

const INPUT = 'input: "data" input_dim: 1 input_dim: 3 input_dim: 64 input_dim: 64\n';
const net = (...layers: readonly string[]): string => INPUT + layers.map((body) => `layer { ${body} }`).join("\n");
const CONV =
  'name: "c" type: "Convolution" bottom: "data" top: "c" convolution_param { num_output: 8 kernel_size: 3 pad: 1 }';

test("FCN-32s as it was published becomes the spec that a person would write", async () => {
  const nets = { "train.prototxt": fcn32s(trainData), "val.prototxt": fcn32s(valData) };
  const { imported, diagnostics } = await importText(fcn32s(trainData), { solver: SOLVER, nets, labels: "voc.labels" });
  expect(diagnostics.filter(({ severity }) => severity !== "note")).toEqual([]);
  expect(imported?.backbones.map(({ name }) => name)).toEqual(["vgg16"]);
  expect(imported?.text).toBe(`fcn 1

import vgg16 from "fcnc/backbones/vgg16.fcn"

/// Imported from Caffe: net.prototxt.
net net_(classes: int = 21) {
  input image: bgr[H, W, 3] { mean: [104.00699, 116.66877, 122.67892] }

  vgg = image -> vgg16 {
    conv1_1.pad: 100
    convolutionize: [fc6, fc7]
    without: [fc8]
  }

  score_fr = vgg.fc7 -> conv(classes, 1, init: zero)
  upscore  = upsample(32x)
  score    = crop(to: image, offset: 19)
  output score { labels: "voc.labels", ignore: 255 }
}

train net_ {
  data: sbdd(split: "train", seed: 1337)
  validate: voc2011(split: "seg11valid", seed: 1337)
  loss: softmax(reduce: sum)
  optimizer: sgd(rate: 1e-10, momentum: 0.99, decay: 0.0005)
  bias: { rate: 2x, decay: 0 }
  batch: 1
  steps: 100_000
  snapshot: 4000
}
`);
});

test("a wrong offset in the wild is found, and shown in both files", async () => {
  const { imported, diagnostics, sources } = await importText(fcn32s(trainData, 34, 8));
  expect(imported?.plan).toBeNull();
  const found = diagnostics.filter(({ severity }) => severity === "error");
  expect(found.map(({ code }) => code)).toEqual(["crop-offset"]);
  const shown = renderTerminal(found, sources, { color: false });
  expect(shown).toContain("crop offset 34 puts `score` 15 px off the image grid");
  expect(shown).toContain("offset: 34)");
  expect(shown).toMatch(/net\.prototxt:\d+/);
  expect(shown).toContain("`score` in net.prototxt");
});

test("half the width is a parameter of the backbone", async () => {
  expect(await membersOf(fcn32s(trainData, 19, 32))).toContain("vgg = image -> vgg16(width: 32) {");
});

describe("forms of old and of today", () => {
  test("V1: layers with words for types, blobs_lr, weight_decay", async () => {
    const text = `${INPUT}layers { name: "c/1" type: CONVOLUTION bottom: "data" top: "c" blobs_lr: 1 blobs_lr: 2 weight_decay: 1
      weight_decay: 0 convolution_param { num_output: 8 kernel_h: 3 kernel_w: 5 pad_h: 1 pad_w: 2 stride: 2 } }
      layers { name: "r" type: RELU bottom: "c" top: "c" relu_param { negative_slope: 0.1 } }`;
    expect(await membersOf(text, { solver: "base_lr: 0.1" })).toEqual([
      "// The prototxt does not say what is subtracted from images: add `mean` where something was.",
      "input image: bgr[H, W, 3]",
      "c_1 = image -> conv(8, 3x5, stride: 2, pad: 1x2, init: zero) -> leaky(0.1)",
      "output c_1",
    ]);
    expect((await importText(text, { solver: "base_lr: 0.1" })).imported?.text).toContain(
      "bias: { rate: 2x, decay: 0 }",
    );
  });

  test("Split, Silence, Accuracy, DummyData, layers of a phase", async () => {
    const { imported, diagnostics } = await importText(`
      layer { name: "dummy" type: "DummyData" top: "data" dummy_data_param { shape { dim: 1 dim: 1 dim: 8 dim: 8 } } }
      layer { name: "l" type: "DummyData" top: "label" dummy_data_param { shape { dim: 1 dim: 1 dim: 8 dim: 8 } } }
      layer { name: "split" type: "Split" bottom: "data" top: "a" top: "b" }
      layer { name: "c" type: "Convolution" bottom: "a" top: "c" convolution_param { num_output: 2 kernel_size: 1 weight_filler { type: "xavier" } } }
      layer { name: "only" type: "Convolution" bottom: "b" top: "d" include { phase: TRAIN } convolution_param { num_output: 2 kernel_size: 1 } }
      layer { name: "silence" type: "Silence" bottom: "b" }
      layer { name: "accuracy" type: "Accuracy" bottom: "c" bottom: "label" top: "accuracy" }
      layer { name: "loss" type: "SoftmaxWithLoss" bottom: "c" bottom: "label" top: "loss" exclude { phase: TEST } }`);
    expect(imported?.text).toContain("  c = image -> conv(classes, 1, init: xavier)\n  output c\n");
    const notes = diagnostics.filter(({ code }) => code === "caffe-ignored").map(({ message }) => message);
    expect(notes).toEqual([
      "`dummy` (DummyData) is left out: it says where images come from",
      "`l` (DummyData) is left out: it says where images come from",
      "`only` (Convolution) is left out: it belongs to another phase or stage",
      "`silence` (Silence) is left out: it measures what the net gives, or drops it",
      "`accuracy` (Accuracy) is left out: it measures what the net gives, or drops it",
      "`loss` (SoftmaxWithLoss) is left out: it is the loss, which a recipe has",
    ]);
  });

  test("stages", async () => {
    const text = net(CONV, 'name: "s" type: "Sigmoid" bottom: "c" top: "s" include { stage: "deploy" }');
    expect((await membersOf(text)).at(-1)).toBe("output c");
    expect((await membersOf(text, { stages: ["deploy"] })).at(-1)).toBe("output s");
  });

  test("transform_param and mean_file", async () => {
    const data = (transform: string): string =>
      `layer { name: "data" type: "ImageData" top: "data" top: "label" transform_param { ${transform} } image_data_param { source: "x" } }
       layer { ${CONV} }`;
    expect((await membersOf(data("mean_value: 1 mean_value: 2 mean_value: 3 scale: 0.5 mirror: true")))[0]).toBe(
      "input image: bgr[H, W, 3] { mean: [1, 2, 3], scale: 0.5 }",
    );
    const means = { "mean.binaryproto": [4, 5, 6] };
    expect(await membersOf(data('mean_file: "mean.binaryproto"'), { means })).toContain(
      "input image: bgr[H, W, 3] { mean: [4, 5, 6] }",
    );
  });

  test("every layer kind", async () => {
    const layers: readonly (readonly [string, string, string])[] = [
      ["BatchNorm", "batch_norm_param { use_global_stats: true eps: 1e-3 }", "batchnorm(epsilon: 0.001)"],
      ["Dropout", "dropout_param { dropout_ratio: 0.3 }", "dropout(0.3)"],
      ["ELU", "", "elu"],
      ["InnerProduct", "inner_product_param { num_output: 4 bias_term: false }", "dense(4, bias: false, init: zero)"],
      ["LRN", "lrn_param { local_size: 3 alpha: 2 }", "lrn(3, alpha: 2)"],
      ["PReLU", "prelu_param { filler { value: 0.5 } }", "prelu(slope: 0.5)"],
      [
        "Pooling",
        "pooling_param { pool: AVE kernel_size: 3 stride: 2 round_mode: FLOOR }",
        "avgpool(3, stride: 2, round: floor)",
      ],
      ["Pooling", "pooling_param { pool: MAX global_pooling: true }", "globalpool(method: max)"],
      ["Power", "power_param { scale: 0.01 }", "scale(0.01)"],
      ["ReLU", "relu_param { engine: CAFFE }", "relu"],
      ["Scale", "param { lr_mult: 0 } scale_param { filler { value: 0.01 } }", "scale(0.01)"],
      ["Scale", "scale_param { bias_term: true }", "scale(learned: true, bias: true)"],
      ["Sigmoid", "", "sigmoid"],
      ["Softmax", "", "softmax"],
      ["TanH", "", "tanh"],
      [
        "Convolution",
        "convolution_param { num_output: 6 kernel_size: 3 group: 3 dilation: 2 bias_term: false }",
        "conv(classes, 3, dilation: 2, groups: 3, bias: false, init: zero)",
      ],
      [
        "Deconvolution",
        'convolution_param { num_output: 3 kernel_size: 4 stride: 2 group: 3 weight_filler { type: "bilinear" } }',
        "deconv(3, 4, stride: 2, groups: 3, bias: true, init: bilinear)",
      ],
      [
        "Deconvolution",
        'param { lr_mult: 0 } convolution_param { num_output: 3 kernel_size: 4 stride: 2 pad: 1 group: 3 bias_term: false weight_filler { type: "bilinear" } }',
        "upsample(2x, pad: 1)",
      ],
    ];
    for (const [type, body, text] of layers)
      expect(await membersOf(net(`name: "x" type: "${type}" bottom: "data" top: "x" ${body}`))).toContainEqual(
        expect.stringMatching(new RegExp(`^x = image -> ${text.replaceAll(/[().]/g, "\\$&")}$`)),
      );
  });

  test("maps that meet, and a batch normalization in two layers", async () => {
    expect(
      await membersOf(
        net(
          'name: "bn" type: "BatchNorm" bottom: "data" top: "bn"',
          'name: "sc" type: "Scale" bottom: "bn" top: "bn" scale_param { bias_term: true }',
          'name: "r" type: "ReLU" bottom: "bn" top: "bn"',
          'name: "s" type: "Eltwise" bottom: "bn" bottom: "data" top: "s" eltwise_param { coeff: 0.5 coeff: 2 }',
          'name: "p" type: "Eltwise" bottom: "s" bottom: "data" top: "p" eltwise_param { operation: PROD }',
          'name: "j" type: "Concat" bottom: "p" bottom: "data" top: "j"',
        ),
      ),
    ).toEqual([
      expect.stringContaining("//"),
      "input image: bgr[H, W, 3]",
      "bn = image -> batchnorm() -> relu",
      "s  = sum(bn, image, weights: [0.5, 2])",
      "p  = product(s, image)",
      "j  = concat(p, image)",
      "output j",
    ]);
  });

  test("a layer without settings at the head of a line", async () => {
    const members = await membersOf(`
      input: "data" input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 8
      layer { name: "score" type: "Convolution" bottom: "data" top: "score"
        convolution_param { num_output: 2 kernel_size: 1 } }
      layer { name: "gate" type: "Sigmoid" bottom: "score" top: "gate" }
      layer { name: "share" type: "Softmax" bottom: "gate" top: "share" }`);
    expect(members).toContain("gate  = sigmoid()");
    expect(members).toContain("share = softmax()");
  });

  test("a layer in place whose input is taken before", async () => {
    const text = net(
      CONV,
      'name: "side" type: "Sigmoid" bottom: "c" top: "side"',
      'name: "r" type: "ReLU" bottom: "c" top: "c"',
      'name: "sum" type: "Eltwise" bottom: "c" bottom: "side" top: "sum"',
    );
    expect((await membersOf(text)).slice(2)).toEqual([
      "c    = image -> conv(8, 3, pad: 1, init: zero)",
      "side = sigmoid()",
      "r   = c -> relu",
      "sum = sum(r, side)",
      "output sum",
    ]);
  });

  test("weights say whether a fixed kernel is bilinear", async () => {
    const up = net(
      'name: "u" type: "Deconvolution" bottom: "data" top: "u" param { lr_mult: 0 } convolution_param { num_output: 3 kernel_size: 4 stride: 2 bias_term: false }',
    );
    expect(await membersOf(up)).toContain("u = image -> upsample(2x)");
    expect(await membersOf(up, { bilinear: true })).toContain("u = image -> upsample(2x)");
    expect(await membersOf(up, { bilinear: false })).toContain("u = image -> deconv(3, 4, stride: 2, init: bilinear)");
  });
});

describe("what is not understood is named with its line", () => {
  test.each<[string, string, string[]]>([
    [
      "a layer type that nobody knows",
      net(CONV, 'name: "x" type: "Convolutoin" bottom: "c" top: "x"'),
      ["3: layer `x` is a `Convolutoin`, which a spec has not"],
    ],
    [
      "a layer that a spec has not",
      net('name: "i" type: "Interp" bottom: "data" top: "i" interp_param { zoom: 2 }'),
      ["2: layer `i` is a `Interp`, which a spec has not"],
    ],
    [
      "a Python layer in the middle",
      net('name: "p" type: "Python" bottom: "data" top: "p"'),
      ["2: layer `p` is a `Python`, which a spec has not"],
    ],
    [
      "a blob that no layer gives",
      net(CONV.replace('"data"', '"dat"')),
      ["2: no layer above layer `c` gives a blob `dat`"],
    ],
    ["a field", net(CONV.replace("pad: 1", "pda: 1")), ["2: the field `pda` of layer `c` is not understood"]],
    [
      "a word",
      net('name: "p" type: "Pooling" bottom: "data" top: "p" pooling_param { pool: MIN kernel_size: 2 }'),
      ["2: `pool` of layer `p` wants one of MAX, AVE, STOCHASTIC"],
    ],
    [
      "a power",
      net('name: "p" type: "Power" bottom: "data" top: "p" power_param { power: 2 }'),
      ["2: layer `p` does more than to multiply by a number"],
    ],
    [
      "the largest of maps",
      net(CONV, 'name: "m" type: "Eltwise" bottom: "c" bottom: "c" top: "m" eltwise_param { operation: MAX }'),
      ["3: layer `m` takes the largest of several maps"],
    ],
    ["shared weights", net(`${CONV} param { name: "w" }`), ["2: layer `c` shares weights with another layer"]],
    [
      "a crop of channels",
      net(CONV, 'name: "k" type: "Crop" bottom: "c" bottom: "data" top: "k" crop_param { axis: 1 }'),
      ["3: layer `k` crops other axes than height and width"],
    ],
    ["no kernel", net(CONV.replace("kernel_size: 3", "")), ["2: layer `c` has no `kernel_size`"]],
    [
      "a type of value",
      net(CONV.replace("num_output: 8", 'num_output: "8"')),
      ["2: `num_output` of layer `c` wants a whole number from 0 on", "2: layer `c` has no `num_output`"],
    ],
    [
      "V0",
      `${INPUT}layers { layer { name: "c" type: "conv" } bottom: "data" top: "c" }`,
      ["2: a net in the layout of 2013 (V0) is not understood"],
    ],
    ["no text format", "layer {", ["1: `{` is never closed"]],
    ["a net without layers", 'name: "n"', ["-: `net.prototxt` has no layer that computes something"]],
    [
      "a solver in place of a net",
      SOLVER.split("\n").slice(0, 1).join("\n"),
      ["1: the field `train_net` of the net is not understood"],
    ],
  ])("%s", async (_, text, errors) => {
    expect(await errorsOf(text)).toEqual(errors);
  });
});

test("means that the published data layers have in their code", async () => {
  const data = (module: string, layer: string, tops: readonly string[], settings: string): string =>
    `layer { name: "data" type: "Python" ${tops.map((top) => `top: "${top}"`).join(" ")}
       python_param { module: "${module}" layer: "${layer}" param_str: "{${settings}}" } }
     layer { name: "c" type: "Convolution" bottom: "${tops[0]}" top: "c" convolution_param { num_output: 2 kernel_size: 1 } }`;
  const nyud = "'nyud_dir': '../data/nyud', 'split': 'test', 'seed': 1337, 'tops': ['hha', 'label']";
  expect(await membersOf(data("nyud_layers", "NYUDSegDataLayer", ["data", "label"], nyud))).toContain(
    "input image: raw[H, W, 3] { mean: [132.431, 94.076, 118.477] }",
  );
  const depth = nyud.replace("hha", "depth");
  expect(await membersOf(data("nyud_layers", "NYUDSegDataLayer", ["data", "label"], depth))).toContain(
    "input image: raw[H, W, 1] { log: true, mean: 7.844 }",
  );
  const sift = "'siftflow_dir': '../data/sift-flow', 'seed': 1337, 'split': 'trainval'";
  expect(await membersOf(data("siftflow_layers", "SIFTFlowSegDataLayer", ["data", "sem", "geo"], sift))).toContain(
    "input image: bgr[H, W, 3] { mean: [114.578, 115.294, 108.353] }",
  );
});

describe("files of strangers", () => {
  test("names that no spec can have become some that it can", async () => {
    const text = net(
      'name: "net" type: "Sigmoid" bottom: "data" top: "x }\\n"',
      'name: "1/2 \\"" type: "TanH" bottom: "x }\\n" top: "y"',
      'name: "1_2" type: "TanH" bottom: "y" top: "z"',
    );
    expect((await membersOf(text)).slice(2)).toEqual([
      "net_   = image -> sigmoid",
      "l1_2   = tanh()",
      "l1_2_2 = tanh()",
      "output l1_2_2",
    ]);
  });

  test.each([
    ["a size that is none", '# fcnc input {"blob":"data","name":"a","format":"bgr","height":"H }"}'],
    ["a target that is none", '# fcnc targets {"web x":{"argmax":true}}'],
  ])("notes with %s", async (_, note) => {
    expect(await errorsOf(`${note}\n${net(CONV)}`)).toEqual([
      "-: what the notes `# fcnc ...` say cannot be said in a spec",
    ]);
  });

  test("a damaged note", async () => {
    expect(await errorsOf(`# fcnc input {"blob":1}\n${net(CONV)}`)).toEqual([
      '-: a note of fcnc is damaged: `# fcnc input {"blob":1}`',
    ]);
  });

  test("more layers than are read", async () => {
    const layers = Array.from({ length: 10_001 }, () => 'type: "ReLU" bottom: "data" top: "data"');
    expect(await errorsOf(net(...layers))).toEqual(["-: the net has 10001 layers, and at most 10000 are read"]);
  });
});
