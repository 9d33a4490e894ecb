import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { openWeightFile } from "../../../src/weights/formats/index.js";
import { READ_LIMITS } from "../../../src/weights/formats/limits.js";
import { tfjs } from "../../../src/weights/formats/tfjs.js";
import { initWeights } from "../../../src/weights/init.js";
import type { PlanWeights } from "../../../src/weights/plan-weights.js";
import { webTarget } from "../../../targets/web/web.js";
import { CASES } from "../../targets/primitives.js";
import { scratch } from "../scratch.js";
import { bytesIn, fileInMemory, refusalOf, stored, survivesEdits, valuesIn } from "./source.js";

const folder = await scratch();
const fresh = (): Promise<string> => mkdtemp(join(folder, "model-"));

/** A model's folder with these shards; gives the path of its `model.json`. */
async function model(json: unknown, shards: Readonly<Record<string, Uint8Array>> = {}): Promise<string> {
  const place = await fresh();
  for (const [name, bytes] of Object.entries(shards)) {
    await mkdir(join(place, name, ".."), { recursive: true });
    await writeFile(join(place, name), bytes);
  }
  const path = join(place, "model.json");
  await writeFile(path, typeof json === "string" ? json : JSON.stringify(json));
  return path;
}

const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const one = (more: object = {}) => ({ name: "w", shape: [2], dtype: "float32", ...more });
const manifest = (weights: readonly object[], paths: readonly string[] = ["a.bin"]) => ({
  weightsManifest: [{ paths, weights }],
});

describe("reading", () => {
  test("several groups and shards, of a layers model", async () => {
    const json = {
      format: "layers-model",
      generatedBy: "keras v2",
      modelTopology: { class_name: "Model" },
      weightsManifest: [
        {
          paths: ["g1-1.bin", "more/g1-2.bin"],
          weights: [
            one({ name: "conv1/kernel", shape: [1, 1, 2, 2] }),
            one({ name: "steps", dtype: "int32", shape: [] }),
          ],
        },
        {
          paths: ["g2.bin"],
          weights: [one({ name: "flags", dtype: "bool", shape: [3] }), one({ name: "conv1/bias" })],
        },
      ],
    };
    // The shards end within elements.
    const first = Buffer.concat([floats(1, 2, 3, 4), new Uint8Array(Int32Array.of(-7).buffer)]);
    const path = await model(json, {
      "g1-1.bin": first.subarray(0, 6),
      "more/g1-2.bin": first.subarray(6),
      "g2.bin": Buffer.concat([Uint8Array.of(1, 0, 1), floats(5, 6)]),
    });
    const file = await openWeightFile(path);
    expect(file.metadata).toEqual({ format: "layers-model", generatedBy: "keras v2" });
    expect([...file.tensors.values()].map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
      ["conv1/kernel", "F32", [1, 1, 2, 2]],
      ["steps", "I32", []],
      ["flags", "BOOL", [3]],
      ["conv1/bias", "F32", [2]],
    ]);
    expect(await file.read("conv1/kernel", 1, 4)).toEqual(Float32Array.of(2, 3, 4));
    expect(await bytesIn(file, "steps")).toEqual(new Uint8Array(Int32Array.of(-7).buffer));
    expect(await valuesIn(file, "conv1/bias")).toEqual(Float32Array.of(5, 6));
    await file.close();
    const byFolder = await openWeightFile(join(path, ".."));
    expect(byFolder.tensors.size).toBe(4);
    await byFolder.close();
  });

  test("quantized weights are what TF.js makes of them", async () => {
    const weights = [
      one({ name: "a", shape: [4], quantization: { dtype: "uint8", scale: 0.1, min: -0.7 } }),
      one({ name: "b", shape: [3], quantization: { dtype: "uint16", scale: 1e-3, min: 5 } }),
      one({ name: "c", shape: [3], quantization: { dtype: "float16" } }),
      one({ name: "d", shape: [2], dtype: "int32", quantization: { dtype: "uint8", scale: 1.5, min: -2 } }),
    ];
    const data = Buffer.concat([
      Uint8Array.of(0, 1, 7, 255),
      new Uint8Array(Uint16Array.of(0, 1, 65535).buffer),
      new Uint8Array(Uint16Array.of(0x3c00, 0x0001, 0xfbff).buffer),
      Uint8Array.of(3, 200),
    ]);
    const file = await openWeightFile(await model(manifest(weights), { "a.bin": data }));
    const theirs = tf.io.decodeWeights(new Uint8Array(data).buffer, weights as unknown as tf.io.WeightsManifestEntry[]);
    for (const name of ["a", "b", "c"]) expect(await valuesIn(file, name)).toEqual(await theirs[name]?.data());
    const whole = await bytesIn(file, "d");
    expect(new Int32Array(whole.buffer)).toEqual(await theirs["d"]?.data());
    expect([...file.tensors.values()].map(({ dtype, stored }) => [dtype, stored])).toEqual([
      ["F32", "uint8, 0.1 a step from -0.7"],
      ["F32", "uint16, 0.001 a step from 5"],
      ["F32", "float16"],
      ["I32", "uint8, 1.5 a step from -2"],
    ]);
    expect(await file.read("a", 1, 3)).toEqual((await valuesIn(file, "a")).slice(1, 3));
    await file.close();
  });
});

describe("bundles of fcnc give back the plan's tensors", () => {
  /** Other numbers than the initializers', so that upsamplings are learned ones. */
  const other = (weights: PlanWeights): PlanWeights => ({
    ...weights,
    origins: new Map([...weights.origins.keys()].map((name) => [name, "copied"])),
    read: (_, start, end, into = new Float32Array(end - start)) => {
      for (let index = start; index < end; index++) into[index - start] = ((index * 31) % 97) / 16 - 3;
      return Promise.resolve(into.subarray(0, end - start));
    },
  });

  test.each(Object.keys(CASES))("%s", async (name) => {
    const plan = CASES[name]?.[0].plan();
    if (plan === undefined) throw new Error(name);
    for (const weights of [initWeights(plan, 7), other(initWeights(plan))]) {
      const out = join(await fresh(), "bundle");
      await webTarget.write(plan, weights, out, { shardBytes: 1024 });
      const file = await openWeightFile(join(out, "model.json"));
      for (const { name, shape } of plan.tensors) {
        const count = shape.reduce((product, size) => product * size, 1);
        expect(file.tensors.get(name)?.shape).toEqual(shape);
        expect(await valuesIn(file, name)).toEqual(await weights.read(name, 0, count));
        if (count > 2) expect(await file.read(name, 1, count - 1)).toEqual(await weights.read(name, 1, count - 1));
      }
      expect([...file.tensors.keys()]).toEqual(plan.tensors.map(({ name }) => name));
      await file.close();
    }
  });
});

describe("files that lie", () => {
  const eight = { "a.bin": floats(1, 2) };
  const own = (tensors: unknown, weights: readonly object[] = [one()]) => ({
    ...manifest(weights),
    userDefinedMetadata: { fcnc: { tensors } },
  });
  test.each<[string, unknown, string]>([
    ["no JSON", "{", "it is not JSON"],
    ["no manifest", {}, "it has no list of weights"],
    ["a manifest of numbers", { weightsManifest: [3] }, "its list of weights cannot be read"],
    ["no name", manifest([{}]), "a weight without a name"],
    ["a negative size", manifest([one({ shape: [-1] })]), "the shape of weight `w`"],
    ["a text", manifest([one({ dtype: "string" })]), "weight `w` is of a type that is not known"],
    ["complex numbers", manifest([one({ dtype: "complex64", shape: [1] })]), "is of type complex64, which is not read"],
    ["an inherited type", manifest([one({ dtype: "toString" })]), "weight `w` is of a type that is not known"],
    ["an unknown quantization", manifest([one({ quantization: { dtype: "int4" } })]), "is of a type that is not known"],
    ["no scale", manifest([one({ shape: [8], quantization: { dtype: "uint8", min: 0 } })]), "what its stored numbers"],
    [
      "a scale of text",
      manifest([one({ shape: [8], quantization: { dtype: "uint8", min: 0, scale: "1" } })]),
      "stand for",
    ],
    ["a name twice", manifest([one({ shape: [1] }), one({ shape: [1] })]), "weight `w` is there twice"],
    ["another size", manifest([one({ shape: [3] })]), "have 8 bytes, and the model declares 12"],
    ["too many elements", manifest([one({ shape: [2 ** 31, 2 ** 31] })]), "elements that are read. If you trust it"],
    ["a shard that is missing", manifest([one()], ["a.bin", "b.bin"]), "the weight file `b.bin` is missing"],
    ["no shard", manifest([one()], ["b.bin"]), "the bundle has no weights yet"],
    ["a folder for a shard", manifest([one()], ["a.bin", "."]), "the weight file `.` is missing"],
    ...[
      "../a.bin",
      "x/../../a.bin",
      "/etc/passwd",
      "C:\\a.bin",
      "c:a.bin",
      "..\\a.bin",
      "\\\\host\\a.bin",
      "a.bin\0",
      "",
    ].map((path): [string, unknown, string] => [
      `the path ${JSON.stringify(path)}`,
      manifest([one()], [path]),
      "lies outside of the bundle",
    ]),
    ["tensors that are no table", own([]), "its list of tensors cannot be read"],
    ["a constant that is not there", own({ t: { shape: [2], constants: ["x"] } }), "do not hold tensor `t` as it says"],
    ["a constant of another size", own({ t: { shape: [3], constants: ["w"] } }), "do not hold tensor `t`"],
    ["a constant twice", own({ t: { shape: [4], constants: ["w", "w"] } }), "do not hold tensor `t`"],
    ["a kernel in a vector", own({ t: { shape: [2, 1, 1, 1], constants: ["w"] } }), "do not hold tensor `t`"],
    ["no groups", own({ t: { shape: [2, 2, 4, 4], bilinear: 0 } }), "do not hold tensor `t`"],
    ["an endless kernel", own({ t: { shape: [2 ** 20, 2 ** 20, 4, 4], bilinear: 1 } }), "do not hold tensor `t`"],
  ])("%s", async (_, json, message) => {
    expect(await refusalOf(await model(json, eight))).toContain(message);
  });

  test("a link that leads out", async () => {
    const secret = join(folder, "secret.bin");
    await writeFile(secret, floats(1, 2));
    const path = await model(manifest([one()], ["a.bin"]));
    await symlink(secret, join(path, "..", "a.bin"));
    expect(await refusalOf(path)).toContain("`a.bin` lies outside of the bundle");
    const through = await model(manifest([one()], ["down/secret.bin"]));
    await symlink(folder, join(through, "..", "down"));
    expect(await refusalOf(through)).toContain("`down/secret.bin` lies outside of the bundle");
  });

  test("lower limits", async () => {
    const path = await model(manifest([one({ shape: [1] }), one({ name: "v", shape: [1] })]), eight);
    expect(await refusalOf(path, { ...READ_LIMITS, tensors: 1 })).toContain("it lists 2 weights in 1 files");
    expect(await refusalOf(path, { ...READ_LIMITS, headerBytes: 20 })).toContain("more than the 20 that are read");
    expect(await refusalOf(path, { ...READ_LIMITS, elements: 0 })).toContain("elements that are read. If you trust it");
  });

  test("random edits are read or refused, never worse", async () => {
    const weights = [
      one({ shape: [1, 1, 2, 2] }),
      one({ name: "q", shape: [8], quantization: { dtype: "uint8", scale: 1, min: 0 } }),
    ];
    const tensors = { k: { shape: [2, 2, 1, 1], constants: ["w"] }, u: { shape: [2, 2, 4, 4], bilinear: 1 } };
    const good = await model("", { "a.bin": Buffer.concat([floats(1, 2, 3, 4), new Uint8Array(8)]) });
    await survivesEdits(Buffer.from(JSON.stringify(own(tensors, weights))), async (bytes) => {
      await writeFile(good, bytes);
      return good;
    });
  });
});

describe("writing", () => {
  test("what stock TF.js loads", async () => {
    const out = join(await fresh(), "weights");
    const tensors = [
      stored("conv/kernel", "F32", [3, 3, 2, 4]),
      stored("half", "F16", [5]),
      stored("brain", "BF16", [3]),
    ];
    const source = fileInMemory([
      ...tensors,
      stored("n", "I32", [2]),
      stored("f", "BOOL", [3]),
      stored("none", "F32", [0]),
    ]);
    await tfjs.write?.(out, source, { metadata: { net: "test" } });
    expect(await readdir(out)).toEqual(["group1-shard1of1.bin", "model.json"]);
    const file = await openWeightFile(out);
    expect(file.metadata).toMatchObject({ net: "test" });
    expect(file.tensors.get("half")).toMatchObject({ dtype: "F32", stored: "float16" });
    const json = JSON.parse(await readFile(join(out, "model.json"), "utf8")) as {
      weightsManifest: { weights: tf.io.WeightsManifestEntry[] }[];
    };
    const data = new Uint8Array(await readFile(join(out, "group1-shard1of1.bin"))).buffer;
    const theirs = tf.io.decodeWeights(data, json.weightsManifest[0]?.weights ?? []);
    for (const { name } of tensors) {
      expect(await valuesIn(file, name)).toEqual(await valuesIn(source, name));
      expect(await theirs[name]?.data()).toEqual(await valuesIn(source, name));
    }
    for (const name of ["n", "f"]) expect(await bytesIn(file, name)).toEqual(await bytesIn(source, name));
    await file.close();
  });

  test("shards of 4 MiB, and a folder that is replaced whole", async () => {
    const out = join(await fresh(), "weights");
    const large = stored("large", "F32", [1_500_000]);
    await tfjs.write?.(join(out, "model.json"), fileInMemory([large]));
    expect(await readdir(out)).toEqual(["group1-shard1of2.bin", "group1-shard2of2.bin", "model.json"]);
    const file = await openWeightFile(out);
    expect(await valuesIn(file, "large")).toEqual(await valuesIn(fileInMemory([large]), "large"));
    await file.close();
    await tfjs.write?.(out, fileInMemory([stored("small", "F32", [1])]));
    expect(await readdir(out)).toEqual(["group1-shard1of1.bin", "model.json"]);
  });

  test("refusals", async () => {
    const out = await fresh();
    const doubles = fileInMemory([stored("d", "F64", [1])]);
    await expect(tfjs.write?.(join(out, "weights"), doubles)).rejects.toThrow(
      "Convert to another type (`--dtype f32`)",
    );
    await expect(tfjs.write?.(join(out, "x.json"), doubles)).rejects.toThrow("is called model.json");
    await writeFile(join(out, "thesis.tex"), "");
    const small = fileInMemory([stored("w", "F32", [1])]);
    await expect(tfjs.write?.(out, small)).rejects.toThrow("it holds `thesis.tex`, which fcnc has not written");
    expect(await readdir(out)).toEqual(["thesis.tex"]);
  });
});
