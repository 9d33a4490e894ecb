/** Nets of other shapes than FCN on VGG16 for VOC: their tensors, by hand, and the judge that runs them. */
import { runJudge } from "./python.js";
import type { RandomWeights, WantedTensor } from "./random-weights.js";
import { vocTensors } from "./voc-fcn.js";

export const zooNets = ["voc-fcn-alexnet", "nyud-fcn32s-color-hha", "siftflow-fcn8s"] as const;
export type ZooNet = (typeof zooNets)[number];

/** Weights and biases of all layers but the fixed upsamplings. */
export const zooTensors: Readonly<Record<ZooNet, () => WantedTensor[]>> = {
  "voc-fcn-alexnet": () =>
    (
      [
        ["conv1", 3, 96, 11],
        ["conv2", 48, 256, 5],
        ["conv3", 256, 384, 3],
        ["conv4", 192, 384, 3],
        ["conv5", 192, 256, 3],
        ["fc6", 256, 4096, 6],
        ["fc7", 4096, 4096, 1],
        ["score_fr", 4096, 21, 1],
      ] as const
    ).flatMap(([name, inputs, outputs, kernel]) => [
      { name: `${name}.weight`, shape: [outputs, inputs, kernel, kernel], fanIn: inputs * kernel * kernel },
      { name: `${name}.bias`, shape: [outputs] },
    ]),
  "nyud-fcn32s-color-hha": () => ["color", "hha"].flatMap((stream) => renamed(vocTensors("voc-fcn32s", 1, 40), stream)),
  "siftflow-fcn8s": () => {
    const [semantic, geometric] = [vocTensors("voc-fcn8s", 1, 33), vocTensors("voc-fcn8s", 1, 3)];
    const trunk = semantic.filter((tensor) => !isScore(tensor));
    return [...trunk, ...renamed(semantic.filter(isScore), "_sem"), ...renamed(geometric.filter(isScore), "_geo")];
  },
};

const isScore = ({ name }: WantedTensor): boolean => name.startsWith("score_");

const renamed = (tensors: readonly WantedTensor[], suffix: string): WantedTensor[] =>
  tensors.map((tensor) => ({ ...tensor, name: tensor.name.replace(".", `${suffix}.`) }));

/**
 * Activations of some 100, as trained nets have them, make the normalizations of AlexNet audible; and pixels come into
 * a second trunk as they do into the first one.
 */
export const zooGain: Readonly<Record<ZooNet, NonNullable<RandomWeights["gain"]>>> = {
  "voc-fcn-alexnet": { "conv1.weight": 100 },
  "nyud-fcn32s-color-hha": { "conv1_1hha.weight": 1 / 60 },
  "siftflow-fcn8s": {},
};

export interface ZooJudgement {
  readonly net: ZooNet;
  readonly weights: string;
  /** Array files [H, W, 3] by input, RGB in 0..255 where a net takes colour. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Where the array files [H, W, classes] of the scores go, by output. */
  readonly scores: Readonly<Record<string, string>>;
}

export async function judgeZoo({ net, weights, inputs, scores }: ZooJudgement): Promise<void> {
  const files = [...flags("--input", inputs), ...flags("--value", scores)];
  await runJudge("zoo_torch.py", ["--net", net, "--weights", weights, ...files]);
}

const flags = (flag: string, files: Readonly<Record<string, string>>): string[] =>
  Object.entries(files).flatMap(([name, file]) => [flag, `${name}=${file}`]);
