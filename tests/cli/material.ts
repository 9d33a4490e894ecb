/** Small specs, weights and pictures that the commands are tried on. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { decode, encode } from "fast-png";
import { afterAll } from "vitest";
import { writeSafetensors } from "../../src/weights/formats/safetensors-writer.js";
import { sourceOf } from "../weights/bytes.js";

/** A folder for one test file. */
export interface Workplace {
  readonly folder: string;
  path(...parts: string[]): string;
  /** Writes a file and gives its name, which is relative to the folder. */
  write(name: string, data: string | Uint8Array): Promise<string>;
}

export async function workplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), "fcnc-cli-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const path = (...parts: string[]): string => join(folder, ...parts);
  return {
    folder,
    path,
    async write(name, data) {
      await mkdir(dirname(path(name)), { recursive: true });
      await writeFile(path(name), data);
      return name;
    },
  };
}

/** Every size works; one crop, at 4. */
export const SMALL = `fcn 1

net small(classes: int = 3) {
  input image: bgr[H, W, 3] { mean: [104, 117, 123] }
  conv1    = conv(4, 3, pad: 4) -> relu
  pool1    = maxpool(2)
  score_fr = conv(classes, 1)
  upscore  = upsample(2x)
  score    = crop(to: image)
  output score
}
`;

export const SMALL_WEIGHTS: Readonly<Record<string, number[]>> = {
  "conv1.weight": [4, 3, 3, 3],
  "conv1.bias": [4],
  "score_fr.weight": [3, 4, 1, 1],
  "score_fr.bias": [3],
};

/** Works from 5x5 on. */
export const LARGE_ENOUGH = `fcn 1

net large_enough {
  input image: bgr[H, W, 3]
  conv1 = conv(4, 5)
  pool1 = maxpool(2)
  score = conv(2, 1)
  output score
}
`;

export const TWO_NETS = `fcn 1

net first {
  input image: bgr[H, W, 3]
  score = conv(2, 1)
  output score
}

net second {
  input image: bgr[H, W, 3]
  score = conv(5, 1)
  output score
}
`;

/** With the weights of `writePrimaries`, a pixel's class is its strongest channel. */
export const PRIMARIES = `fcn 1

net primaries {
  input image: rgb[H, W, 3]
  score = conv(3, 1)
  output score { labels: "primaries.labels" }
}
`;

/** A picture and its depth, and two heads. */
export const TWO_INPUTS = `fcn 1
net two {
  input color: rgb[H, W, 3]
  input depth: gray[H, W, 1]
  both = concat(color, depth)
  sem  = both -> conv(4, 1)
  geo  = both -> conv(3, 1)
  output sem
  output geo
}
`;

/** `PRIMARIES`, its labels and its weights. */
export async function writePrimaries(place: Workplace): Promise<void> {
  await place.write("primaries.fcn", PRIMARIES);
  await place.write("primaries.labels", "red #ff0000\ngreen #00ff00\nblue #0000ff\n");
  await writeTensors(place, "primaries.safetensors", {
    "score.weight": { shape: [3, 3, 1, 1], values: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
    "score.bias": { shape: [3], values: [0, 0, 0] },
  });
}

export async function writeTensors(
  place: Workplace,
  name: string,
  tensors: Readonly<Record<string, { shape: number[]; values?: readonly number[] }>>,
): Promise<string> {
  await writeSafetensors(place.path(name), sourceOf(tensors));
  return name;
}

export const writeShapes = (place: Workplace, name: string, shapes: Readonly<Record<string, number[]>>) =>
  writeTensors(place, name, Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, { shape }])));

/** A picture of these values, row after row. */
export function png(width: number, height: number, values: readonly number[], depth: 8 | 16 = 8): Uint8Array {
  const data = depth === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
  return encode({ width, height, data, depth, channels: values.length / (width * height) });
}

/** Red and green above, blue and gray below. */
export const FOUR_PIXELS: readonly number[] = [200, 10, 20, 0, 99, 50, 1, 2, 3, 7, 7, 7];

export function indicesOf(file: Uint8Array): { width: number; height: number; indices: number[]; palette: number[][] } {
  const { width, height, data, palette } = decode(file);
  return { width, height, indices: [...data], palette: palette ?? [] };
}
