import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsEngine } from "../../src/engines/js.js";
import type { Plan } from "../../src/model/plan.js";
import { initWeights } from "../../src/weights/init.js";
import { matchWeights } from "../../src/weights/match.js";
import { labelsJson } from "../../targets/web/labels-json.js";
import { buildModel } from "../../targets/web/build.js";
import type { ModelJson } from "../../targets/web/model-json.js";
import { webTarget } from "../../targets/web/web.js";
import { WriteError } from "../../targets/write-folder.js";
import { compileText } from "../numbers/compiled.js";
import { noise } from "../reference/compare.js";
import { PlanBuilder, relu } from "../reference/plan-builder.js";
import { sourceOf } from "../weights/bytes.js";
import { scratch } from "../weights/scratch.js";

const folder = await scratch();
let count = 0;
const fresh = () => join(folder, String(++count));

const plan: Plan = new PlanBuilder()
  .input(3)
  .add("data/preprocessed", 3, { op: "preprocess", reverse: true, log: false, scale: [1, 1, 1], offset: [-1, -2, -3] })
  .conv("conv", 7, 3, { pad: 1 })
  .add("relu", 7, relu)
  .conv("score", 4, 1)
  .plan();

const modelOf = async (path: string) => JSON.parse(await readFile(join(path, "model.json"), "utf8")) as ModelJson;

describe("a bundle", () => {
  test("has its shards, its plan and a signature, and runs", async () => {
    const out = fresh();
    const told: number[] = [];
    const written = await webTarget.write(plan, initWeights(plan), out, {
      shardBytes: 400,
      onProgress: ({ done, total }) => told.push(done / total),
    });
    expect(await readdir(folder)).toEqual([String(count)]);
    const model = await modelOf(out);
    const [group] = model.weightsManifest;
    expect(group?.paths[0]).toBe("group1-shard1of3.bin");
    const files = written.files.map((file) => file.path);
    expect(files.filter((path) => !path.startsWith("runtime/"))).toEqual([
      "bundle.json",
      "fcn.d.ts",
      "fcn.js",
      ...(group?.paths ?? []),
      "index.html",
      "labels.json",
      "model.json",
      "page/base.css",
      "page/page.css",
      "page/page.js",
      "plan.json",
    ]);
    // Notices of what others made.
    expect(files).toEqual(expect.arrayContaining(["runtime/LICENSE", "runtime/NOTICE", "runtime/engine.js"]));
    for (const { path, bytes, sha256 } of written.files) {
      const data = await readFile(join(out, path));
      expect(data.length).toBe(bytes);
      expect(createHash("sha256").update(data).digest("hex")).toBe(sha256);
    }
    expect(written).toMatchObject({ folder: out, hasWeights: true, certificate: null, notes: [] });
    expect(told.at(-1)).toBe(1);
    expect(JSON.parse(await readFile(join(out, "plan.json"), "utf8"))).toEqual(plan);
    expect(model.signature).toMatchObject({
      inputs: { data: { name: "data:0", dtype: "DT_FLOAT" } },
      outputs: { mask: { name: "mask:0", dtype: "DT_INT32" } },
    });
    expect(model.userDefinedMetadata["fcnc"]).toMatchObject({
      net: "test",
      digest: "sha256:0",
      outputs: [{ name: "score", scores: "score", mask: "mask", classes: 4 }],
    });

    const loaded = await (await jsEngine()).load(out);
    const inMemory = await (await jsEngine()).load(await buildModel(plan, initWeights(plan)));
    const input = { data: noise(3, 5, 6).toNhwc() };
    expect(await loaded.run(input, ["mask", "score"])).toEqual(await inMemory.run(input, ["mask", "score"]));
  });

  test("without weights has the graph and the list of what is wanted", async () => {
    const out = fresh();
    const written = await webTarget.write(plan, null, out);
    expect(written.files.map((file) => file.path)).toEqual([
      "index.html",
      "labels.json",
      "model.json",
      "page/base.css",
      "page/page.css",
      "page/page.js",
      "plan.json",
      "weights-wanted.json",
    ]);
    expect(written.hasWeights).toBe(false);
    expect(written.notes).toEqual([expect.stringContaining("No weights were given")]);
    const wanted = JSON.parse(await readFile(join(out, "weights-wanted.json"), "utf8")) as { tensors: unknown[] };
    expect(wanted.tensors[0]).toEqual({
      key: "conv.weight",
      shape: [7, 3, 3, 3],
      dtype: "F32",
      init: { kind: "gaussian", std: 0.3 },
    });
    const before = await readFile(join(out, "model.json"), "utf8");
    await expect((await jsEngine()).load(out)).rejects.toThrow("the bundle has no weights yet");
    await webTarget.write(plan, initWeights(plan), out);
    expect(await readFile(join(out, "model.json"), "utf8"), "a later run only adds shards").toBe(before);
    expect(await readdir(out)).toEqual([
      "bundle.json",
      "fcn.d.ts",
      "fcn.js",
      "group1-shard1of1.bin",
      "index.html",
      "labels.json",
      "model.json",
      "page",
      "plan.json",
      "runtime",
    ]);
  });

  test("ends in scores where argmax is not wanted", async () => {
    const { modelJson } = await buildModel(plan, null, { argmax: false });
    expect(Object.keys(modelJson.signature.outputs)).toEqual(["score"]);
  });

  test("names and colours the classes of each head", async () => {
    const text = `fcn 1
net n {
  input image: rgb[H, W, 3]
  score = image -> conv(21, 1)
  other = image -> conv(2, 1)
  output score { labels: "fcnc/voc.labels", ignore: 255 }
  output other
}
`;
    const { outputs } = labelsJson(await compileText(text));
    expect(outputs["score"]?.classes).toHaveLength(21);
    expect(outputs["score"]?.classes[15]).toEqual({ index: 15, name: "person", color: [192, 128, 128] });
    expect(outputs["score"]?.ignore).toEqual({ index: 255, name: "void", color: [224, 224, 192] });
    expect(outputs["other"]?.classes.map(({ index }) => index)).toEqual([0, 1]);
    expect(outputs["other"]?.ignore).toBeNull();
  });

  test("of two heads has a mask for each", async () => {
    const heads = new PlanBuilder().input(1).conv("a", 2, 1).conv("b", 3, 1, {}, ["data"]).output("a", "b").plan();
    const model = await (await jsEngine()).load(await buildModel(heads, initWeights(heads)));
    expect(model.outputs).toEqual(["a/mask", "b/mask"]);
    const values = await model.run({ data: noise(1, 2, 3).toNhwc() }, model.outputs);
    expect(values["b/mask"]?.shape).toEqual([1, 2, 3]);
  });

  test("whose layers have the names of its parts keeps them apart", async () => {
    const net = new PlanBuilder()
      .input(2)
      .conv("mask", 2, 1)
      .conv("mask/weight", 2, 1)
      .add("constant/1", 2, relu)
      .plan();
    const model = await (await jsEngine()).load(await buildModel(net, initWeights(net)));
    expect(model.outputs).toEqual(["constant/1/mask"]);
    const values = await model.run({ data: noise(2, 2, 2).toNhwc() }, ["mask", "mask/weight", "constant/1"]);
    for (const value of Object.values(values)) expect(value.shape).toEqual([1, 2, 2, 2]);
  });
});

describe("the folder", () => {
  const bad = () => {
    const blob = { shape: [4, 7, 1, 1], values: new Float32Array(28).fill(NaN) };
    return matchWeights(plan, sourceOf({ "score.weight": blob })).weights;
  };

  test("keeps the old bundle when the new one fails", async () => {
    const out = fresh();
    await webTarget.write(plan, initWeights(plan), out);
    const before = await readFile(join(out, "group1-shard1of1.bin"));
    await expect(webTarget.write(plan, bad(), out)).rejects.toThrow("tensor `score.weight` holds NaN");
    expect(await readFile(join(out, "group1-shard1of1.bin"))).toEqual(before);
    expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("is not there when the first one fails", async () => {
    const out = fresh();
    await expect(webTarget.write(plan, bad(), out)).rejects.toThrow("NaN");
    await expect(stat(out)).rejects.toThrow("ENOENT");
  });

  test("keeps the old bundle when it is interrupted", async () => {
    const out = fresh();
    await webTarget.write(plan, null, out);
    const controller = new AbortController();
    const options = { signal: controller.signal, shardBytes: 64, onProgress: () => controller.abort() };
    await expect(webTarget.write(plan, initWeights(plan), out, options)).rejects.toThrow("abort");
    expect(await readdir(out)).toEqual([
      "index.html",
      "labels.json",
      "model.json",
      "page",
      "plan.json",
      "weights-wanted.json",
    ]);
    expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("that is a file is refused", async () => {
    const out = fresh();
    await writeFile(out, "mine");
    await expect(webTarget.write(plan, null, out)).rejects.toThrow("there is a file of that name");
    await expect(webTarget.write(plan, null, join(out, "deeper"))).rejects.toThrow(WriteError);
    expect(await readFile(out, "utf8")).toBe("mine");
  });

  test("that holds other things is refused", async () => {
    const out = fresh();
    await mkdir(out);
    await writeFile(join(out, "thesis.tex"), "mine");
    await expect(webTarget.write(plan, null, out)).rejects.toThrow("it holds `thesis.tex`");
    expect(await readdir(out)).toEqual(["thesis.tex"]);
    await rm(join(out, "thesis.tex"));
    await webTarget.write(plan, null, out);
  });

  test("behind a link is written where the link leads", async () => {
    const out = fresh();
    const link = fresh();
    await mkdir(out);
    await symlink(out, link);
    await webTarget.write(plan, null, link);
    expect(await readdir(out)).toContain("model.json");
    const astray = fresh();
    await symlink(join(folder, "nowhere"), astray);
    await expect(webTarget.write(plan, null, astray)).rejects.toThrow("it is a link that leads nowhere");
  });

  test("of a run that was killed is removed by a later one", async () => {
    const out = fresh();
    const left = (pid: number) => join(folder, `.${count}.partial-${pid}`);
    const longAgo = new Date(Date.now() - 3_600_000);
    for (const pid of [process.ppid, 2 ** 30]) {
      await mkdir(left(pid));
      await utimes(left(pid), longAgo, longAgo);
    }
    await webTarget.write(plan, null, out);
    await expect(stat(left(2 ** 30))).rejects.toThrow("ENOENT");
    await stat(left(process.ppid));
    await rm(left(process.ppid), { recursive: true });
  });

  test("that one is in is refused", async () => {
    await expect(webTarget.write(plan, null, process.cwd())).rejects.toThrow("it is the folder you are in");
  });

  test("is made with those above it", async () => {
    const out = join(fresh(), "a", "b");
    await webTarget.write(plan, null, out);
    expect(await readdir(out)).toContain("model.json");
  });
});
