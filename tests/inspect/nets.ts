/** Small nets that the specs of the library do not resemble. */

/** Kernels, strides, paddings and dilations that differ between the axes. */
export const rectangles = `fcn 1

net rectangles {
  input image: rgb[H, W, 3] { mean: [100, 100, 100] }
  a = conv(8, 3x5, pad: 1x2) -> relu
  b = conv(8, 5x1, pad: 2x0, stride: 2x1) -> relu
  p = maxpool(2x3, pad: 1)
  d = conv(8, 3, dilation: 2x1, pad: 2x1) -> relu
  s = conv(4, 1)
  output s { ignore: 255 }
}
`;

/** Crops that a merge implies, on a map that has no padding. */
export const smallUnet = `fcn 1

net small_unet {
  input image: rgb[H, W, 3]
  e1 = conv(16, 3) -> relu
  e2 = conv(16, 3) -> relu
  p1 = maxpool(2)
  d1 = conv(32, 3) -> relu
  u1 = upsample(2x)
  join = concat(u1, e2, crop: auto)
  fuse = conv(4, 1)
  up = deconv(4, 3, pad: 1)
  output up
}
`;

/** Two inputs, and an offset that is stated. */
export const lateFusion = `fcn 1

net late_fusion {
  input color: rgb[H, W, 3]
  input depth: gray[H, W, 1]
  a = color -> conv(4, 3, pad: 1) -> relu
  b = depth -> conv(4, 3) -> relu
  c = sum(b, a, crop: [1, 1], weights: [0.5, 0.5])
  output c
}
`;

/** The image's size is fixed by a dense layer. */
export const classifier = `fcn 1

net classifier {
  input image: rgb[12, 16, 3]
  a = conv(4, 3, pad: 1) -> relu
  p = maxpool(2)
  scores = dense(10)
  output scores
}
`;

/** Works for sizes of some residues alone. */
export const floorPooling = `fcn 1

net floor_pooling {
  input image: rgb[H, W, 3] { where: [H mod 4 == 0, W mod 4 == 0] }
  a = conv(4, 3, pad: 1) -> relu
  p = maxpool(2, round: floor)
  q = maxpool(2, round: floor)
  u = upsample(4x, pad: 2)
  s = sum(u, a)
  output s
}
`;
