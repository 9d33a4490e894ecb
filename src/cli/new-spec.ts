/** What `fcnc new` writes. */

/** The classes of the spec below. */
export const labelsTemplate = `// One class a line, in the order of their indices: its name, then the colour in which masks show it.
background  #000000
circle      #e6550d
square      #3182bd
triangle    #31a354
ignore void #e0e0c0
`;

export function specTemplate(net: string): string {
  return `fcn 1

/// A small fully convolutional network with one skip. It takes pictures of any size and gives each pixel a class.
net ${net}(classes: int = 4, width: int = 16) {
  // Height and width are symbols: whatever is said of H below is proved for every H.
  input image: rgb[H, W, 3] { mean: [127.5, 127.5, 127.5], scale: 0.0078125 }

  // A layer takes the one above it, unless it says otherwise with \`name -> ...\`.
  conv1 = conv(width, 3, pad: 1) -> relu
  pool1 = maxpool(2)
  conv2 = conv(2 * width, 3, pad: 1) -> relu
  pool2 = maxpool(2)
  conv3 = conv(4 * width, 3, pad: 1) -> relu
  pool3 = maxpool(2)
  conv4 = conv(4 * width, 3, pad: 1) -> relu -> dropout(0.5)

  // Scores of the classes, once for 8x8 pixels, brought back to one for 4x4.
  score_deep = conv(classes, 1, init: zero)
  up_deep    = upsample(2x)

  // The skip: finer scores from pool2. Where the crop begins is derived, and \`fcnc inspect\` shows it.
  score_skip = pool2 -> conv(classes, 1, init: zero)
  cropped    = up_deep -> crop(to: score_skip)
  fused      = sum(cropped, score_skip)

  up    = upsample(4x)
  score = crop(to: image)
  output score { labels: "classes.labels", ignore: 255 }

  // What you expect of the net is checked whenever it is read.
  expect stride(fused) == 4
  expect valid(H >= 1, W >= 1)
}

/// How it is trained: on a data set in the layout of PASCAL VOC.
train ${net} {
  init: seed(1)
  data: voc2011(split: "train", seed: 1)
  validate: voc2011(split: "val")
  loss: softmax(reduce: mean)
  optimizer: adam(rate: 1e-3)
  batch: 1
  steps: 2000
  snapshot: 500
}

target web for ${net} {
  argmax: true
}
`;
}
