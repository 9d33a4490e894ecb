import { mkdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EngineError, type GraphModelJson, type ModelInMemory } from "../../src/engines/engine.js";
import { jsEngine } from "../../src/engines/js.js";
import { selectEngine } from "../../src/engines/select.js";
import { initWeights } from "../../src/weights/init.js";
import { buildModel } from "../../targets/web/build.js";
import { webTarget } from "../../targets/web/web.js";
import { noise } from "../reference/compare.js";
import { PlanBuilder } from "../reference/plan-builder.js";
import { scratch } from "../weights/scratch.js";
import { engines, nativeFolder } from "./every-engine.js";

const folder = await scratch();
let count = 0;
const plan = new PlanBuilder().input(3).conv("conv", 4, 3, { pad: 1 }).plan();
const input = { data: noise(3, 4, 5).toNhwc() };

describe.each(engines)("%s", (name, start) => {
  test("says what it is, and runs", async () => {
    const engine = await start();
    expect(engine.name).toBe(name);
    expect(engine.description).toContain("4.22");
    const model = await engine.load(await buildModel(plan, initWeights(plan)));
    expect(model.inputs).toEqual(["data"]);
    expect(model.outputs).toEqual(["mask"]);
    expect((model.metadata["fcnc"] as { net: string }).net).toBe("test");
    const { mask, conv } = await model.run(input, ["mask", "conv"]);
    expect(mask?.data).toBeInstanceOf(Int32Array);
    expect(conv?.data).toBeInstanceOf(Float32Array);
    expect(conv?.shape).toEqual([1, 4, 5, 4]);
    model.dispose();
    model.dispose();
    await expect(model.run(input, ["mask"])).rejects.toThrow("the model was disposed of");
  });

  test("runs again after it was asked for its own input and weights", async () => {
    const model = await (await start()).load(await buildModel(plan, initWeights(plan)));
    const first = await model.run(input, ["data", "conv/weight", "conv", "conv"]);
    expect(first["data"]?.data).toEqual(input.data.data);
    expect(first["conv/weight"]?.shape).toEqual([3, 3, 3, 4]);
    expect((await model.run(input, ["conv"]))["conv"]).toEqual(first["conv"]);
    model.dispose();
  });

  test("refuses what does not fit", async () => {
    const model = await (await start()).load(await buildModel(plan, initWeights(plan)));
    await expect(model.run({}, ["mask"])).rejects.toThrow("the model's input `data` is not given");
    await expect(model.run(input, ["none"])).rejects.toThrow("none");
    const gray = { data: noise(1, 4, 5).toNhwc() };
    await expect(model.run(gray, ["mask"])).rejects.toThrow(EngineError);
    await expect(model.run({ ...input, more: input.data }, ["mask"])).rejects.toThrow(EngineError);
    model.dispose();
  });
});

describe("choosing", () => {
  test("auto takes the best that starts, and says why not a better one", async () => {
    const { engine, passedOver } = await selectEngine();
    if (engine.name === "native") return;
    expect(engine.name).toBe("wasm");
    expect(passedOver).toEqual([expect.stringMatching(/^native: .*not installed/)]);
  });

  test.skipIf(nativeFolder !== null && process.env["FCNC_NATIVE"] !== undefined)(
    "what is asked for and not there is an error that says why",
    async () => {
      await expect(selectEngine("native")).rejects.toThrow(
        "the engine `native` cannot be had: @tensorflow/tfjs-node is not",
      );
    },
  );

  test("engines can take turns", async () => {
    const models = [];
    for (const name of ["wasm", "js", "wasm"] as const)
      models.push(await (await selectEngine(name)).engine.load(await buildModel(plan, initWeights(plan))));
    const values = [];
    for (const model of models) values.push((await model.run(input, ["mask"]))["mask"]);
    expect(values[1]).toEqual(values[0]);
    expect(values[2]).toEqual(values[0]);
    for (const model of models) model.dispose();
  });

  test("WASM leaves the process's errors to whoever handles them", async () => {
    await selectEngine("wasm");
    const sources = process.listeners("uncaughtException").map(String);
    expect(sources.filter((source) => source.includes("ExitStatus"))).toEqual([]);
  });
});

describe("bundles of strangers", () => {
  const load = async (path: string) => (await jsEngine()).load(path);

  async function bundle(change: (json: Record<string, unknown>) => unknown = (json) => json): Promise<string> {
    const out = join(folder, String(++count));
    await webTarget.write(plan, initWeights(plan), out);
    const { modelJson } = await buildModel(plan, null);
    const paths = ["group1-shard1of1.bin"];
    const json = { ...modelJson, weightsManifest: [{ ...modelJson.weightsManifest[0], paths }] };
    await writeFile(join(out, "model.json"), JSON.stringify(change(json as unknown as Record<string, unknown>)));
    return out;
  }

  test("a whole one loads, by its folder or its model.json", async () => {
    const out = await bundle();
    await load(out);
    await load(join(out, "model.json"));
  });

  test.each<[string, (json: Record<string, unknown>) => unknown, string]>([
    ["a list", () => [], "it is not a table"],
    ["a layers model", (json) => ({ ...json, format: "layers-model" }), "it is a layers model"],
    ["no graph", (json) => ({ ...json, modelTopology: undefined }), "it has no graph"],
    ["no weights", (json) => ({ ...json, weightsManifest: undefined }), "it has no list of weights"],
    [
      "a node without a name",
      (json) => ({ ...json, modelTopology: { node: [{}], versions: {} } }),
      "a node without a name",
    ],
    [
      "a lost input",
      (json) => ({ ...json, modelTopology: { node: [{ name: "a", op: "Relu", input: ["b"] }], versions: {} } }),
      "node `a` takes `b`, which is not there",
    ],
    ["a shard above", (json) => manifest(json, { paths: ["../../secret"] }), "lies outside of the bundle"],
    ["a shard from the root", (json) => manifest(json, { paths: ["/etc/passwd"] }), "lies outside of the bundle"],
    ["a shard of another system", (json) => manifest(json, { paths: ["C:\\secret"] }), "lies outside of the bundle"],
    [
      "a missing shard",
      (json) => manifest(json, { paths: ["none.bin", "group1-shard1of1.bin"] }),
      "`none.bin` is missing",
    ],
    ["no shards", (json) => manifest(json, { paths: ["none.bin"] }), "the bundle has no weights yet"],
    ["a shard that is a folder", (json) => manifest(json, { paths: [".", "group1-shard1of1.bin"] }), "`.` is missing"],
    ["huge weights", (json) => weight(json, { shape: [1e6, 1e6] }), "more than an engine can hold"],
    ["a negative size", (json) => weight(json, { shape: [-1] }), "cannot be read"],
    ["an unknown type", (json) => weight(json, { dtype: "string" }), "of a type that is not known"],
    ["more weights than bytes", (json) => weight(json, { shape: [4, 4, 4, 4] }), "bytes, and the model declares"],
    ["fewer weights than bytes", (json) => weight(json, { shape: [1] }), "bytes, and the model declares"],
    ["an operation that is not known", (json) => operation(json, "Mystery"), "Mystery"],
  ])("%s is refused", async (_, change, message) => {
    const error: unknown = await bundle(change)
      .then(async (out) => {
        const model = await load(out);
        await model.run(input, ["mask"]);
      })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as Error).message).toContain(message);
  });

  test("no folder, no JSON, too much JSON, a shard that is cut off", async () => {
    await expect(load(join(folder, "none"))).rejects.toThrow("there is no such file");
    const out = join(folder, "broken");
    await mkdir(out);
    await writeFile(join(out, "model.json"), "{");
    await expect(load(out)).rejects.toThrow("it is not JSON");
    await truncate(join(out, "model.json"), 100_000_001);
    await expect(load(out)).rejects.toThrow("more than the");
    const cut = await bundle();
    await truncate(join(cut, "group1-shard1of1.bin"), 100);
    await expect(load(cut)).rejects.toThrow("bytes, and the model declares");
  });

  test("nothing is left on the engine when loading fails", async () => {
    const { memory } = await import("@tensorflow/tfjs-core");
    await jsEngine();
    const before = memory().numTensors;
    const built = await buildModel(plan, initWeights(plan));
    const short: ModelInMemory = {
      modelJson: built.modelJson as GraphModelJson,
      async *weightData() {
        for await (const piece of built.weightData()) {
          yield piece;
          return;
        }
      },
    };
    await expect((await jsEngine()).load(short)).rejects.toThrow("bytes early");
    expect(memory().numTensors).toBe(before);
  });
});

type Group = { weights: object[] };

function manifest(json: Record<string, unknown>, change: object): object {
  const [group] = json["weightsManifest"] as Group[];
  return { ...json, weightsManifest: [{ ...group, ...change }] };
}

function weight(json: Record<string, unknown>, change: object): object {
  const [group] = json["weightsManifest"] as Group[];
  return manifest(json, {
    weights: group?.weights.map((spec, index) => (index === 0 ? { ...spec, ...change } : spec)),
  });
}

function operation(json: Record<string, unknown>, op: string): object {
  const topology = json["modelTopology"] as { node: { name: string }[] };
  const node = topology.node.map((one) => (one.name === "conv" ? { ...one, op } : one));
  return { ...json, modelTopology: { ...topology, node } };
}
