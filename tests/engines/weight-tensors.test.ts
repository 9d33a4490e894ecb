/** Weights that are made as they come, beside those that TF.js decodes. */
import * as core from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { wasmEngine } from "../../src/engines/wasm.js";
import { weightTensors } from "../../src/engines/weight-tensors.js";

const SPECS = [
  { name: "plain", shape: [3, 5], dtype: "float32", bytes: 60 },
  { name: "whole", shape: [4], dtype: "int32", bytes: 16 },
  {
    name: "bytes",
    shape: [7, 9],
    dtype: "float32",
    bytes: 63,
    quantization: { dtype: "uint8", scale: 0.0123, min: -1.7 },
  },
  {
    name: "words",
    shape: [11],
    dtype: "float32",
    bytes: 22,
    quantization: { dtype: "uint16", scale: 0.0001, min: -3 },
  },
  { name: "halves", shape: [2, 6], dtype: "float32", bytes: 24, quantization: { dtype: "float16" } },
  { name: "nothing", shape: [0, 4], dtype: "float32", bytes: 0, quantization: { dtype: "float16" } },
  { name: "last", shape: [], dtype: "float32", bytes: 1, quantization: { dtype: "uint8", scale: 1 / 3, min: 0.1 } },
];
const TOTAL = SPECS.reduce((sum, { bytes }) => sum + bytes, 0);
// Every byte is taken; halves and floats of it stay finite.
const STORED = Uint8Array.from({ length: TOTAL }, (_, index) => (index * 37) % 120);

async function* cut(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.slice(at, at + length);
}

const made = (bytes: Uint8Array, length: number) => weightTensors(core, SPECS, cut(bytes, length));

beforeAll(async () => {
  await wasmEngine();
  await core.setBackend("wasm");
});

test.each([1, 3, 64, TOTAL])("are those of TF.js to the bit, in pieces of %d bytes", async (length) => {
  const before = core.memory().numTensors;
  const entries = SPECS.map(({ name, shape, dtype, quantization }) => ({
    name,
    shape,
    dtype,
    ...(quantization && { quantization }),
  })) as core.io.WeightsManifestEntry[];
  const wanted = core.io.decodeWeights(STORED.slice().buffer, entries);
  const tensors = await made(STORED, length);
  expect(Object.keys(tensors)).toEqual(SPECS.map(({ name }) => name));
  for (const { name, shape, dtype } of SPECS) {
    expect([tensors[name]?.shape, tensors[name]?.dtype]).toEqual([shape, dtype]);
    expect(await tensors[name]?.data(), name).toEqual(await wanted[name]?.data());
  }
  core.dispose([tensors, wanted]);
  expect(core.memory().numTensors).toBe(before);
});

test.each([
  ["too few", STORED.subarray(0, TOTAL - 4), "the weights end 4 bytes early: the bundle is not whole"],
  ["too many", Uint8Array.of(...STORED, 1), "there are more weights than the model declares"],
])("%s are refused, and leave no tensor behind", async (_, bytes, message) => {
  const before = core.memory().numTensors;
  await expect(made(bytes, 50)).rejects.toThrow(message);
  expect(core.memory().numTensors).toBe(before);
});

test("what the reading throws is thrown, and leaves no tensor behind", async () => {
  const before = core.memory().numTensors;
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield STORED.subarray(0, 100);
    throw new Error("the line is cut");
  }
  const work = weightTensors(core, SPECS, broken());
  await expect(work).rejects.toThrow("the line is cut");
  expect(core.memory().numTensors).toBe(before);
});
