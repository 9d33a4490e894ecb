/** Weights of torchvision's and Keras's own modules, under their names, through the maps: the same features. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Value } from "../../src/engines/engine.js";
import { wasmEngine } from "../../src/engines/wasm.js";
import { feedImage } from "../../src/images/feed.js";
import type { PlanInput } from "../../src/model/plan.js";
import { nodeHost } from "../../src/node-host.js";
import { loadWeights } from "../../src/weights/load/load-weights.js";
import { plainSource } from "../../src/weights/load/source-settings.js";
import { buildModel } from "../../targets/web/build.js";
import { readNpy, writeNpy } from "../judges/npy.js";
import { pythonMissing, runJudge } from "../judges/python.js";
import { readFileSync } from "node:fs";
import { parseNameMap } from "../../src/weights/load/name-map.js";
import { features, releases } from "../weights/load/releases.js";
import { scratch } from "../weights/scratch.js";
import { partOfRange } from "./agreement.js";
import { patch } from "./photograph.js";

// Of such a size every pooling and every border of the releases falls where ours does.
const image = patch(64, 96);
const folder = await scratch();

describe.each(releases)("$release", (release) => {
  const { map: name } = release;
  const missing = pythonMissing(release.release.startsWith("keras") ? "keras" : "torchvision_on_cpu");
  const file = (suffix: string): string => join(folder, `${name}${suffix}`);

  test("gives the same features", { timeout: 180_000 }, async (context) => {
    if (missing) context.skip(missing);
    const path = new URL(`../../specs/names/${name}.json`, import.meta.url);
    const expected = parseNameMap(readFileSync(path, "utf8"), name).input;
    if (expected === null) throw new Error(`${name} says nothing of its input`);
    const { channels, mean, scale } = expected;
    const prepared = Float32Array.from(image.data, (_, at) => {
      const channel = at % 3;
      const value = image.data[at - channel + (channels === "rgb" ? channel : 2 - channel)] ?? NaN;
      return (value - (mean[channel] ?? NaN)) * (scale[channel] ?? NaN);
    });
    writeNpy(file("-image.npy"), { shape: [image.height, image.width, 3], data: prepared });
    const files = ["--weights", file(".safetensors"), "--image", file("-image.npy"), "--value", file("-value.npy")];
    await runJudge("release_weights.py", ["--release", release.release, ...files]);

    const plan = await features(release);
    const settings = { ...plainSource(file(".safetensors")), names: `fcnc/names/${name}.json` };
    const options = { isRecipe: false, readText: (text: string) => nodeHost.read(text) };
    const { load, weights } = await loadWeights(plan, [settings], options);
    expect([load.faults, load.warnings]).toEqual([[], []]);
    const model = await (await wasmEngine()).load(await buildModel(plan, weights));
    await weights.close();
    const input = plan.inputs[0] as PlanInput;
    const [seen = ""] = plan.operations.find((operation) => operation.name === "score")?.inputs ?? [];
    const found = await model.run({ [input.name]: feedImage(image, input) }, [seen]);
    model.dispose();
    const difference = partOfRange(found[seen] as Value, readNpy(file("-value.npy")));
    await context.annotate(`${difference.toExponential(1)} of its range`);
    expect(difference).toBeLessThan(1e-4);
  });
});
