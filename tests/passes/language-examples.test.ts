/** The examples with which the language is described, as they stand there but for the paths of imports. */
import { describe, expect, test } from "vitest";
import { checked } from "../checks/expect-errors.js";

const fcn16s = `fcn 1

import vgg16 from "fcnc/backbones/vgg16.fcn"

/// FCN-16s: the pool4 stream is scored and fused before the last upsampling.
net voc_fcn16s(classes: int = 21) {
  input image: bgr[H, W, 3] { mean: [104.00699, 116.66877, 122.67892] }

  vgg = image -> vgg16 {
    conv1_1.pad: 100
    convolutionize: [fc6, fc7]             // 7x7 and 1x1 convolutions, same weights
    without: [fc8]
  }

  score_fr    = vgg.fc7 -> conv(classes, 1, init: zero)
  upscore2    = upsample(2x)               // deconv(classes, 4, stride: 2): bilinear and fixed

  score_pool4  = vgg.pool4 -> conv(classes, 1, init: zero)
  score_pool4c = crop(to: upscore2)                         // 5
  fuse_pool4   = sum(upscore2, score_pool4c)
  upscore16   = upsample(16x)

  score       = crop(to: image)                             // 27
  output score { labels: "voc.labels", ignore: 255 }

  expect offset(score) == 27
  expect valid(H >= 1, W >= 1)
}

train voc_fcn16s {
  init:      weights("voc-fcn32s.safetensors")
  data:      sbdd(split: "train", seed: 1337)
  validate:  voc2011(split: "seg11valid")
  loss:      softmax(reduce: sum)
  optimizer: sgd(rate: 1e-12, momentum: 0.99, decay: 5e-4)
  bias:      { rate: 2x, decay: 0 }
  batch:     1
  steps:     100_000
}

target web for voc_fcn16s {
  weights: { quantize: uint8, shard: "4MiB" }
  argmax:  true
}
`;

const vgg16 = `fcn 1

/// VGG-16, configuration D. Layer names follow the Caffe release, so weights load by name.
backbone vgg16(classes: int = 1000) {
  input image: bgr[224, 224, 3]            // the canonical size fixes the kernels of convolutionized dense layers
  conv1_1 = conv(64, 3, pad: 1) -> relu
  conv1_2 = conv(64, 3, pad: 1) -> relu
  pool1   = maxpool(2)
  conv2_1 = conv(128, 3, pad: 1) -> relu
  pool2   = maxpool(2)
  conv3_1 = conv(256, 3, pad: 1) -> relu
  pool3   = maxpool(2)
  conv4_1 = conv(512, 3, pad: 1) -> relu
  pool4   = maxpool(2)
  conv5_1 = conv(512, 3, pad: 1) -> relu
  pool5   = maxpool(2)
  fc6 = dense(4096) -> relu -> dropout(0.5)
  fc7 = dense(4096) -> relu -> dropout(0.5)
  fc8 = dense(classes)

  tap pool3 at stride 8
  tap pool4 at stride 16
  tap pool5 at stride 32
  tap fc7
}
`;

const fcn8s = `fcn 1

import vgg16 from "fcnc/backbones/vgg16.fcn"

/// A decoder step: score a tap and fuse it into a deeper map that is already upsampled.
block skip(deep: node, shallow: node, classes: int, offset: int = auto) {
  score = shallow -> conv(classes, 1, init: zero)
  fuse  = sum(deep, score, crop: offset)
  return fuse
}

net voc_fcn8s(classes: int = 21) {
  input image: bgr[H, W, 3] { mean: [104.00699, 116.66877, 122.67892] }
  vgg   = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }
  up2   = vgg.fc7 -> conv(classes, 1, init: zero) -> upsample(2x)
  up4   = skip(up2, vgg.pool4, classes) -> upsample(2x)
  up8   = skip(up4, vgg.pool3, classes) -> upsample(8x)
  score = crop(to: image)
  output score { labels: "voc.labels", ignore: 255 }
}
`;

describe("the examples of the language check clean", () => {
  test.each([
    ["FCN-16s", fcn16s],
    ["VGG-16", vgg16],
    ["FCN-8s", fcn8s],
  ])("%s", async (_name, text) => {
    const { diagnostics } = await checked(text);
    expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
  });
});
