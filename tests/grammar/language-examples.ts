/** The examples by which the language was designed. */
export const staged = `fcn 1

import vgg16 from "./backbones/vgg16.fcn"

/// FCN-16s: the pool4 stream is scored and fused before the last upsampling.
net voc_fcn16s(classes: int = 21) {
  input image: bgr[H, W, 3] { mean: [104.00699, 116.66877, 122.67892] }

  vgg = image -> vgg16 {
    conv1_1.pad: 100
    convolutionize: [fc6, fc7]             // 7x7 and 1x1 convolutions, same weights
    without: [fc8]
  }

  score_fr    = vgg.fc7 -> conv(classes, 1, init: zero)
  upscore2    = upsample(2x)               // bilinear and fixed; \`learned: true\` trains it

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

export const backbone = `fcn 1

/// VGG-16, configuration D. Layer names follow the Caffe release, so weights load by name.
backbone vgg16(classes: int = 1000) {
  input image: bgr[224, 224, 3]            // the canonical size fixes the kernels
  conv1_1 = conv(64, 3, pad: 1) -> relu
  pool1   = maxpool(2)
  fc6 = dense(4096) -> relu -> dropout(0.5)
  fc7 = dense(4096) -> relu -> dropout(0.5)
  fc8 = dense(classes)

  tap pool3 at stride 8
  tap pool4 at stride 16
  tap fc7
}
`;

export const block = `fcn 1

/// A decoder step from the library: score a tap and fuse it into a deeper map that is already upsampled.
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

/** What the language says besides: words in odd places, arithmetic, layouts. */
export const odds = `fcn 1

import net as n, as as from, from, skip as step, from "./x.fcn"
import vgg16
  from "y.fcn"

net odd(width: int = 4 * (2 + 1), other: number = -0.5,) {
  input image: raw[H, 2 * W, -1 / 2] {}
  let at: 64
  let stride: -at
  let odd: 1 - 2 - 3 * 4 mod 5
  at = conv(at, 3x5, stride: 2, input: 1, from: 2, for: 3, as: 4, mod: 5)
  stride = at -> conv(stride, (3), { net: 1, tap.output: [true, false,], }) -> relu() { a: "q\\"\\n\\u{1F600}" }
  mod = vgg16 { without: [] }
  train = at
  target = train.output.input -> relu
  tap at at stride 16
  tap stride
  tap target.net at stride at * 2
  expect H mod 32 == 0
  expect (a == b) != (c >= d)
  expect -(1 + 2) < -(-3)
  output mod { mod: 3 mod 4 mod: 5 }
  return at output train
}

target web for odd
train odd { init: x, mod: 4 }
`;

export const examples: readonly string[] = [staged, backbone, block, odds];
