import type { Pair, Window } from "./window.js";

/** [N, H, W, C] in plain numbers. */
export interface Map4 {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/**
 * The gradient of max pooling, in JavaScript: each window's goes to the first of its largest values, as in TensorFlow. It is
 * for WASM, whose own kernel (TF.js 4.22) knows no largest value below zero and takes the last of equal ones, and where
 * numbers are at hand without waiting.
 *
 * @param gradient by the pooled map
 */
export function maxPoolGradientOf(
  map: Map4,
  gradient: Map4,
  kernel: Pair,
  { stride, rows, columns }: Window,
): Float32Array {
  const [images = 0, height = 0, width = 0, channels = 0] = map.shape;
  const [, tall = 0, wide = 0] = gradient.shape;
  const result = new Float32Array(images * height * width * channels);
  const best = new Float32Array(channels);
  const places = new Int32Array(channels);
  let from = 0;
  for (let image = 0; image < images; image++)
    for (let row = 0; row < tall; row++)
      for (let column = 0; column < wide; column++, from += channels) {
        best.fill(-Infinity);
        places.fill(-1);
        const [top, left] = [row * stride[0] - rows[0], column * stride[1] - columns[0]];
        const [bottom, right] = [Math.min(height, top + kernel[0]), Math.min(width, left + kernel[1])];
        for (let y = Math.max(0, top); y < bottom; y++)
          for (let x = Math.max(0, left); x < right; x++) {
            const start = ((image * height + y) * width + x) * channels;
            for (let channel = 0; channel < channels; channel++) {
              const value = map.values[start + channel] as number;
              if (value > (best[channel] as number)) {
                best[channel] = value;
                places[channel] = start + channel;
              }
            }
          }
        for (let channel = 0; channel < channels; channel++) {
          const place = places[channel] as number;
          if (place >= 0) result[place] = (result[place] as number) + (gradient.values[from + channel] as number);
        }
      }
  return result;
}
