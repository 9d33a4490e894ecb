/** What the load plan says in the situations that people are in, as reviewed. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { LoadPlan } from "../../../src/weights/load/load-plan.js";
import { planOf, planOfText } from "../../specs/library.js";
import { loadPlanOf, recipeLoadPlan, shapesOf, told, type Shapes } from "./loading.js";

const folder = fileURLToPath(new URL("texts/", import.meta.url));
const keras = JSON.parse(
  readFileSync(fileURLToPath(new URL("../fixtures/keras-names.json", import.meta.url)), "utf8"),
) as Readonly<Record<string, Shapes>>;

const fcn32s = () => planOf("specs/voc-fcn32s.fcn");
const only = (shapes: Shapes, keep: (name: string) => boolean): Shapes =>
  Object.fromEntries(Object.entries(shapes).filter(([name]) => keep(name)));
const isScore = (name: string): boolean => name.startsWith("score");
const trunkOf = (shapes: Shapes): Shapes => only(shapes, (name) => !isScore(name));

/** A release's classifier has its dense layers as they are. */
const vgg = async (): Promise<Shapes> => ({
  ...trunkOf(shapesOf(await fcn32s())),
  "fc6.weight": [4096, 25088],
  "fc7.weight": [4096, 4096],
  "fc8.weight": [1000, 4096],
  "fc8.bias": [1000],
});
const torchvision = async (): Promise<Shapes> => {
  const map = JSON.parse(readFileSync("specs/names/torchvision-vgg16.json", "utf8")) as {
    layers: Record<string, string>;
  };
  const shapes = await vgg();
  return Object.fromEntries(
    Object.entries(map.layers).flatMap(([theirs, ours]) =>
      ["weight", "bias"].map((key) => [`${theirs}.${key}`, shapes[`${ours}.${key}`] ?? []]),
    ),
  );
};
const withRecipe = async (spec: string, init: string): Promise<string> =>
  readFileSync(spec, "utf8").replace(/init: weights\([^\n]*/, `init: ${init}`);

const fifteen = async (rule: string) =>
  recipeLoadPlan(
    await planOfText(
      await withRecipe("specs/voc-fcn16s.fcn", `weights("mine.safetensors"${rule})`),
      "specs/voc-fcn16s.fcn",
    ),
    {
      "mine.safetensors": shapesOf(
        await planOfText(
          readFileSync("specs/voc-fcn16s.fcn", "utf8").replace("= 21,", "= 15,").replace('labels: "voc.labels", ', ""),
          "specs/voc-fcn16s.fcn",
        ),
      ),
    },
  );

const fourChannels = `fcn 1
import vgg16 from "fcnc/backbones/vgg16.fcn"
net four {
  input color: bgr[H, W, 3]
  input depth: raw[H, W, 1]
  data = concat(color, depth)
  trunk = data -> vgg16 { without: [fc6, fc7, fc8] }
  score = trunk.pool5 -> conv(5, 1, init: zero)
  output score
}
`;
const oneChannel = `fcn 1
import vgg16 from "fcnc/backbones/vgg16.fcn"
net depth {
  input depth: raw[H, W, 1]
  trunk = depth -> vgg16 { without: [fc6, fc7, fc8] }
  score = trunk.pool5 -> conv(5, 1, init: zero)
  output score
}
`;
const trained = (net: string, init: string): string =>
  `${net}train ${/net (\w+)/.exec(net)?.[1]} {\n  init: ${init}\n}\n`;

const situations: Readonly<Record<string, () => Promise<LoadPlan>>> = {
  copied: async () => loadPlanOf(await fcn32s(), { "fcn32s.safetensors": { shapes: shapesOf(await fcn32s()) } }),
  "dense VGG": async () => recipeLoadPlan(await fcn32s(), { "vgg16-fcn.safetensors": await vgg() }),
  "dense CaffeNet": async () => {
    const plan = await planOf("specs/voc-fcn-alexnet.fcn");
    // As the old files have them.
    const shapes = Object.entries(trunkOf(shapesOf(plan))).map(([name, shape]) => [
      name,
      name.endsWith(".bias") ? [1, 1, 1, ...shape] : shape,
    ]);
    return recipeLoadPlan(plan, {
      "alexnet-fcn.safetensors": {
        ...(Object.fromEntries(shapes) as Shapes),
        "fc6.weight": [1, 1, 4096, 9216],
        "fc7.weight": [1, 1, 4096, 4096],
      },
    });
  },
  "depth from the mean of colours": async () =>
    recipeLoadPlan(await planOfText(trained(oneChannel, 'weights("vgg16-fcn.safetensors", channels: mean)')), {
      "vgg16-fcn.safetensors": await vgg(),
    }),
  "early fusion": async () =>
    recipeLoadPlan(await planOf("specs/nyud-fcn32s-color-d.fcn"), { "vgg16-fcn.safetensors": await vgg() }),
  "four channels repeated": async () =>
    recipeLoadPlan(await planOfText(trained(fourChannels, 'weights("vgg16-fcn.safetensors", channels: repeat)')), {
      "vgg16-fcn.safetensors": await vgg(),
    }),
  "four channels unsaid": async () =>
    recipeLoadPlan(await planOfText(trained(fourChannels, 'weights("vgg16-fcn.safetensors")')), {
      "vgg16-fcn.safetensors": await vgg(),
    }),
  "classes copied": () => fifteen(", classes: copy"),
  "classes fresh": () => fifteen(", classes: fresh"),
  "classes refused": () => fifteen(", classes: refuse"),
  "classes unsaid": () => fifteen(""),
  "late fusion, two files": async () => {
    const plan = await planOf("specs/nyud-fcn32s-color-hha.fcn");
    return recipeLoadPlan(plan, {
      "nyud-fcn32s-color.safetensors": shapesOf(await planOf("specs/nyud-fcn32s-color.fcn")),
      "nyud-fcn32s-hha.safetensors": shapesOf(await planOf("specs/nyud-fcn32s-hha.fcn")),
    });
  },
  "late fusion, two streams from one file": async () => {
    const text = readFileSync("specs/nyud-fcn32s-color-hha.fcn", "utf8")
      .replace("nyud-fcn32s-color.safetensors", "vgg16-fcn.safetensors")
      .replace("nyud-fcn32s-hha.safetensors", "vgg16-fcn.safetensors");
    return recipeLoadPlan(await planOfText(text, "specs/nyud-fcn32s-color-hha.fcn"), {
      "vgg16-fcn.safetensors": await vgg(),
    });
  },
  "two heads": async () =>
    recipeLoadPlan(await planOf("specs/siftflow-fcn16s.fcn"), {
      "siftflow-fcn32s.safetensors": shapesOf(await planOf("specs/siftflow-fcn32s.fcn")),
    }),
  "staged, 32s to 16s": async () =>
    recipeLoadPlan(await planOf("specs/voc-fcn16s.fcn"), { "voc-fcn32s.safetensors": shapesOf(await fcn32s()) }),
  "staged, 16s to 8s": async () =>
    recipeLoadPlan(await planOf("specs/voc-fcn8s.fcn"), {
      "voc-fcn16s.safetensors": shapesOf(await planOf("specs/voc-fcn16s.fcn")),
    }),
  "trunk left out": async () =>
    recipeLoadPlan(await fcn32s(), {
      "vgg16-fcn.safetensors": only(await vgg(), (name) => !name.startsWith("fc") && name !== "conv4_2.weight"),
    }),
  "trunk left out, and allowed": async () => {
    const plan = await fcn32s();
    const load = await recipeLoadPlan(plan, {
      "vgg16-fcn.safetensors": only(await vgg(), (name) => !name.startsWith("fc7")),
    });
    return { ...load, faults: [] };
  },
  "trunk fresh on purpose": async () =>
    recipeLoadPlan(
      await planOfText(
        await withRecipe("specs/voc-fcn32s.fcn", 'weights("vgg16-fcn.safetensors", fresh: [fc6, fc7])'),
        "specs/voc-fcn32s.fcn",
      ),
      { "vgg16-fcn.safetensors": only(await vgg(), (name) => !name.startsWith("fc")) },
    ),
  "torchvision's names": async () =>
    loadPlanOf(await fcn32s(), { "vgg16-397923af.safetensors": { shapes: await torchvision() } }),
  "Keras's layout": async () =>
    loadPlanOf(await fcn32s(), { "vgg16.h5": { shapes: keras["VGG16"] ?? {}, format: "hdf5" } }),
  "left over, with the nearest": async () => {
    const { "fc6.weight": fc6 = [], ...rest } = shapesOf(await fcn32s());
    return loadPlanOf(await fcn32s(), {
      "mine.safetensors": { shapes: { ...rest, "fc_6.weight": fc6, "optimizer.step": [1] } },
    });
  },
};

it.each(Object.keys(situations))("%s", async (name) => {
  const load = await situations[name]?.();
  if (!load) throw new Error(`no situation ${name}`);
  expect(load.tensors.every(({ kind, from }) => (kind === "fresh" || kind === "generated") === (from === null))).toBe(
    true,
  );
  await expect(told(load)).toMatchFileSnapshot(`${folder}${name.replaceAll(/[^\w]+/g, "-")}.txt`);
});
