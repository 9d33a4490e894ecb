/** Caffemodels as they are written, read back: numbers, names and what cannot be said. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeCaffemodel, writeCaffemodelByName } from "../../../src/weights/formats/caffemodel-writer.js";
import { openWeightFile } from "../../../src/weights/formats/index.js";
import { elementsOf } from "../../../src/weights/formats/stored.js";
import type { WeightSource } from "../../../src/weights/source.js";
import { scratch } from "../scratch.js";

const folder = await scratch();

/** Tensors whose numbers tell one from another. */
function source(shapes: Readonly<Record<string, readonly number[]>>, title = "made"): WeightSource {
  return {
    title,
    tensors: new Map(Object.entries(shapes).map(([name, shape]) => [name, { name, shape, dtype: "F32" }])),
    read(name, start, end, into = new Float32Array(end - start)) {
      for (let index = start; index < end; index++) into[index - start] = name.length + index / 8;
      return Promise.resolve(into.subarray(0, end - start));
    },
    close: () => Promise.resolve(),
  };
}

async function readAll(path: string): Promise<Record<string, [readonly number[], number[]]>> {
  const file = await openWeightFile(path);
  try {
    const found: Record<string, [readonly number[], number[]]> = {};
    for (const { name, shape } of file.tensors.values())
      found[name] = [shape, [...(await file.read(name, 0, elementsOf(shape)))]];
    return found;
  } finally {
    await file.close();
  }
}

async function expected(made: WeightSource): Promise<Record<string, [readonly number[], number[]]>> {
  const all: Record<string, [readonly number[], number[]]> = {};
  for (const { name, shape } of made.tensors.values())
    all[name] = [shape, [...(await made.read(name, 0, elementsOf(shape)))]];
  return all;
}

test("layers are made of names, batch normalization of two, and read back as they were", async () => {
  const made = source({
    "conv1.weight": [3, 2, 3, 5],
    "conv1.bias": [3],
    "conv2.weight": [1, 1, 1, 1],
    "bn1.weight": [3],
    "bn1.bias": [3],
    "bn1.running_mean": [3],
    "bn1.running_var": [3],
    "fc.weight": [4, 7],
    "fc.bias": [4],
    "scale.weight": [130],
  });
  const path = join(folder, "by-name.caffemodel");
  let told = [0, 0];
  await writeCaffemodelByName(path, made, { onProgress: (done, total) => (told = [done, total]) });
  expect(await readAll(path)).toEqual(await expected(made));
  expect(told[0]).toBe(told[1]);
  expect(told[0]).toBeGreaterThan(4 * 130);
});

test("a tensor larger than what is held at once is written in pieces", async () => {
  const made = source({ "fc6.weight": [1500, 1000], "fc6.bias": [3] });
  const path = join(folder, "large.caffemodel");
  await writeCaffemodel(path, "net", [{ name: "fc6", type: "InnerProduct", blobs: ["fc6.weight", "fc6.bias"] }], made);
  const file = await openWeightFile(path);
  expect(file.metadata).toEqual({ name: "net" });
  const values = await file.read("fc6.weight", 0, 1_500_000);
  await file.close();
  const wrong = values.findIndex((value, index) => value !== Math.fround("fc6.weight".length + index / 8));
  expect(wrong).toBe(-1);
});

test("the bytes are those of protobuf's rules", async () => {
  const path = join(folder, "bytes.caffemodel");
  const made = source({ "c.weight": [1] });
  await writeCaffemodel(path, "n", [{ name: "c", type: "Scale", blobs: ["c.weight", { value: 1, shape: [1] }] }], made);
  const blob = (...data: number[]): number[] => [0x3a, 11, 0x3a, 3, 0x0a, 1, 1, 0x2a, 4, ...data];
  const inside = [0x0a, 1, 0x63, 0x12, 5, ...Buffer.from("Scale"), ...blob(0, 0, 0, 0x41), ...blob(0, 0, 0x80, 0x3f)];
  expect([...(await readFile(path))]).toEqual([0x0a, 1, 0x6e, 0xa2, 0x06, inside.length, ...inside]);
});

test("names that are no layer's are refused", async () => {
  const path = join(folder, "refused.caffemodel");
  await expect(writeCaffemodelByName(path, source({ embedding: [3] }))).rejects.toThrow(
    "a caffemodel holds the weights of layers, and `embedding` is not named `<layer>.weight` or `<layer>.bias`",
  );
});

test("what is more than Caffe reads is refused before it is written", async () => {
  const path = join(folder, "huge.caffemodel");
  await expect(writeCaffemodelByName(path, source({ "fc.weight": [65_536, 8192] }))).rejects.toThrow(
    "is more than the 2 GiB that Caffe reads",
  );
});
