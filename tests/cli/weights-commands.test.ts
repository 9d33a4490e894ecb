import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { safetensors } from "../weights/bytes.js";
import { SMALL, workplace } from "./material.js";
import { run, runJson } from "./run.js";

const place = await workplace();
const cwd = place.folder;
const data = new Uint8Array(24);
new DataView(data.buffer).setFloat32(0, 1.5, true);
new DataView(data.buffer).setFloat32(4, NaN, true);
new DataView(data.buffer).setFloat32(8, 70_000, true);
const header = {
  w: { dtype: "F32", shape: [4], data_offsets: [0, 16] },
  n: { dtype: "I64", shape: [], data_offsets: [16, 24] },
  __metadata__: { by: "us" },
};
await place.write("w.safetensors", safetensors(header, data));
await place.write("small.fcn", SMALL);

test("list", async () => {
  const { code, json } = await runJson(["weights", "list", "w.safetensors", "--stats"], { cwd });
  expect(code).toBe(0);
  expect(json).toEqual({
    file: "w.safetensors",
    format: "safetensors",
    metadata: { by: "us" },
    tensors: [
      {
        name: "w",
        shape: [4],
        dtype: "F32",
        bytes: 16,
        statistics: { min: 0, max: 70_000, mean: 70_001.5 / 3, nan: 1, infinite: 0 },
      },
      { name: "n", shape: [], dtype: "I64", bytes: 8, statistics: null },
    ],
    total: { tensors: 2, elements: 5, bytes: 24 },
  });
  const { out } = await run(["weights", "list", "w.safetensors"], { cwd });
  expect(out).toContain("w.safetensors (safetensors): 2 tensors, 5 elements, 24 B\n  by: us\n");
});

test("convert, and diff of what comes out", async () => {
  const converted = await runJson(["weights", "convert", "w.safetensors", "w.npz"], { cwd });
  expect(converted).toMatchObject({ code: 0, json: { format: "npz", tensors: 2, bytes: 24, changed: [], left: [] } });
  expect(await run(["weights", "diff", "w.safetensors", "w.npz"], { cwd })).toMatchObject({ code: 0 });

  const half = await runJson(["weights", "convert", "w.npz", "b.npz", "--dtype", "bf16", "--without", "n"], { cwd });
  expect(half.json).toMatchObject({ changed: [{ name: "w", from: "F32", to: "F32 (rounded to BF16)" }], left: ["n"] });
  const diff = await runJson(["weights", "diff", "w.npz", "b.npz"], { cwd });
  expect(diff).toMatchObject({
    code: 1,
    json: { same: false, onlyInA: [{ name: "n" }], onlyInB: [], values: [{ name: "w", differing: 1, largest: 144 }] },
  });
});

test("counters of batches are left out where a format has no integers, and kept where it has", async () => {
  const place = (at: number) => ({ dtype: "F32", shape: [1], data_offsets: [4 * at, 4 * at + 4] });
  const norm = { "n.running_mean": place(0), "n.running_var": place(1) };
  const counter = { "n.num_batches_tracked": { dtype: "I64", shape: [], data_offsets: [8, 16] } };
  await writeFile(join(cwd, "bn.safetensors"), safetensors({ ...norm, ...counter }, new Uint8Array(16)));
  const left = ["n.num_batches_tracked"];
  for (const out of ["bn.caffemodel", "bn-tf/"]) {
    const made = await runJson(["weights", "convert", "bn.safetensors", out], { cwd });
    expect(made).toMatchObject({ code: 0, json: { tensors: 2, left } });
  }
  const { err } = await run(["weights", "convert", "bn.safetensors", "bn.caffemodel"], { cwd });
  expect(err).toBe(
    "note: left out, as caffemodel holds no I64 and no net uses them to predict: n.num_batches_tracked\n",
  );
  const kept = await runJson(["weights", "convert", "bn.safetensors", "bn.npz"], { cwd });
  expect(kept).toMatchObject({ code: 0, json: { tensors: 3, left: [] } });
});

test("names of strangers do not reach the terminal as they are", async () => {
  const header = {
    "a\u001b[31m\nb": { dtype: "F32", shape: [1], data_offsets: [0, 4] },
    __metadata__: { "k\u0007": "\r" },
  };
  await writeFile(join(cwd, "names.safetensors"), safetensors(header, new Uint8Array(4)));
  const { out } = await run(["weights", "list", "names.safetensors"], { cwd });
  expect(out).toContain("  a\u241b[31m\u240ab  F32");
  expect(out).toContain("  k\u2407: \u240d\n");
  const { err } = await run(["weights", "convert", "names.safetensors", "names.caffemodel"], { cwd });
  expect(err).toContain("`a\u241b[31m\u240ab`");
});

test("what is no file of weights is told what it is", async () => {
  await writeFile(join(cwd, "old.pth"), Uint8Array.of(0x80, 2, 0x8a, 10));
  const { code, err } = await run(["weights", "list", "old.pth"], { cwd });
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("it is a checkpoint of PyTorch") });
});

test("what cannot be held is refused with a way out, and nothing is written", async () => {
  const before = await readdir(cwd);
  const integers = await run(["weights", "convert", "w.safetensors", "tf/"], { cwd });
  expect(integers).toMatchObject({ code: 1, err: expect.stringContaining("leave the tensor out (`--without`)") });
  const large = await run(["weights", "convert", "w.safetensors", "h.safetensors", "--dtype", "f16"], { cwd });
  expect(large).toMatchObject({ code: 1, err: expect.stringContaining("holds 70000, which is too large for F16") });
  const unknown = await run(["weights", "convert", "w.safetensors", "w.txt"], { cwd });
  expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining("names no format that is written") });
  const nothing = await run(["weights", "convert", "w.safetensors", "z.npz", "--without", "*"], { cwd });
  expect(nothing).toMatchObject({ code: 1, err: expect.stringContaining("nothing of w.safetensors would be left") });
  const itself = await run(["weights", "convert", "w.safetensors", "./w.safetensors"], { cwd });
  expect(itself).toMatchObject({ code: 1, err: expect.stringContaining("are one file") });
  expect(await run(["weights", "diff", "w.safetensors", "none"], { cwd })).toMatchObject({ code: 2 });
  expect(await readdir(cwd)).toEqual(before);
});

test("the weights of a bundle fit the net again", async () => {
  const first = await run(["compile", "small.fcn", "--weights", "init", "--no-certify", "--out", "web"], { cwd });
  expect(first.code).toBe(0);
  const again = ["compile", "small.fcn", "--weights", "web/model.json", "--no-certify", "--out", "again"];
  expect(await run(again, { cwd })).toMatchObject({ code: 0 });
  const shard = "group1-shard1of1.bin";
  expect(await readFile(place.path("again", shard))).toEqual(await readFile(place.path("web", shard)));
});
