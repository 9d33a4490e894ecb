import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RandomAccessFile } from "../../../src/weights/formats/file.js";
import { openHdf5 } from "../../../src/weights/formats/hdf5.js";
import { namesOf } from "../../../src/weights/formats/hdf5-names.js";
import { openWeightFile } from "../../../src/weights/formats/index.js";
import { READ_LIMITS } from "../../../src/weights/formats/limits.js";
import { scratch } from "../scratch.js";
import { bytesIn, refusalOf, survivesEdits, valuesIn } from "./source.js";

// Written with h5py 3.16 by fixtures/write_hdf5.py.
const fixture = (name: string): string => join(import.meta.dirname, "fixtures", name);
const folder = await scratch();

/** What the program that wrote the fixtures put into each tensor. */
const counted = (count: number): number[] => Array.from({ length: count }, (_, index) => (index % 64) / 8 - 4);

test("Keras 2, of every floating-point type and both orders of bytes", async () => {
  const file = await openWeightFile(fixture("keras2.h5"));
  expect(file.format).toBe("hdf5");
  expect([...file.tensors.values()].map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
    ["bn/gamma", "F64", [8]],
    ["conv1/bias", "F16", [8]],
    ["conv1/kernel", "F32", [3, 3, 4, 8]],
    ["steps", "I64", []],
  ]);
  expect([...(await valuesIn(file, "conv1/kernel"))]).toEqual(counted(288));
  expect([...(await file.read("conv1/kernel", 30, 200))]).toEqual(counted(288).slice(30, 200));
  expect([...(await valuesIn(file, "conv1/bias"))]).toEqual(counted(8));
  expect([...(await valuesIn(file, "bn/gamma"))]).toEqual(counted(8));
  expect(new DataView((await bytesIn(file, "steps")).buffer).getBigInt64(0, true)).toBe(-7n);
  await file.close();
});

test("Keras 3, in chunks that are packed", async () => {
  const file = await openWeightFile(fixture("keras3.weights.h5"));
  expect([...file.tensors.keys()]).toEqual(["conv2d/0", "conv2d/1"]);
  expect([...(await valuesIn(file, "conv2d/0"))]).toEqual(counted(50 * 30));
  expect([...(await file.read("conv2d/0", 29, 1400))]).toEqual(counted(50 * 30).slice(29, 1400));
  await file.close();
});

test("Keras 3 files layers by their class, and keeps their names beside", async () => {
  const file = await openWeightFile(fixture("keras3-names.weights.h5"));
  expect(Object.fromEntries([...file.tensors.values()].map(({ name, shape }) => [name, shape]))).toEqual({
    "unscaled/0": [4],
    "unscaled/1": [4],
    "unscaled/2": [4],
    "bn_Conv1/gamma": [4],
    "bn_Conv1/beta": [4],
    "bn_Conv1/moving_mean": [4],
    "bn_Conv1/moving_variance": [4],
    "fixed/kernel": [1, 1, 4, 2],
    "block1_conv1/kernel": [3, 3, 3, 4],
    "block1_conv1/bias": [4],
    "dense/0": [4, 2],
    "expanded_conv_depthwise/depthwise_kernel": [3, 3, 4, 1],
    "slope/0": [4],
  });
  expect([...(await valuesIn(file, "block1_conv1/kernel"))]).toEqual(counted(108));
  await file.close();
});

test("a snapshot of Caffe", async () => {
  const file = await openWeightFile(fixture("caffe.caffemodel.h5"));
  expect([...file.tensors.keys()]).toEqual(["conv1_1.weight", "conv1_1.bias"]);
  expect([...(await valuesIn(file, "conv1_1.weight"))]).toEqual(counted(108));
  await file.close();
});

test("names", () => {
  expect(namesOf(["block1/conv1/block1/conv1/kernel:0", "a/b", "model_weights/x/x/y:0"])).toEqual([
    "block1/conv1/block1/conv1/kernel",
    "a/b",
    "x/y",
  ]);
  expect(namesOf(["a/a/b:0", "a/b"]), "two of one name keep their paths").toEqual(["a/a/b:0", "a/b"]);
});

describe("files that lie", () => {
  test("data in another file is not read", async () => {
    expect(await refusalOf(fixture("elsewhere.h5"))).toMatch(
      /dataset `external` cannot be read \(.*\)\. The file is damaged/,
    );
  });

  test("what is no tensor, and what a link leads to, is left out", async () => {
    const file = await openWeightFile(fixture("links.h5"));
    expect([...file.tensors.keys()]).toEqual(["good"]);
    await file.close();
  });

  test("a tensor of a terabyte in a file of a few kilobytes", async () => {
    expect(await refusalOf(fixture("huge.h5"))).toContain("has more than the 4294967296 elements");
    const small = await refusalOf(fixture("huge.h5"), { ...READ_LIMITS, elements: 2 ** 50 });
    expect(small).toContain("bytes can hold");
  });

  test("cut off", async () => {
    const bytes = await readFile(fixture("keras2.h5"));
    for (const length of [8, 100, 3000]) {
      const path = join(folder, `cut${length}.h5`);
      await writeFile(path, bytes.subarray(0, length));
      expect(await refusalOf(path)).toContain("The file is damaged");
    }
  });

  test("one that keeps the library busy is refused, and others are read as before", async () => {
    const other = await openWeightFile(fixture("keras2.h5"));
    const path = join(import.meta.dirname, "../../fuzz/found/endless.h5");
    const endless = await RandomAccessFile.open(path, READ_LIMITS);
    await expect(openHdf5(endless, READ_LIMITS, 0.5)).rejects.toThrow(
      "busy without end: it was stopped after 0.5 s, and nothing was read",
    );
    await endless.close();
    expect([...(await valuesIn(other, "conv1/bias"))]).toEqual(counted(8));
    await other.close();
    await expect(valuesIn(other, "conv1/bias")).rejects.toThrow("it was closed before it was read");
  });

  test("random edits are read or refused, never worse", async () => {
    const path = join(folder, "edited.h5");
    await copyFile(fixture("keras2.h5"), path);
    const write = async (bytes: Uint8Array) => {
      await writeFile(path, bytes);
      return path;
    };
    // Each has a thread of its own.
    await survivesEdits(await readFile(path), write, 40);
  });
});
