/** `fcnc import caffe`, as it is called. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openWeightFile } from "../../src/weights/formats/index.js";
import { fcn32s, SOLVER, trainData, valData } from "../caffe/originals.js";
import { encode, layer, layerV1, legacy, packed, shaped } from "../weights/caffemodel-bytes.js";
import { scratch } from "../weights/scratch.js";
import { run as start } from "./run.js";

const fcnc = (...args: readonly string[]) => start(args);
const folder = await scratch();
const at = (...parts: readonly string[]): string => join(folder, ...parts);

const SMALL = `name: "small"
layer { name: "data" type: "Data" top: "data" top: "label" transform_param { mean_file: "mean.binaryproto" } }
layer { name: "c/1" type: "Convolution" bottom: "data" top: "c" convolution_param { num_output: 2 kernel_size: 1 } }
layer { name: "bn" type: "BatchNorm" bottom: "c" top: "c" }
layer { name: "sc" type: "Scale" bottom: "c" top: "c" scale_param { bias_term: true } }
layer { name: "norm" type: "BatchNorm" bottom: "c" top: "norm" }
layer { name: "up" type: "Deconvolution" bottom: "norm" top: "up" param { lr_mult: 0 }
  convolution_param { num_output: 2 kernel_size: 2 stride: 2 bias_term: false } }
`;

beforeAll(async () => {
  await mkdir(at("nets"));
  await writeFile(at("nets", "train.prototxt"), fcn32s(trainData, 19, 8));
  await writeFile(at("nets", "val.prototxt"), fcn32s(valData, 19, 8));
  await writeFile(at("nets", "wrong.prototxt"), fcn32s(trainData, 34, 8));
  await writeFile(at("nets", "solver.prototxt"), SOLVER);
  await writeFile(at("nets", "small.prototxt"), SMALL);
  await writeFile(at("nets", "mean.binaryproto"), encode(legacy(1, 3, 1, 2), packed(5, [1, 3, 10, 20, 100, 100])));
  const vector = (...values: readonly number[]) => [shaped(values.length), packed(5, values)];
  const kernel = [0.25, 0.25, 0.25, 0.25];
  const bytes = encode(
    layerV1("c/1", 4, [legacy(2, 3, 1, 1), packed(5, [1, 2, 3, 4, 5, 6])], [legacy(1, 1, 1, 2), packed(5, [7, 8])]),
    layer("bn", "BatchNorm", vector(2, 4), vector(6, 8), vector(2)),
    layer("sc", "Scale", vector(1, 2), vector(3, 4)),
    layer("norm", "BatchNorm", vector(1, 1), vector(1, 1), vector(1)),
    layer("up", "Deconvolution", [shaped(2, 2, 2, 2), packed(5, [...kernel, 0, 0, 0, 0, 0, 0, 0, 0, ...kernel])]),
    layer("fc8", "InnerProduct", vector(1)),
  );
  await writeFile(at("nets", "small.caffemodel"), bytes);
});

describe("fcnc import caffe", () => {
  test("a net with its solver, which names the net that it is tested with", async () => {
    const out = at("out");
    const run = await fcnc(
      "import",
      "caffe",
      at("nets", "train.prototxt"),
      "--solver",
      at("nets", "solver.prototxt"),
      "--name",
      "voc-small",
      "--out",
      out,
      "--labels",
      "voc.labels",
    );
    expect(run.code).toBe(0);
    expect(run.out).toContain("recognised vgg16");
    const text = await readFile(join(out, "voc-small.fcn"), "utf8");
    expect(text).toContain("net voc_small(classes: int = 21) {");
    expect(text).toContain('validate: voc2011(split: "seg11valid", seed: 1337)');
    const checked = await fcnc("check", join(out, "voc-small.fcn"));
    expect(checked.code).toBe(0);
    const again = await fcnc("import", "caffe", at("nets", "train.prototxt"), "--name", "voc-small", "--out", out);
    expect(again.code).toBe(1);
    expect(again.err).toContain("is there already");
  });

  test("weights become safetensors under the names that the spec wants", async () => {
    const out = at("weights");
    const run = await fcnc(
      "import",
      "caffe",
      at("nets", "small.prototxt"),
      "--weights",
      at("nets", "small.caffemodel"),
      "--out",
      out,
      "--format",
      "json",
    );
    expect(run.code).toBe(0);
    const said = JSON.parse(run.out) as { written: string[]; notes: string[]; net: string };
    expect(said.net).toBe("small");
    expect(said.notes).toEqual([expect.stringContaining("left out, since the net has no such layers: fc8.weight")]);
    expect(await readFile(join(out, "small.fcn"), "utf8")).toContain("mean: [2, 15, 100]");
    const file = await openWeightFile(join(out, "small.safetensors"));
    const read = async (name: string): Promise<number[]> => [...(await file.read(name, 0, 2))];
    expect([...file.tensors.keys()].toSorted()).toEqual([
      "bn.bias",
      "bn.running_mean",
      "bn.running_var",
      "bn.weight",
      "c_1.bias",
      "c_1.weight",
      "norm.bias",
      "norm.running_mean",
      "norm.running_var",
      "norm.weight",
    ]);
    expect(await read("c_1.bias")).toEqual([7, 8]);
    expect(await read("bn.running_mean")).toEqual([1, 2]);
    expect(await read("bn.weight")).toEqual([1, 2]);
    expect(await read("bn.bias")).toEqual([3, 4]);
    expect(await read("norm.weight")).toEqual([1, 1]);
    expect(await read("norm.bias")).toEqual([0, 0]);
    await file.close();
  });

  test("a wrong offset: the spec is written all the same, so that it can be mended", async () => {
    const out = at("wrong");
    const run = await fcnc("import", "caffe", at("nets", "wrong.prototxt"), "--out", out);
    expect(run.code).toBe(1);
    expect(run.err).toContain("crop offset 34");
    expect((await fcnc("check", "--fix", join(out, "wrong.fcn"))).code).toBe(0);
  });

  test.each([
    [["no-such.prototxt"], 1, "there is no such file"],
    [[at("nets", "small.caffemodel")], 1, "a caffemodel is given with `--weights`"],
    [[at("nets", "small.prototxt"), "--labels", "none.labels"], 1, "there is no label list"],
    [[at("nets", "small.prototxt"), "--out", ""], 2, "names no folder"],
  ])("%j", async (given, code, message) => {
    const run = await fcnc("import", "caffe", ...given);
    expect(run.code).toBe(code);
    expect(run.err).toContain(message);
  });
});
