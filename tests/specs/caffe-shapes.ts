/**
 * Caffe's shape rules written down word for word from its sources, for one axis and one input size: what the compiler's
 * closed forms are held against. It shares no line with them.
 */

/** A layer of a reference net, as in `fixtures/*.json`. */
export interface ReferenceLayer {
  readonly type: string;
  readonly bottom: readonly string[];
  readonly kernel?: number;
  readonly stride?: number;
  readonly pad?: number;
  readonly offset?: number;
}

/** Sizes by layer where each of the inputs has `pixels`. */
export function caffeSizes(
  layers: Readonly<Record<string, ReferenceLayer>>,
  inputs: readonly string[],
  pixels: number,
): Map<string, number> {
  const sizes = new Map(inputs.map((input) => [input, pixels]));
  for (const [name, layer] of Object.entries(layers)) {
    const bottoms = layer.bottom.map((bottom) => {
      const size = sizes.get(bottom);
      if (size === undefined) throw new Error(`${name} before ${bottom}`);
      return size;
    });
    sizes.set(name, sizeOf(layer, bottoms));
  }
  return sizes;
}

function sizeOf(
  { type, kernel = 0, stride = 1, pad = 0, offset = 0 }: ReferenceLayer,
  [bottom = 0, ...others]: readonly number[],
): number {
  switch (type) {
    case "Convolution": // conv_layer.cpp: (input_dim + 2 * pad - kernel_extent) / stride + 1, in whole numbers
      return Math.trunc((bottom + 2 * pad - kernel) / stride) + 1;
    case "Pooling": {
      // pooling_layer.cpp, round_mode CEIL
      let pooled = Math.ceil((bottom + 2 * pad - kernel) / stride) + 1;
      if (pad > 0 && (pooled - 1) * stride >= bottom + pad) pooled -= 1;
      return pooled;
    }
    case "Deconvolution": // deconv_layer.cpp
      return stride * (bottom - 1) + kernel - 2 * pad;
    case "Crop": {
      // crop_layer.cpp
      const [reference = 0] = others;
      if (bottom - offset < reference) throw new Error("the crop is larger than the map");
      return reference;
    }
    case "Concat":
    case "Eltwise":
      if (others.some((other) => other !== bottom)) throw new Error("maps of different sizes");
      return bottom;
    case "LRN":
    case "Scale":
      return bottom;
    default:
      throw new Error(`no rule for ${type}`);
  }
}
