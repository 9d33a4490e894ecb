/** The nets of the library as they are written for Caffe, against the published files and against caffe.proto. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { isMessage, type Message, type Value } from "../../src/caffe/message.js";
import { readNotes } from "../../src/caffe/notes.js";
import { printMessage } from "../../src/caffe/print.js";
import { parseText } from "../../src/caffe/text.js";
import { Sources } from "../../src/diagnostics/sources.js";
import { initWeights } from "../../src/weights/init.js";
import { caffeTarget } from "../../targets/caffe/caffe.js";
import { caffeNets } from "../../targets/caffe/nets.js";
import { pythonMissing, runJudge } from "../judges/python.js";
import { compileText, compileVoc } from "../numbers/compiled.js";
import { NETS } from "../numbers/nets.js";
import { planOf } from "../specs/library.js";
import type { ReferenceLayer } from "../specs/caffe-shapes.js";
import { scratch } from "../weights/scratch.js";

const fixtures = fileURLToPath(new URL("../specs/fixtures", import.meta.url));
const schema = fileURLToPath(new URL("fixtures/caffe-proto.json", import.meta.url));
const folder = await scratch();

interface Recipe {
  readonly multiples: Readonly<Record<string, string>>;
  readonly solver: Readonly<Record<string, number | boolean>>;
}

const readJson = (name: string): unknown => JSON.parse(readFileSync(join(fixtures, name), "utf8"));
const recipes = (readJson("recipes.json") as { nets: Record<string, Recipe> }).nets;
const references = readdirSync(fixtures)
  .map((file) => basename(file, ".json"))
  .filter((name) => name !== "recipes")
  .map((name) => ({ name, layers: (readJson(`${name}.json`) as { layers: Record<string, ReferenceLayer> }).layers }));

const all = (message: Message, name: string): Value[] =>
  message.fields.filter((field) => field.name === name).map(({ value }) => value);
const one = (message: Message, name: string): Value | undefined => all(message, name)[0];
const within = (message: Message, name: string): Message[] => all(message, name).filter(isMessage);

/** What the fixtures say of a layer, as it was written. */
function described(layer: Message): Record<string, unknown> {
  const [settings] = layer.fields
    .map(({ value }) => value)
    .filter(isMessage)
    .slice(-1);
  const type = one(layer, "type");
  const number = (name: string, usual: number): Value => (settings && one(settings, name)) ?? usual;
  const isWindow = type === "Convolution" || type === "Deconvolution" || type === "Pooling";
  return {
    type,
    bottom: all(layer, "bottom"),
    ...(isWindow && { kernel: number("kernel_size", 0), stride: number("stride", 1), pad: number("pad", 0) }),
    ...(type === "Crop" && { offset: number("offset", 0) }),
  };
}

test("there are the 15 nets of the reference", () => {
  expect(references.length).toBe(15);
});

describe.each(references)("$name", async ({ name, layers }) => {
  const plan = await planOf(`specs/${name}.fcn`);
  const { files } = caffeNets(plan);
  const file = (path: string): Message => {
    const message = files.get(path);
    if (message === undefined) throw new Error(`no ${path}`);
    return parseText(printMessage(message), path, new Sources());
  };

  test.each(["train.prototxt", "val.prototxt", "deploy.prototxt"])("%s has the reference's layers", (path) => {
    const written = within(file(path), "layer").filter(
      (layer) => !["Input", "Python", "SoftmaxWithLoss", "ReLU", "Dropout"].includes(String(one(layer, "type"))),
    );
    // The fixtures call a blob as the spec calls its input.
    const renamed = (bottom: string): string =>
      bottom === plan.inputs[0]?.name && plan.inputs.length === 1 ? "data" : bottom;
    expect(Object.fromEntries(written.map((layer) => [one(layer, "name"), described(layer)]))).toEqual(
      Object.fromEntries(
        Object.entries(layers).map(([layer, wanted]) => [layer, { ...wanted, bottom: wanted.bottom.map(renamed) }]),
      ),
    );
  });

  test("activations and dropout lie over what they take, under their published names", () => {
    const inPlace = within(file("train.prototxt"), "layer").filter((layer) =>
      ["ReLU", "Dropout"].includes(String(one(layer, "type"))),
    );
    expect(inPlace.length).toBeGreaterThan(8);
    for (const layer of inPlace) {
      expect(one(layer, "top")).toBe(one(layer, "bottom"));
      const number = /^(?:conv|fc)(.*)$/.exec(String(one(layer, "bottom")))?.[1];
      expect(one(layer, "name")).toBe(`${one(layer, "type") === "ReLU" ? "relu" : "drop"}${number}`);
    }
  });

  test("rates are the reference's", () => {
    const multiples: Recipe["multiples"] = recipes[name]?.multiples ?? {};
    for (const layer of within(file("train.prototxt"), "layer")) {
      const type = String(one(layer, "type"));
      if (!["Convolution", "Deconvolution", "Scale"].includes(type)) continue;
      const params = within(layer, "param").map((param) =>
        [one(param, "lr_mult") ?? 1, one(param, "decay_mult") ?? 1].join("/"),
      );
      const wanted = multiples[String(one(layer, "name"))] ?? multiples["*"] ?? "1/1 1/1";
      const usual = type === "Convolution" ? "1/1 1/1" : "1/1";
      expect(params.length === 0 ? usual : params.join(" "), String(one(layer, "name"))).toBe(wanted);
    }
  });

  test("the solver has the reference's numbers, and the loss its reduction", () => {
    const wanted = recipes[name]?.solver ?? {};
    const solver = file("solver.prototxt");
    expect({
      rate: one(solver, "base_lr"),
      momentum: one(solver, "momentum"),
      decay: one(solver, "weight_decay"),
      accumulate: one(solver, "iter_size"),
      steps: one(solver, "max_iter"),
      snapshot: one(solver, "snapshot") ?? null,
    }).toEqual(Object.fromEntries(Object.entries(wanted).filter(([key]) => key !== "normalize")));
    const losses = within(file("train.prototxt"), "layer").filter((layer) => one(layer, "type") === "SoftmaxWithLoss");
    expect(losses.length).toBe(plan.outputs.length);
    for (const loss of losses) {
      const [settings] = within(loss, "loss_param");
      expect(settings && one(settings, "ignore_label")).toBe(255);
      const normalization = settings && one(settings, "normalization");
      expect(normalization).toMatchObject({ name: wanted["normalize"] === true ? "VALID" : "NONE" });
    }
  });

  test("notes hold what Caffe cannot say, and are read as they were written", () => {
    const { notes, faulty } = readNotes(file("deploy.prototxt"));
    expect(faulty).toEqual([]);
    expect(notes.inputs.map((input) => input.name)).toEqual(plan.inputs.map((input) => input.name));
    expect(notes.outputs.map((output) => output.labels)).toEqual(plan.outputs.map(({ labels }) => labels?.name));
    expect(notes.derived).toEqual(plan.crops.filter(({ stated }) => stated === null).map(({ layer }) => layer));
    expect(notes.targets).toEqual(plan.targets);
    const unsaid = Object.keys(readNotes(file("solver.prototxt")).notes.train);
    expect(unsaid).toEqual(Object.keys(plan.train ?? {}).filter((key) => key === "init" || key === "after"));
  });
});

/** Types by the first occurrence, for a list that is not longer than it needs to be. */
const kinds = (types: readonly string[]): string[] => [...new Set(types)].toSorted();

test("Google's protobuf reads what is written as messages of caffe.proto", async (context) => {
  const missing = pythonMissing("google.protobuf");
  if (missing) context.skip(missing);
  const plan = await compileVoc("voc-fcn8s", { width: 1 / 16 });
  const weights = initWeights(plan, 3);
  const net = join(folder, "fcn8s");
  await caffeTarget.write(plan, weights, net);
  const small: string[] = [];
  for (const [index, text] of Object.values(NETS).entries()) {
    const out = join(folder, `small-${index}`);
    const written = await caffeTarget.write(await compileText(text), null, out).catch(() => null);
    if (written !== null) small.push(join(out, "deploy.prototxt"));
  }
  expect(small.length).toBe(Object.keys(NETS).length - 4);
  const nets = ["deploy", "train", "val"].map((name) => join(net, `${name}.prototxt`));
  const said = JSON.parse(
    await runJudge("caffe_proto.py", [
      "--schema",
      schema,
      ...[...nets, ...small].flatMap((path) => ["--net", path]),
      "--solver",
      join(net, "solver.prototxt"),
      "--model",
      join(net, "weights.caffemodel"),
    ]),
  ) as {
    nets: string[][];
    solvers: string[][];
    layers: { name: string; type: string; blobs: { shape: number[]; sum: number }[] }[];
  };
  expect(kinds(said.nets[1] ?? [])).toEqual(
    kinds([
      "Python",
      "Convolution",
      "ReLU",
      "Pooling",
      "Dropout",
      "Deconvolution",
      "Crop",
      "Eltwise",
      "SoftmaxWithLoss",
    ]),
  );
  expect(said.solvers[0]).toContain("base_lr");
  const found = new Map(said.layers.map((layer) => [layer.name, layer]));
  expect([...found.keys()]).toEqual([...new Set(plan.tensors.map(({ layer }) => layer))]);
  expect(found.get("upscore8")?.blobs).toEqual([{ shape: [21, 1, 16, 16], sum: 21 * 64 }]);
  for (const { name, type, blobs } of said.layers) {
    if (type !== "Convolution") continue;
    for (const [index, key] of [`${name}.weight`, `${name}.bias`].entries()) {
      const shape = plan.tensors.find((tensor) => tensor.name === key)?.shape ?? [];
      const values = await weights.read(
        key,
        0,
        shape.reduce((product, side) => product * side, 1),
      );
      expect(blobs[index]?.shape).toEqual(shape);
      expect(blobs[index]?.sum).toBeCloseTo(
        values.reduce((sum, value) => sum + value, 0),
        3,
      );
    }
  }
}, 60_000);
