/** Caffe's size rules word for word, and random chains of layers, for the tests of sizes and of what is decided. */
import fc from "fast-check";
import type { Size } from "../../src/model/size.js";
import { sizeAfter, type Transfer } from "../../src/model/transfer.js";

/** As conv_layer.cpp, pooling_layer.cpp and deconv_layer.cpp compute it, but for empty maps too: floors, no truncation. */
export function caffeSize(layer: Transfer, size: number): number {
  switch (layer.rule) {
    case "same":
      return size;
    case "padding":
      return size + layer.before + layer.after;
    case "convolution": {
      const extent = layer.dilation * (layer.kernel - 1) + 1;
      return Math.floor((size + 2 * layer.pad - extent) / layer.stride) + 1;
    }
    case "deconvolution": {
      const extent = layer.dilation * (layer.kernel - 1) + 1;
      return layer.stride * (size - 1) + extent - 2 * layer.pad;
    }
    case "pooling": {
      const round = layer.rounding === "ceil" ? Math.ceil : Math.floor;
      const extent = layer.dilation * (layer.kernel - 1) + 1;
      let pooled = round((size + 2 * layer.pad - extent) / layer.stride) + 1;
      if (layer.clip && (pooled - 1) * layer.stride >= size + layer.pad) pooled--;
      return pooled;
    }
  }
}

export function caffeSizes(layers: readonly Transfer[], size: number): number {
  return layers.reduce((value, layer) => caffeSize(layer, value), size);
}

export function sizeOf(layers: readonly Transfer[], input: Size): Size {
  return layers.reduce((size, layer) => sizeAfter(layer, size), input);
}

const upTo = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });

export const convolution = fc
  .record({ kernel: upTo(7), stride: upTo(4), pad: upTo(6, 0), dilation: upTo(3) })
  .map((layer): Transfer => ({ rule: "convolution", ...layer }));

export const pooling = fc
  .record({
    kernel: upTo(6),
    stride: upTo(5),
    pad: upTo(5, 0),
    dilation: upTo(3),
    rounding: fc.constantFrom("ceil", "floor"),
    clip: fc.boolean(),
  })
  .map((layer): Transfer => {
    const pad = Math.min(layer.pad, layer.dilation * (layer.kernel - 1));
    // The other axis may be the padded one, so an axis without padding may be clipped as well.
    return { rule: "pooling", ...layer, pad, clip: layer.clip || pad > 0 };
  });

export const deconvolution = fc
  .record({ kernel: upTo(9), stride: upTo(4), pad: upTo(4, 0), dilation: upTo(2) })
  .map((layer): Transfer => ({ rule: "deconvolution", ...layer }));

export const layer: fc.Arbitrary<Transfer> = fc.oneof(convolution, pooling, deconvolution);

export const chain = (maxLength: number): fc.Arbitrary<Transfer[]> => fc.array(layer, { maxLength });

export const conv = (kernel: number, pad = 0, stride = 1): Transfer => ({
  rule: "convolution",
  kernel,
  stride,
  pad,
  dilation: 1,
});

export const pool = (kernel: number, stride: number, rounding: "ceil" | "floor" = "ceil"): Transfer => ({
  rule: "pooling",
  kernel,
  stride,
  pad: 0,
  dilation: 1,
  rounding,
  clip: false,
});

export const deconv = (kernel: number, stride: number): Transfer => ({
  rule: "deconvolution",
  kernel,
  stride,
  pad: 0,
  dilation: 1,
});
