/** Maps as ONNX has them, [1, channels, height, width], and as all else here does, [1, height, width, channels]. */

/** @param shape [1, height, width, channels] */
export function channelsFirst(
  data: Float32Array,
  [, height = 0, width = 0, channels = 0]: readonly number[],
): Float32Array {
  const pixels = height * width;
  if (channels === 1) return data;
  const planes = new Float32Array(data.length);
  for (let channel = 0; channel < channels; channel++)
    for (let pixel = 0, from = channel, to = channel * pixels; pixel < pixels; pixel++, from += channels)
      planes[to + pixel] = data[from] as number;
  return planes;
}

/** Pixels whose planes are read together, so that what is written stays in the nearest cache. */
const BLOCK = 512;

/** @param shape [1, channels, height, width] */
export function channelsLast(
  data: Float32Array,
  [, channels = 0, height = 0, width = 0]: readonly number[],
): Float32Array {
  const pixels = height * width;
  if (channels === 1) return data;
  const values = new Float32Array(data.length);
  for (let start = 0; start < pixels; start += BLOCK) {
    const end = Math.min(pixels, start + BLOCK);
    for (let channel = 0; channel < channels; channel++)
      for (let pixel = start; pixel < end; pixel++)
        values[pixel * channels + channel] = data[channel * pixels + pixel] as number;
  }
  return values;
}
