/** Small nets that together reach every primitive and every setting that a spec can write down. */

/** The members of a net, by what it is about; lines before `---` stand before the net. */
const MEMBERS: Readonly<Record<string, string>> = {
  convolutions: `
    input image: bgr[H, W, 3] { mean: [104.00699, 116.66877, 122.67892] }
    same      = image -> conv(6, 3, pad: 1) -> relu
    unequal   = conv(4, 5x3, stride: 2x1, pad: 2x1)
    dilated   = conv(8, 3, pad: 2, dilation: 2, groups: 2) -> relu6
    depthwise = conv(8, 3x1, pad: 1x0, groups: 8, bias: false)
    even      = conv(6, 4, pad: 2, stride: 3)
    strided   = conv(12, 3, pad: 3, dilation: 2x3, stride: 2, groups: 6) -> tanh
    output strided`,
  "convolutions without padding": `
    input image: raw[H, W, 2]
    first  = image -> conv(3, 3)
    second = conv(4, 2x3, dilation: 2, groups: 1) -> sigmoid
    third  = conv(4, 3, stride: 2, groups: 4)
    output third`,
  "a wide margin": `
    input image: gray[H, W, 1] { mean: 120 }
    far = image -> conv(3, 3, pad: 40) -> relu
    near = conv(2, 1)
    output near`,
  "max pooling": `
    input image: rgb[H, W, 3] { scale: 0.01 }
    ceiling = image -> maxpool(2)
    overlap = maxpool(3, stride: 2, pad: 1)
    still   = maxpool(3, stride: 1, pad: 1)
    unequal = maxpool(2x3, stride: 1x2, pad: 1x0)
    clipped = maxpool(5, stride: 3, pad: 2)
    output clipped`,
  "max pooling by floor": `
    input image: raw[H, W, 3]
    overlap = image -> maxpool(3, stride: 2, pad: 1, round: floor)
    halved  = maxpool(2, round: floor)
    thirds  = image -> maxpool(3, round: floor)
    output halved
    output thirds`,
  "average pooling": `
    input image: raw[H, W, 3]
    ceiling = image -> avgpool(2)
    overlap = avgpool(3, stride: 2, pad: 1)
    still   = avgpool(3, stride: 1, pad: 1)
    unequal = avgpool(2x3, stride: 1x2, pad: 1x0)
    clipped = avgpool(5, stride: 3, pad: 2)
    output clipped`,
  "average pooling by floor": `
    input image: raw[H, W, 3]
    overlap = image -> avgpool(3, stride: 2, pad: 1, round: floor)
    halved  = avgpool(2, round: floor)
    thirds  = image -> avgpool(3, round: floor)
    output halved
    output thirds`,
  "pooling with a dilation": `
    input image: raw[H, W, 3]
    largest = image -> maxpool(2, stride: 1, dilation: 2)
    wide    = maxpool(3, stride: 1, dilation: 2, pad: 4)
    strided = maxpool(3x2, stride: 2, dilation: 2x1, pad: 3x1)
    mean    = image -> avgpool(2, stride: 1, dilation: 3, pad: 3)
    unequal = avgpool(1x3, stride: 1x2, dilation: 1x2, pad: 0x2)
    partial = avgpool(2, stride: 3, dilation: 2, round: floor, pad: 1)
    output strided
    output partial`,
  deconvolutions: `
    input image: raw[H, W, 3]
    dense   = image -> deconv(4, 4, stride: 2, pad: 1, bias: true) -> relu
    grouped = deconv(6, 3, stride: 2, groups: 2)
    dilated = deconv(4, 3, stride: 2, dilation: 2, pad: 1, groups: 2, bias: true)
    unequal = deconv(3, 3x4, stride: 1x2, pad: 1x0)
    output unequal`,
  "deconvolutions by channel": `
    input image: raw[H, W, 4]
    each  = image -> deconv(4, 4, stride: 2, pad: 1, groups: 4)
    gaps  = deconv(2, 2, stride: 3, groups: 2)
    start = deconv(2, 4, stride: 2, init: bilinear)
    output start`,
  "fixed upsampling": `
    input image: raw[H, W, 3]
    twice   = image -> conv(2, 1) -> upsample(2x)
    odd     = upsample(2x, kernel: 3)
    once    = upsample(1x)
    thrice  = image -> upsample(3x, pad: 1)
    unequal = image -> upsample(2x, kernel: 4x3, pad: 1x0)
    output once
    output thrice
    output unequal`,
  "upsampling by 32 with kernel 63": `
    input image: raw[H, W, 3]
    small = image -> conv(3, 3, stride: 2, pad: 1)
    score = upsample(32x, kernel: 63)
    output score`,
  "learned upsampling": `
    input image: raw[H, W, 3]
    small = image -> conv(2, 3, stride: 2, pad: 1)
    score = upsample(2x, learned: true)
    more  = upsample(3x, learned: true, pad: 1)
    output more`,
  "a fully convolutional net with a skip": `
    import skip from "fcnc/blocks/skip.fcn"
    ---
    input image: bgr[H, W, 3] { mean: [104, 117, 123] }
    conv1 = image -> conv(4, 3, pad: 30) -> relu
    pool1 = maxpool(2)
    conv2 = conv(6, 3, pad: 1) -> relu
    pool2 = maxpool(2)
    deep  = conv(5, 3) -> relu -> dropout(0.5)
    score2 = conv(4, 1)
    up2   = upsample(2x)
    fused = skip(up2, pool1, 4)
    up1   = upsample(2x)
    score = crop(to: image)
    output score`,
  "crops with stated offsets": `
    input image: raw[H, W, 2]
    wide  = image -> conv(3, 3x5, pad: 5x9)
    score = crop(to: image, offset: [4, 7])
    again = wide -> crop(to: image)
    both  = concat(score, again)
    output both`,
  "a U-Net": `
    input image: raw[H, W, 2] { where: [H >= 13 , W >= 9] }
    enc1 = image -> conv(3, 3) -> relu
    down = maxpool(2, round: floor)
    enc2 = conv(4, 3) -> relu
    up   = deconv(3, 2, stride: 2)
    join = concat(up, enc1, crop: auto)
    dec  = conv(3, 3) -> relu
    score = conv(2, 1)
    output score`,
  "sums, products and scales": `
    input image: raw[H, W, 3]
    a = image -> conv(4, 3, pad: 1)
    b = image -> conv(4, 3, pad: 2, dilation: 2)
    c = image -> conv(4, 5, pad: 4)
    fixed   = b -> scale(0.01)
    learned = c -> scale(1.5, learned: true, bias: true)
    plain    = a -> scale(2, learned: true)
    weighted = sum(a, fixed, learned, weights: [0.5, -20, 1], crop: auto)
    gated    = product(plain, b, learned, crop: auto)
    total    = sum(weighted, gated, a)
    output total`,
  "local response normalization": `
    input image: bgr[H, W, 3] { mean: [104, 117, 123] }
    conv1 = image -> conv(8, 3, pad: 1) -> relu
    norm1 = lrn(5, alpha: 1e-4, beta: 0.75)
    conv2 = conv(7, 3, pad: 1, groups: 1) -> relu
    norm2 = lrn(3, alpha: 2, beta: 0.5, k: 2)
    norm3 = lrn(9, alpha: 1)
    output norm3`,
  "activations and softmax": `
    input image: raw[H, W, 3]
    a = image -> conv(4, 3, pad: 1) -> relu
    b = a -> relu6 -> sigmoid -> tanh
    c = a -> tanh -> relu
    d = sum(a, b, c) -> dropout(0.3) -> relu
    score = conv(5, 1)
    probability = softmax()
    output score
    output probability`,
  "a residual block as in PyTorch": `
    input image: raw[H, W, 3]
    conv1 = image -> conv(6, 3, pad: 1, stride: 2, bias: false)
    bn1   = batchnorm() -> relu
    dw    = depthwise(3, pad: 1, multiplier: 2, bias: false)
    bn2   = batchnorm(epsilon: 0.001) -> leaky(0.1) -> hardswish
    pw    = conv(6, 1)
    act   = prelu()
    total = sum(act, bn1) -> elu -> hardsigmoid
    output total`,
  "resizing and features of the whole image": `
    input image: raw[H, W, 3]
    small    = image -> conv(4, 3, pad: 1, stride: 2) -> relu
    mean     = globalpool()
    level    = conv(3, 1) -> resize(to: small)
    joined   = concat(small, level)
    twice    = small -> resize(2x)
    thrice   = small -> resize(3x, method: nearest)
    edges    = small -> resize(2x, align: corners)
    exactly  = small -> resize(5x, method: nearest, align: corners)
    less     = image -> resize(to: small)
    fewer    = image -> resize(to: small, method: nearest)
    least    = image -> resize(to: small, method: nearest, align: corners)
    score    = joined -> resize(to: image)
    aligned  = joined -> resize(to: image, align: corners)
    best     = image -> globalpool(max)
    output twice
    output thrice
    output edges
    output exactly
    output less
    output fewer
    output least
    output score
    output aligned
    output best`,
  reflection: `
    input image: raw[H, W, 2]
    around = image -> pad(2, mode: reflect)
    some   = pad(top: 1, left: 3, mode: reflect)
    score  = conv(3, 3)
    output score`,
  "padding layers": `
    input image: raw[H, W, 2]
    around = image -> pad(2)
    some   = pad(top: 1, left: 3, value: 0.5)
    rest   = pad(1x0, bottom: 4, value: -2)
    score  = conv(3, 3)
    output score`,
  "two inputs and two outputs": `
    input color: rgb[H, W, 3] { mean: [123, 117, 104] }
    input depth: raw[H, W, 1] { log: true, mean: 3, scale: 0.5 }
    a = color -> conv(4, 3, pad: 1) -> relu
    b = depth -> conv(4, 3, pad: 1) -> relu
    fused    = sum(a, b, weights: [0.5, 2])
    semantic = fused -> conv(5, 1)
    geometric = fused -> conv(3, 1)
    output semantic
    output geometric`,
  "outputs that others take": `
    input image: bgr[H, W, 3]
    score = image -> conv(3, 3, pad: 1)
    after = relu()
    small = after -> maxpool(2)
    upscore = upsample(2x)
    cut   = crop(to: image)
    output score
    output upscore
    output cut`,
  "a bottleneck with a projection": `
    block bottleneck(x: node, channels: int, stride: int = 1) {
      reduce  = x -> conv(channels, 1, bias: false)
      normal  = scale(1, learned: true, bias: true) -> relu
      spatial = conv(channels, 3, pad: 1, stride: stride, bias: false) -> relu
      expand  = conv(2 * channels, 1)
      project = x -> conv(2 * channels, 1, stride: stride)
      joined  = sum(expand, project) -> relu
      return joined
    }
    ---
    input image: raw[H, W, 4]
    first  = bottleneck(image, 3, stride: 2)
    second = bottleneck(first, 2)
    score  = conv(2, 1)
    output score`,
  "a classifier made fully convolutional": `
    backbone tiny(classes: int = 10) {
      input image: bgr[12, 16, 3]
      conv1 = conv(4, 3, pad: 1) -> relu
      pool1 = maxpool(2)
      fc2   = dense(6) -> relu -> dropout(0.5)
      fc3   = dense(classes)
    }
    ---
    input image: bgr[H, W, 3] { mean: [104, 117, 123] }
    tiny  = image -> tiny(classes: 5) { conv1.pad: 9, convolutionize: [fc2, fc3] }
    up    = tiny -> upsample(2x)
    output up`,
  "a fixed size": `
    input image: gray[7, 9, 1] { scale: 0.004, mean: 100 }
    conv1 = image -> conv(3, 3, pad: 1) -> relu
    pool1 = maxpool(2)
    score = dense(4)
    output score`,
};

/** The text of each net. */
export const NETS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(MEMBERS).map(([title, members]) => {
    const [before, body] = members.includes("---") ? members.split("---") : ["", members];
    return [title, `fcn 1\n${before}\nnet small {${body}\n}\n`];
  }),
);
