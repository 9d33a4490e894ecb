import { vocColor } from "../../../src/model/labels.js";
import type { BundleOutput, Segmented, SegmentedHead } from "./protocol.js";
import type { ClassShare, Head, OverlayOptions, Segmentation } from "./types.js";

/** Share of a class's colour in an overlay's pixel. */
const OPACITY = 0.55;

export function segmentationOf(
  { heads, tiles, notes }: Segmented,
  outputs: readonly BundleOutput[],
  milliseconds: number,
): Segmentation {
  const named = outputs.flatMap((output, index): Head[] => {
    const head = heads[index];
    return head ? [headOf(output, head)] : [];
  });
  const [first] = named;
  if (!first) throw new Error("the net has no output");
  return {
    ...first,
    heads: Object.fromEntries(named.map((head) => [head.name, head])),
    milliseconds,
    tiles,
    notes,
  };
}

function headOf(output: BundleOutput, { width, height, mask, counts, scores }: SegmentedHead): Head {
  const classes = [...counts]
    .map((count, index): ClassShare => ({ index, ...describe(output, index), share: count / mask.length }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share || a.index - b.index);
  const head = { name: output.name, width, height, mask, classes, ...(scores ? { scores } : {}) };
  return { ...head, overlay: (options) => overlay(head, options) };
}

/** Name and colour of a class, whether the labels know it or not. */
export function describe({ labels }: BundleOutput, index: number): Pick<ClassShare, "name" | "color"> {
  const { name, color } = labels?.classes[index] ?? { name: `class ${index}`, color: vocColor(index) };
  return { name, color };
}

function overlay(
  { width, height, mask, classes }: Omit<Head, "overlay">,
  { opacity = OPACITY, without = [] }: OverlayOptions = {},
): ImageData {
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const alpha = Math.round(255 * Math.min(1, Math.max(0, opacity)));
  // One number for each class; bytes are written in the machine's order.
  const colors = new Uint32Array(65536);
  for (const { index, name, color } of classes)
    if (!without.includes(name) && !without.includes(index))
      colors[index] = new Uint32Array(Uint8Array.of(...color, alpha).buffer)[0] ?? 0;
  for (let at = 0; at < mask.length; at++) pixels[at] = colors[mask[at] ?? 0] ?? 0;
  return image;
}
