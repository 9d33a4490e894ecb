import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WeightsError } from "../../../src/weights/errors.js";
import { openWeightFile } from "../../../src/weights/formats/index.js";
import { writeSafetensors } from "../../../src/weights/formats/safetensors-writer.js";
import { bytesOf, safetensors, sourceOf } from "../bytes.js";
import { scratch } from "../scratch.js";

const folder = await scratch();
let files = 0;

async function write(bytes: Uint8Array): Promise<string> {
  const path = join(folder, `${++files}.safetensors`);
  await writeFile(path, bytes);
  return path;
}

const refusal = async (bytes: Uint8Array): Promise<string> => {
  const error: unknown = await openWeightFile(await write(bytes)).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WeightsError);
  return (error as WeightsError).message;
};

const one = (more: object) => ({ t: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...more } });
const eight = new Uint8Array(8);

describe("reading", () => {
  test("all of a tensor, a part of it, and into an array", async () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);
    const header = { a: { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] }, __metadata__: { by: "us" } };
    const source = await openWeightFile(await write(safetensors(header, bytesOf(values))));
    expect([...source.tensors.values()]).toMatchObject([{ name: "a", shape: [2, 3], dtype: "F32" }]);
    expect(await source.read("a", 0, 6)).toEqual(values);
    expect(await source.read("a", 2, 4)).toEqual(Float32Array.of(3, 4));
    const into = new Float32Array(4);
    expect(await source.read("a", 4, 6, into)).toEqual(Float32Array.of(5, 6));
    expect(into).toEqual(Float32Array.of(5, 6, 0, 0));
    await expect(source.read("a", 4, 7)).rejects.toThrow(RangeError);
    await expect(source.read("b", 0, 1)).rejects.toThrow("it has no tensor `b`");
    await source.close();
  });

  test("halves, brain floats and doubles", async () => {
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000, 0x7c00, 0x3555);
    const brains = Uint16Array.of(0x3f80, 0xc000, 0x4049, 0xff80);
    const doubles = Float64Array.of(0.1, -1e300);
    const header = {
      h: { dtype: "F16", shape: [7], data_offsets: [0, 14] },
      b: { dtype: "BF16", shape: [2, 2], data_offsets: [14, 22] },
      d: { dtype: "F64", shape: [2], data_offsets: [22, 38] },
    };
    const data = Buffer.concat([bytesOf(halves), bytesOf(brains), bytesOf(doubles)]);
    const source = await openWeightFile(await write(safetensors(header, data)));
    const third = Math.fround(0.333251953125);
    expect(await source.read("h", 0, 7)).toEqual(Float32Array.of(1, -2, 2 ** -24, 65504, -0, Infinity, third));
    expect(await source.read("b", 0, 4)).toEqual(Float32Array.of(1, -2, 3.140625, -Infinity));
    expect(await source.read("b", 1, 3, new Float32Array(9).subarray(1))).toEqual(Float32Array.of(-2, 3.140625));
    expect(await source.read("d", 0, 2)).toEqual(Float32Array.of(0.1, -Infinity));
    await source.close();
  });

  test("integers are listed, and refused when they are read", async () => {
    const header = { steps: { dtype: "I64", shape: [], data_offsets: [0, 8] } };
    const source = await openWeightFile(await write(safetensors(header, eight)));
    expect(source.tensors.get("steps")).toMatchObject({ dtype: "I64", shape: [] });
    await expect(source.read("steps", 0, 1)).rejects.toThrow("tensor `steps` is of type I64, and weights are F32");
    await source.close();
  });

  test("tensors in any order, with gaps, and empty ones", async () => {
    const header = {
      z: { dtype: "F32", shape: [1], data_offsets: [8, 12] },
      none: { dtype: "F32", shape: [0, 3], data_offsets: [4, 4] },
      a: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
    };
    const source = await openWeightFile(await write(safetensors(header, bytesOf(Float32Array.of(7, 8, 9)))));
    expect(await source.read("z", 0, 1)).toEqual(Float32Array.of(9));
    expect(await source.read("none", 0, 0)).toEqual(new Float32Array(0));
    await source.close();
  });
});

describe("files that lie", () => {
  test.each<[string, Uint8Array, string]>([
    ["empty", new Uint8Array(0), "it has 0 bytes"],
    ["too short", new Uint8Array(7), "it has 7 bytes"],
    ["a header beyond the file", Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0x7b), "its header has 9 bytes"],
    ["a header of 2^64 - 1", new Uint8Array(16).fill(0xff), "18446744073709551615 bytes"],
    ["no JSON", safetensors("{"), "is not JSON"],
    ["no UTF-8", Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x22, 0xff), "is not JSON"],
    ["deep nesting", safetensors("[".repeat(200_000)), "is nested deeper than 64"],
    ["a list", safetensors([]), "is not a table"],
    ["a key twice", safetensors('{"t": {}, "\\u0074": {}}'), "names `t` twice"],
    ["offsets twice", safetensors('{"t": {"dtype": "F32", "shape": [], "shape": [1]}}'), "names `shape` twice"],
    ["no table", safetensors({ t: 3 }), "tensor `t` is not described"],
    ["no type", safetensors({ t: {} }), "tensor `t` has no type"],
    ["an unknown type", safetensors(one({ dtype: "toString" }), eight), "the unknown type `toString`"],
    ["a negative size", safetensors(one({ shape: [-1] }), eight), "tensor `t` has no shape"],
    ["a fractional size", safetensors(one({ shape: [0.5] }), eight), "tensor `t` has no shape"],
    [
      "too many dimensions",
      safetensors(one({ shape: Array(9).fill(1) }), eight),
      "`t` has 9 dimensions, and at most 8",
    ],
    ["one offset", safetensors(one({ data_offsets: [0] }), eight), "tensor `t` has no two offsets"],
    ["a huge offset", safetensors(one({ data_offsets: [0, 1e300] }), eight), "tensor `t` has no two offsets"],
    [
      "beyond the file",
      safetensors(one({}), eight.subarray(1)),
      "lies at bytes 0 to 8 of the data, of which there are 7",
    ],
    ["backwards", safetensors(one({ data_offsets: [8, 0] }), eight), "lies at bytes 8 to 0"],
    ["another size", safetensors(one({ shape: [3] }), eight), "F32 [3] needs 12 bytes and is given 8"],
    ["an overflowing size", safetensors(one({ shape: [2 ** 40, 2 ** 40] }), eight), "elements that are read"],
    ["shared bytes", safetensors({ ...one({}), u: one({}).t }, eight), "tensors `t` and `u` share bytes"],
  ])("%s", async (_, bytes, message) => {
    expect(await refusal(bytes)).toContain(message);
  });

  test("no file, and a folder", async () => {
    await expect(openWeightFile(join(folder, "none"))).rejects.toThrow(/none: there is no such file$/);
    await expect(openWeightFile(folder)).rejects.toThrow("it is a folder, not a file");
  });

  test("one that is cut off while it is open", async () => {
    const path = await write(safetensors(one({}), eight));
    const source = await openWeightFile(path);
    await writeFile(path, safetensors(one({})));
    await expect(source.read("t", 0, 2)).rejects.toThrow("it ends within tensor `t`");
    await source.close();
  });

  test("random edits of a good file are read or refused, never worse", async () => {
    const header = { ...one({}), u: { dtype: "F16", shape: [2, 2], data_offsets: [8, 16] } };
    const good = safetensors(header, new Uint8Array(16));
    const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        const bytes = Uint8Array.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          const source = await openWeightFile(await write(bytes));
          await source.close();
        } catch (error) {
          expect(error).toBeInstanceOf(WeightsError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("writing", () => {
  test("what is read back is what was written", async () => {
    const path = join(folder, "round.safetensors");
    const values = Float32Array.from({ length: 24 }, (_, i) => Math.fround(Math.sin(i)));
    const source = sourceOf({
      "conv.weight": { shape: [2, 3, 2, 2], values },
      "é ü": { shape: [3], values: [1, 2, 3] },
    });
    await writeSafetensors(path, source, { metadata: { net: "test" } });
    const back = await openWeightFile(path);
    expect(await back.read("conv.weight", 0, 24)).toEqual(values);
    expect(await back.read("é ü", 0, 3)).toEqual(Float32Array.of(1, 2, 3));
    await back.close();
    const length = Number(new DataView((await readFile(path)).buffer).getBigUint64(0, true));
    expect(length % 8, "data is aligned").toBe(0);
  });

  test("each tensor of a file keeps its type and its bits", async () => {
    const header = {
      h: { dtype: "F16", shape: [3], data_offsets: [0, 6] },
      n: { dtype: "I64", shape: [], data_offsets: [6, 14] },
      b: { dtype: "BF16", shape: [1, 1], data_offsets: [14, 16] },
      d: { dtype: "F64", shape: [1], data_offsets: [16, 24] },
    };
    const data = Uint8Array.from({ length: 24 }, (_, i) => 251 * i);
    const source = await openWeightFile(await write(safetensors(header, data)));
    const path = join(folder, "kept-types.safetensors");
    await writeSafetensors(path, source);
    await source.close();
    const back = await openWeightFile(path);
    expect([...back.tensors.values()].map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
      ["h", "F16", [3]],
      ["n", "I64", []],
      ["b", "BF16", [1, 1]],
      ["d", "F64", [1]],
    ]);
    for (const [name, { data_offsets }] of Object.entries(header)) {
      const [from = 0, to = 0] = data_offsets;
      const bytes = new Uint8Array(to - from);
      await back.readBytes(name, 0, bytes);
      expect(bytes).toEqual(data.slice(from, to));
    }
    await back.close();
  });

  test("a tensor under the name of the metadata is refused", async () => {
    const path = join(folder, "metadata.safetensors");
    await expect(writeSafetensors(path, sourceOf({ __metadata__: { shape: [1] } }))).rejects.toThrow("for itself");
  });

  test("more than one piece", async () => {
    const path = join(folder, "large.safetensors");
    await writeSafetensors(path, sourceOf({ t: { shape: [3, 700_001] } }));
    const back = await openWeightFile(path);
    expect(await back.read("t", 2_100_000, 2_100_003)).toEqual(Float32Array.of(2_100_000, 2_100_001, 2_100_002));
    await back.close();
  });

  test("a failure leaves the old file, and nothing else", async () => {
    const path = join(folder, "kept.safetensors");
    await writeFile(path, "old");
    const failing = { ...sourceOf({ t: { shape: [1] } }), read: () => Promise.reject(new WeightsError("no")) };
    await expect(writeSafetensors(path, failing)).rejects.toThrow("no");
    expect(await readFile(path, "utf8")).toBe("old");
    await expect(writeSafetensors(join(folder, "no/where"), failing)).rejects.toThrow("there is no such file");
  });
});
