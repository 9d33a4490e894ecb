/** The VGG16 FCNs for PASCAL VOC as tests need them: their tensors, by hand, and the judge that runs them. */
import { runJudge } from "./python.js";
import type { RandomWeights, WantedTensor } from "./random-weights.js";

export const vocNets = ["voc-fcn32s", "voc-fcn16s", "voc-fcn8s", "voc-fcn8s-atonce"] as const;
export type VocNet = (typeof vocNets)[number];

const stages: readonly (readonly [convolutions: number, channels: number])[] = [
  [2, 64],
  [2, 128],
  [3, 256],
  [3, 512],
  [3, 512],
];

/** Weights and biases of all layers but the fixed upsamplings, with every width but the classes' times `width`. */
export function vocTensors(net: VocNet, width = 1, classes = 21): WantedTensor[] {
  const tensors: WantedTensor[] = [];
  const conv = (name: string, inputs: number, outputs: number, kernel: number): number => {
    tensors.push({ name: `${name}.weight`, shape: [outputs, inputs, kernel, kernel], fanIn: inputs * kernel * kernel });
    tensors.push({ name: `${name}.bias`, shape: [outputs] });
    return outputs;
  };
  let channels = 3;
  stages.forEach(([convolutions, full], stage) => {
    for (let index = 1; index <= convolutions; index++)
      channels = conv(`conv${stage + 1}_${index}`, channels, full * width, 3);
  });
  channels = conv("fc6", channels, 4096 * width, 7);
  channels = conv("fc7", channels, 4096 * width, 1);
  conv("score_fr", channels, classes, 1);
  if (net !== "voc-fcn32s") conv("score_pool4", 512 * width, classes, 1);
  if (net.startsWith("voc-fcn8s")) conv("score_pool3", 256 * width, classes, 1);
  return tensors;
}

/** The at-once net scales its taps down by 100 and 10,000; such weights keep the skips audible in its scores. */
export const vocGain: NonNullable<RandomWeights["gain"]> = { "score_pool4.weight": 100, "score_pool3.weight": 10_000 };

export interface VocJudgement {
  readonly net: VocNet;
  readonly weights: string;
  /** An array file [H, W, 3] of RGB in 0..255. */
  readonly image: string;
  /** Where the array file [H, W, classes] of the scores goes. */
  readonly score: string;
  /** As a fraction: `1/16`. */
  readonly width?: string;
  readonly unpadded?: boolean;
}

export async function judgeVocFcn(judgement: VocJudgement): Promise<void> {
  const { net, weights, image, score, width = "1", unpadded = false } = judgement;
  const flags = unpadded ? ["--unpadded"] : [];
  const files = ["--weights", weights, "--image", image, "--score", score];
  await runJudge("voc_fcn_torch.py", ["--net", net, "--width", width, ...files, ...flags]);
}
