/** Bundles for the tests of the module, and what `fcnc predict` makes of pictures with them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { run as predict } from "../../src/cli/predict.js";
import type { RgbImage } from "../../src/images/convert.js";
import { writeRgbPng } from "../../src/images/png-write.js";
import { readLabels } from "../../src/images/read.js";
import type { TargetOptions } from "../../targets/target.js";
import { webTarget } from "../../targets/web/web.js";
import { writeRandomWeights } from "../judges/random-weights.js";
import { compileText } from "../numbers/compiled.js";
import { photograph } from "../numbers/photograph.js";
import { fileWeights } from "../numbers/weights.js";

/** Strides, dilation, groups, a skip, ceil pooling, padding far beyond the picture, and a crop by its offset. */
export const SMALL = `fcn 1
net small {
  input image: bgr[H, W, 3] { mean: [104.00699, 116.66877, 122.67892] }
  conv1 = image -> conv(8, 3, pad: 12) -> relu
  pool1 = maxpool(2)
  conv2 = conv(8, 3, pad: 1, groups: 2) -> relu
  pool2 = maxpool(2)
  conv3 = conv(12, 3, pad: 2, dilation: 2) -> relu
  score3 = conv(21, 1)
  up3    = upsample(2x)
  score1 = pool1 -> conv(21, 1)
  fused  = sum(score1, up3, crop: auto)
  up1    = upsample(2x)
  score  = crop(to: image)
  output score { labels: "fcnc/voc.labels" }
}
`;

export async function compileBundle(
  text: string,
  folder: string,
  seed = 9,
  options: TargetOptions = {},
): Promise<string> {
  const plan = await compileText(text);
  writeRandomWeights(`${folder}.safetensors`, plan.tensors, { seed });
  const weights = await fileWeights(plan, `${folder}.safetensors`);
  await webTarget.write(plan, weights, folder, options);
  await weights.close();
  return folder;
}

/** The masks that `fcnc predict` writes, by pictures' files for each input; of several heads the one that is named. */
export async function predicted(
  bundle: string,
  images: readonly string[],
  head: string | null = null,
): Promise<Uint8Array> {
  const stem = `${images
    .join("-")
    .replace(/[^a-z0-9./-]/gi, "-")
    .replaceAll("/", "_")
    .slice(-80)}-mask`;
  const mask = join(bundle, "..", `${stem}.png`);
  const quiet = [process.stdout, process.stderr].map((to) => vi.spyOn(to, "write").mockReturnValue(true));
  try {
    await predict(bundle, { image: [...images], mask, engine: "wasm", format: "text", seed: 0 });
  } finally {
    for (const spy of quiet) spy.mockRestore();
  }
  const written = head === null ? mask : mask.replace(/\.png$/, `-${head}.png`);
  return Uint8Array.from(readLabels(readFileSync(written), written).indices);
}

/** The photograph of the tests, repeated and mirrored to any size, so that there is something everywhere. */
export function wallpaper(height: number, width: number): RgbImage {
  const data = new Uint8Array(3 * height * width);
  const mirrored = (at: number, length: number) => {
    const place = at % (2 * length);
    return place < length ? place : 2 * length - 1 - place;
  };
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++, to += 3) {
      const from = 3 * (mirrored(y, photograph.height) * photograph.width + mirrored(x, photograph.width));
      data.set(photograph.data.subarray(from, from + 3) as Uint8Array, to);
    }
  return { height, width, data };
}

export function writePicture(folder: string, height: number, width: number): string {
  const path = join(folder, `wallpaper-${height}-${width}.png`);
  writeFileSync(path, writeRgbPng(wallpaper(height, width)));
  return path;
}
