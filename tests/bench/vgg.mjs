/** FCN-32s on VGG16 as the forward bench needs it: its layers, seeded weights, and a safetensors file of them. */
import { closeSync, openSync, writeSync } from "node:fs";

/**
 * @typedef {{ name: string, inputs: number, outputs: number, kernel: number }} Convolution
 * @typedef {{ width: number, classes: number }} Shape `width` is a factor on VGG's channels.
 */

/** Convolutions and poolings of the trunk in order; a pooling is named by its layer.
 * @param {Shape} shape
 * @returns {(Convolution | { pool: string })[]}
 */
export function trunk({ width, classes }) {
  const layers = [];
  let inputs = 3;
  /** @param {string} name @param {number} outputs @param {number} kernel */
  const conv = (name, outputs, kernel) => {
    layers.push({ name, inputs, outputs, kernel });
    inputs = outputs;
  };
  [2, 2, 3, 3, 3].forEach((convolutions, stage) => {
    for (let index = 1; index <= convolutions; index++)
      conv(`conv${stage + 1}_${index}`, 64 * 2 ** Math.min(stage, 3) * width, 3);
    layers.push({ pool: `pool${stage + 1}` });
  });
  conv("fc6", 4096 * width, 7);
  conv("fc7", 4096 * width, 1);
  conv("score_fr", classes, 1);
  return layers;
}

/**
 * Uniform weights in OIHW that keep the second moment of activations, and small biases; the same for both sides.
 * @param {Convolution} convolution
 * @param {number} seed
 */
export function weightsOf({ inputs, outputs, kernel }, seed) {
  const range = Math.sqrt(6 / (inputs * kernel * kernel)) / (inputs === 3 ? 60 : 1);
  return { weight: uniform(outputs * inputs * kernel * kernel, range, seed), bias: uniform(outputs, 0.2, seed + 1) };
}

/** @param {number} count @param {number} range @param {number} seed */
function uniform(count, range, seed) {
  const values = new Float32Array(count);
  let state = seed * 2_654_435_761 + 1;
  for (let index = 0; index < count; index++) {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[index] = range * (state / 2 ** 31);
  }
  return values;
}

/** Bilinear interpolation on the channel diagonal, in [kernel, kernel, out, in], as Conv2DTranspose holds it.
 * @param {number} channels
 * @param {number} kernel
 */
export function bilinearHwoi(channels, kernel) {
  const values = new Float32Array(kernel * kernel * channels * channels);
  const axis = Array.from(
    { length: kernel },
    (_, index) => 1 - Math.abs(index - (kernel - 1) / 2) / Math.ceil(kernel / 2),
  );
  for (let y = 0; y < kernel; y++)
    for (let x = 0; x < kernel; x++)
      for (let c = 0; c < channels; c++) values[((y * kernel + x) * channels + c) * channels + c] = axis[y] * axis[x];
  return values;
}

/** Bilinear interpolation on the channel diagonal, in [in, out, kernel, kernel], as files hold a deconvolution.
 * @param {number} channels
 * @param {number} kernel
 */
function bilinearIohw(channels, kernel) {
  const taps = bilinearHwoi(1, kernel);
  const values = new Float32Array(channels * channels * taps.length);
  for (let c = 0; c < channels; c++) values.set(taps, (c * channels + c) * taps.length);
  return values;
}

/**
 * @param {string} path @param {Shape} shape
 * @param {{ name: string, kernel: number } | null} upsampling whose dense kernel is written as well
 */
export function writeWeights(path, shape, upsampling = null) {
  const convolutions = trunk(shape).filter((layer) => "name" in layer);
  const header = {};
  let offset = 0;
  /** @param {string} name @param {readonly number[]} extents */
  const declare = (name, extents) => {
    const end = offset + 4 * extents.reduce((product, extent) => product * extent, 1);
    header[name] = { dtype: "F32", shape: extents, data_offsets: [offset, end] };
    offset = end;
  };
  for (const { name, inputs, outputs, kernel } of convolutions) {
    declare(`${name}.weight`, [outputs, inputs, kernel, kernel]);
    declare(`${name}.bias`, [outputs]);
  }
  if (upsampling) {
    const { name, kernel } = upsampling;
    declare(`${name}.weight`, [shape.classes, shape.classes, kernel, kernel]);
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const file = openSync(path, "w");
  try {
    writeSync(file, Buffer.concat([length, text]));
    convolutions.forEach((convolution, index) => {
      const { weight, bias } = weightsOf(convolution, 2 * index + 1);
      for (const values of [weight, bias]) writeSync(file, new Uint8Array(values.buffer));
    });
    if (upsampling) writeSync(file, new Uint8Array(bilinearIohw(shape.classes, upsampling.kernel).buffer));
  } finally {
    closeSync(file);
  }
}
