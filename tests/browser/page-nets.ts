/** Nets for the tests of the page, small and with something to see. */
import { memoryHost } from "../../src/host.js";
import type { TargetOptions } from "../../targets/target.js";
import { webTarget } from "../../targets/web/web.js";
import { writeSafetensors } from "../../src/weights/formats/safetensors-writer.js";
import { compileText } from "../numbers/compiled.js";
import { fileWeights } from "../numbers/weights.js";
import { sourceOf } from "../weights/bytes.js";

/** Classes with the colour that they are recognised by: those of the page's drawn sample. */
const SURFACES: readonly (readonly [name: string, color: readonly [number, number, number]])[] = [
  ["sky", [120, 175, 222]],
  ["cloud", [247, 249, 251]],
  ["hill", [111, 143, 132]],
  ["grass", [106, 144, 66]],
  ["tree", [53, 96, 47]],
  ["house", [226, 210, 180]],
  ["roof", [154, 74, 53]],
  ["water", [77, 134, 168]],
  ["rocket", [255, 0, 255]],
];

const SCENE = `fcn 1
net scene {
  input image: rgb[H, W, 3]
  score = conv(${SURFACES.length}, 1)
  output score { labels: "scene.labels" }
}
`;

const LABELS = ["#3d7ab8", "#c9d6e2", "#7b5aa6", "#8fc31f", "#1d6b3c", "#e8a33d", "#c8402f", "#19b5c9", "#ff00aa"]
  .map((color, index) => `${SURFACES[index]?.[0] ?? ""} ${color}\n`)
  .join("");

/** Each pixel has the class whose colour is nearest: |x - m|^2 is |x|^2 - (2 m x - |m|^2). */
export async function sceneBundle(folder: string, options: TargetOptions = {}): Promise<string> {
  const plan = await compileText(SCENE, memoryHost({ "scene.labels": LABELS }));
  const colors = SURFACES.map(([, color]) => color);
  const tensors = {
    "score.weight": { shape: [colors.length, 3, 1, 1], values: colors.flat().map((value) => (2 * value) / 1000) },
    "score.bias": {
      shape: [colors.length],
      values: colors.map((color) => -color.reduce((sum, value) => sum + value * value, 0) / 1000),
    },
  };
  await writeSafetensors(`${folder}.safetensors`, sourceOf(tensors));
  const weights = await fileWeights(plan, `${folder}.safetensors`);
  await webTarget.write(plan, weights, folder, options);
  await weights.close();
  return folder;
}

export async function sceneWithoutWeights(folder: string): Promise<string> {
  await webTarget.write(await compileText(SCENE, memoryHost({ "scene.labels": LABELS })), null, folder);
  return folder;
}

/** A colour picture and distances, and a head of each. */
export const TWO = `fcn 1
net two {
  input color: rgb[H, W, 3]
  input depth: raw[H, W, 1]
  surface = color -> conv(4, 1)
  place   = depth -> conv(3, 1)
  output surface
  output place
}
`;
