/** Small nets with recipes, of the kinds that the paper trains. */
import type { Plan } from "../../src/model/plan.js";
import { compileText } from "../numbers/compiled.js";

const TRUNK = `
  conv1 = image -> conv(6, 3, pad: 7) -> relu
  pool1 = maxpool(2)
  conv2 = conv(8, 3, pad: 1) -> relu
  pool2 = maxpool(2)
  conv3 = conv(10, 3, pad: 1) -> relu
  pool3 = maxpool(2)
  fc    = conv(12, 3) -> relu`;

const net = (input: string, members: string, recipe: string): string => `fcn 1
net small {
  input image: ${input}
${TRUNK}
${members}
}
train small {
${recipe}
}
`;

const PIXELS = "bgr[H, W, 3] { mean: [104, 117, 123], scale: 0.02 }";

/** By what is tried. The rate is the test's, as every step is told it. */
export const TRAINING_NETS: Readonly<Record<string, string>> = {
  "32s-like: fixed upsampling, sum, momentum, decay, rates of layers": net(
    PIXELS,
    `  score_fr = conv(4, 1)
  up    = upsample(8x)
  score = crop(to: image)
  output score { ignore: 255 }`,
    `  loss: softmax(reduce: sum)
  optimizer: sgd(rate: 1e-5, momentum: 0.99, decay: 5e-2)
  bias: { rate: 2x, decay: 0 }
  score_fr.rate: 3x
  conv1.rate: 0
  batch: 1`,
  ),
  "16s-like: a skip, learned upsampling, the mean over pixels": net(
    PIXELS,
    `  score_fr = conv(4, 1)
  up2   = upsample(2x, learned: true)
  score_pool2 = pool2 -> conv(4, 1)
  cut2  = crop(to: up2)
  fuse  = sum(up2, cut2)
  up4   = upsample(4x)
  score = crop(to: image)
  output score { ignore: 255 }`,
    `  loss: softmax(reduce: mean)
  optimizer: sgd(rate: 1e-2, momentum: 0.9, decay: 5e-3)
  bias: { rate: 2x, decay: 0 }
  batch: 2`,
  ),
  "8s-like: two skips, scaled, two heads": net(
    PIXELS,
    `  score_fr = conv(4, 1)
  up2   = upsample(2x)
  scaled2 = pool2 -> scale(0.1)
  score_pool2 = conv(4, 1)
  cut2  = crop(to: up2)
  fuse2 = sum(up2, cut2)
  up1   = upsample(2x)
  scaled1 = pool1 -> scale(0.5, learned: true)
  score_pool1 = conv(4, 1, pad: 2)
  fuse1 = sum(up1, score_pool1, crop: auto)
  up0   = upsample(2x)
  semantic = crop(to: image)
  geometric_fr = fc -> conv(3, 1)
  geometric_up = upsample(8x, learned: true)
  geometric = crop(to: image)
  output semantic { ignore: 255 }
  output geometric`,
    `  loss: softmax(reduce: mean, heads: { semantic: 1, geometric: 0.5 })
  optimizer: sgd(rate: 1e-2, momentum: 0.9, decay: 5e-3)
  bias: { rate: 2x, decay: 0 }
  batch: 2`,
  ),
  "Adam, weights of classes, dilation, groups, batch normalization and a softmax at the end": net(
    PIXELS,
    `  wide   = conv(8, 3, pad: 2, dilation: 2, groups: 2) -> leaky(0.1)
  normal = batchnorm() -> elu
  deep   = depthwise(3, pad: 1)
  slopes = prelu()
  score_fr = conv(4, 1)
  up     = upsample(8x)
  cut    = crop(to: image)
  score  = softmax()
  output score { ignore: 255 }`,
    `  loss: softmax(reduce: mean, weights: [1, 2, 0.5, 3])
  optimizer: adam(rate: 1e-2, decay: 1e-3)
  batch: 2`,
  ),
};

/** Dropout and loss sampling draw random numbers. */
export const DROPPING = `fcn 1
net dropping {
  input image: rgb[H, W, 3] { mean: 120, scale: 0.02 }
  conv1 = image -> conv(8, 3, pad: 1) -> relu -> dropout(0.4)
  pool1 = maxpool(2)
  conv2 = conv(8, 3, pad: 1) -> relu -> dropout(0.5)
  small = conv(4, 1)
  up    = upsample(2x)
  score = crop(to: image)
  output score { ignore: 255 }
}
train dropping {
  loss: softmax(reduce: mean, sample: 0.7)
  optimizer: sgd(rate: 1e-2, momentum: 0.9, decay: 5e-4)
  seed: 5
}
`;

/** The plan of the net whose title begins so. */
export async function planOf(title: string): Promise<Plan> {
  const found = Object.entries(TRAINING_NETS).find(([name]) => name.startsWith(title));
  return compileText(found?.[1] ?? "");
}
