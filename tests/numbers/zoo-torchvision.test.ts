/** The nets that torchvision has as well, against its own modules with the same weights, under the names that they get. */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Value } from "../../src/engines/engine.js";
import { feedImage } from "../../src/images/feed.js";
import type { Plan, PlanInput } from "../../src/model/plan.js";
import { buildModel } from "../../targets/web/build.js";
import { engines } from "../engines/every-engine.js";
import { readNpy, writeNpy } from "../judges/npy.js";
import { pythonMissing, runJudge } from "../judges/python.js";
import { writeRandomWeights } from "../judges/random-weights.js";
import { planOf } from "../specs/library.js";
import { scratch } from "../weights/scratch.js";
import { partOfRange } from "./agreement.js";
import { patch } from "./photograph.js";
import { fileWeights } from "./weights.js";

interface Case {
  readonly spec: string;
  /** torchvision's name. */
  readonly net: string;
  /** What is ours alone. */
  readonly strangers: readonly string[];
  /** Where torchvision's values are found in the plan. */
  readonly values: Readonly<Record<string, string>>;
}

const cases: readonly Case[] = [
  {
    spec: "resnet50-fcn",
    net: "fcn_resnet50",
    strangers: [],
    values: { classifier_4: "classifier_4", score: "score" },
  },
  {
    spec: "mobilenetv2-fcn",
    net: "mobilenet_v2",
    strangers: ["score_32", "score_16", "score_8"],
    values: Object.fromEntries([0, 1, 3, 6, 13, 17].map((stage) => [`features_${stage}`, lastOfStage(stage)])),
  },
];

function lastOfStage(stage: number): string {
  if (stage === 0) return "features_0_1/relu6";
  if (stage === 1) return "features_1.conv_2";
  return `features_${stage}.${stage === 17 ? "conv_3" : "added"}`;
}

/** Plain JS would take minutes for nets of this size. */
const quick = engines.filter(([name]) => name !== "js");
const missing = pythonMissing("torchvision_on_cpu");
const image = patch(67, 91);
const folder = await scratch();

describe.each(cases)("$spec", ({ spec, net, strangers, values }) => {
  const file = (name: string): string => join(folder, `${spec}-${name}`);
  let plan: Plan;

  beforeAll(async () => {
    if (missing !== null) return;
    plan = await planOf(`specs/${spec}.fcn`);
    writeRandomWeights(file("weights.safetensors"), plan.tensors, { seed: 6 });
    writeNpy(file("image.npy"), { shape: [image.height, image.width, 3], data: Uint8Array.from(image.data) });
    const files = ["--weights", file("weights.safetensors"), "--image", file("image.npy")];
    const wanted = Object.keys(values).flatMap((name) => ["--value", `${name}=${file(`${name}.npy`)}`]);
    const ours = strangers.flatMap((layer) => ["--stranger", layer]);
    await runJudge("torchvision_nets.py", ["--net", net, ...files, ...ours, ...wanted]);
  });

  test.for(quick)("has torchvision's values on %s", async ([, start], context) => {
    if (missing) context.skip(missing);
    const source = await fileWeights(plan, file("weights.safetensors"));
    const model = await (await start()).load(await buildModel(plan, source));
    await source.close();
    const input = plan.inputs[0] as PlanInput;
    const found = await model.run({ [input.name]: feedImage(image, input) }, Object.values(values));
    model.dispose();
    for (const [theirs, ours] of Object.entries(values)) {
      const difference = partOfRange(found[ours] as Value, readNpy(file(`${theirs}.npy`)));
      await context.annotate(`${theirs}: ${difference.toExponential(1)} of its range`);
      expect(difference, theirs).toBeLessThan(1e-4);
    }
  });
});
