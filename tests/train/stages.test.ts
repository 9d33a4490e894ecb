/** Chains of specs: their order, what each starts from, and a whole chain from the command line. */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { nodeHost } from "../../src/node-host.js";
import { severalOf } from "../../src/model/plan-values.js";
import { resolvePath } from "../../src/host.js";
import { fileDigest } from "../../src/weights/file-digest.js";
import { openWeightFile } from "../../src/weights/formats/index.js";
import { stagesOf, type StageSpec } from "../../src/train/stages.js";
import { workplace } from "../cli/material.js";
import { run, runJson } from "../cli/run.js";
import { RUN_ENGINES, shapesSet } from "./tiny-run.js";
import { nativeFolder } from "../engines/every-engine.js";

const specs = join(import.meta.dirname, "../../specs");

async function read(path: string): Promise<StageSpec> {
  const { plan } = await compile({ path }, nodeHost);
  if (plan === null) throw new Error(path);
  return { path, plan, name: path.replace(/^.*\/|\.fcn$/g, "") };
}

const chain = (path: string) =>
  stagesOf(path, read, (spec) =>
    severalOf(spec.plan.train?.["after"]).map((file) => resolvePath(spec.path, String(file))),
  );

test("FCN-8s comes after 16s, after 32s", async () => {
  const stages = await chain(`${specs}/voc-fcn8s.fcn`);
  expect(stages.map(({ folder, weights }) => [folder, [...weights]])).toEqual([
    ["1-voc-fcn32s", []],
    ["2-voc-fcn16s", [["voc-fcn32s.safetensors", "1-voc-fcn32s"]]],
    ["3-voc-fcn8s", [["voc-fcn16s.safetensors", "2-voc-fcn16s"]]],
  ]);
});

test("late fusion comes after both of its streams", async () => {
  const stages = await chain(`${specs}/nyud-fcn32s-color-hha.fcn`);
  expect(stages.map(({ folder, weights }) => [folder, [...weights]])).toEqual([
    ["1-nyud-fcn32s-color", []],
    ["2-nyud-fcn32s-hha", []],
    [
      "3-nyud-fcn32s-color-hha",
      [
        ["nyud-fcn32s-color.safetensors", "1-nyud-fcn32s-color"],
        ["nyud-fcn32s-hha.safetensors", "2-nyud-fcn32s-hha"],
      ],
    ],
  ]);
});

const place = await workplace();
const cwd = place.folder;
await shapesSet(place.path("shapes"));

const stage = (name: string, members: string, init: string): string => `fcn 1
net ${name.replace("-", "_")}(classes: int = 4) {
  input image: rgb[H, W, 3] { mean: [120, 120, 120], scale: 0.02 }
  conv1 = image -> conv(6, 3, pad: 8, init: he) -> relu
  pool1 = maxpool(2)
  conv2 = conv(8, 3, pad: 1, init: he) -> relu
  pool2 = maxpool(2)
  fr    = conv(classes, 3, init: he)
${members}
  score = crop(to: image)
  output score { ignore: 255 }
}
train ${name.replace("-", "_")} {
  ${init}
  data: voc("shapes", split: "train")
  loss: softmax(reduce: mean)
  optimizer: sgd(rate: 0.05, momentum: 0.9)
  steps: 4
}
`;
await place.write("net-4s.fcn", stage("net-4s", "  up = upsample(4x)", "init: seed(1)"));
await place.write(
  "net-2s.fcn",
  stage(
    "net-2s",
    `  up2   = upsample(2x)
  skip  = pool1 -> conv(classes, 1, init: zero)
  fuse  = sum(up2, skip, crop: auto)
  up    = upsample(2x)`,
    'init: weights("net-4s.safetensors")\n  after: "./net-4s.fcn"',
  ),
);
const env = { FCNC_NATIVE: nativeFolder ?? "" };
const engine = RUN_ENGINES[0] ?? "wasm";
const staged = ["train", "net-2s.fcn", "--staged", "--out", "runs", "--engine", engine];

async function tensor(file: string, name: string): Promise<Float32Array> {
  const opened = await openWeightFile(place.path(...file.split("/")));
  const size = opened.tensors.get(name)?.shape.reduce((product, side) => product * side, 1) ?? 0;
  return opened.read(name, 0, size).finally(() => opened.close());
}

test("each stage starts from the weights of the one before, and its new layers fresh", async () => {
  const frozen = ["--set", "net-2s:optimizer.rate=0", "--set", "snapshot=2"];
  const { code, err, json } = await runJson([...staged, ...frozen], { cwd, env });
  expect(code, err).toBe(0);
  expect(json).toMatchObject({
    stages: [
      { net: "net_4s", why: "done", step: 4, folder: join("runs", "1-net-4s") },
      { net: "net_2s", why: "done", step: 4, folder: join("runs", "2-net-2s") },
    ],
  });
  // With a rate of 0 what the second stage ends with is what it started from.
  for (const name of ["conv1.weight", "fr.bias"])
    expect(await tensor("runs/2-net-2s/weights.safetensors", name)).toEqual(
      await tensor("runs/1-net-4s/weights.safetensors", name),
    );
  expect(new Set(await tensor("runs/2-net-2s/weights.safetensors", "skip.weight"))).toEqual(new Set([0]));
  const { set, weights } = JSON.parse(await readFile(place.path("runs", "2-net-2s", "run.json"), "utf8")) as Record<
    string,
    string[]
  >;
  expect(set).toEqual(["optimizer.rate=0", "snapshot=2"]);
  expect(weights).toEqual([join("runs", "1-net-4s", "weights.safetensors")]);

  const before = await readFile(place.path("runs", "1-net-4s", "log.jsonl"));
  const again = await run([...staged, "--resume"], { cwd, env });
  expect(again.code, again.err).toBe(0);
  expect(again.err).toContain("stage 2 of 2: net-2s");
  expect(await readFile(place.path("runs", "1-net-4s", "log.jsonl"))).toEqual(before);
});

test("a stage whose start was trained anew since is refused, and trained anew once it is deleted", async () => {
  const [first, second] = [place.path("anew", "1-net-4s"), place.path("anew", "2-net-2s")];
  const command = ["train", "net-2s.fcn", "--staged", "--out", "anew", "--engine", engine];
  const begun = await run(command, { cwd, env });
  expect(begun.code, begun.err).toBe(0);
  const { weightDigests } = JSON.parse(await readFile(join(second, "run.json"), "utf8")) as {
    weightDigests: Record<string, string>;
  };
  const start = join("anew", "1-net-4s", "weights.safetensors");
  expect(weightDigests).toEqual({ [start]: `sha256:${await fileDigest(place.path(start))}` });

  await rm(first, { recursive: true });
  const others = [...command, "--resume", "--set", "net-4s:seed=5"];
  const refused = await run(others, { cwd, env });
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(
    `error: ${join("anew", "2-net-2s")} was trained from other weights than ${start} holds now`,
  );
  expect(refused.err).toContain(`help: delete ${join("anew", "2-net-2s")} and the stages after it`);
  await rm(second, { recursive: true });
  const again = await run(others, { cwd, env });
  expect(again.code, again.err).toBe(0);
  expect(await run([...command, "--resume"], { cwd, env })).toMatchObject({ code: 0 });
  await rm(place.path("anew"), { recursive: true });
});

test("what is there already is not overwritten, and a stage that is unknown is said to be", async () => {
  expect(await run(staged, { cwd, env })).toMatchObject({
    code: 1,
    err: expect.stringContaining("holds a run already") as string,
  });
  const { code, err } = await run([...staged, "--set", "net-8s:steps=2"], { cwd, env });
  expect(code).toBe(2);
  expect(err).toContain("--set names the stage `net-8s`, and there is none\n  help: stages are net-4s, net-2s");
  expect(await readdir(place.path("runs"))).toEqual(["1-net-4s", "2-net-2s"]);
});

test("specs in a circle", async () => {
  await place.write(
    "a.fcn",
    stage("net-a", "  up = upsample(4x)", 'init: weights("b.safetensors")\n  after: "./b.fcn"'),
  );
  await place.write(
    "b.fcn",
    stage("net-b", "  up = upsample(4x)", 'init: weights("a.safetensors")\n  after: "./a.fcn"'),
  );
  const { code, err } = await run(["train", "a.fcn", "--staged"], { cwd, env });
  expect(code).toBe(1);
  expect(err).toContain("error: specs are trained after one another in a circle: a.fcn after b.fcn after a.fcn");
});
