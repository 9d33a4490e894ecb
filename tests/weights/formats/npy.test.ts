import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openWeightFile } from "../../../src/weights/formats/index.js";
import { READ_LIMITS } from "../../../src/weights/formats/limits.js";
import { npyDataStart, npyHeader, parseNpyHeader } from "../../../src/weights/formats/npy-header.js";
import { scratch } from "../scratch.js";
import { bytesIn, refusalOf, survivesEdits, valuesIn } from "./source.js";

const folder = await scratch();
let files = 0;

/** A `.npy` file: `header` is the dictionary's text. */
function npy(header: string, data: Uint8Array = new Uint8Array(0), version = 1): Uint8Array {
  const text = Buffer.from(header, "latin1");
  const start = Buffer.from("\x93NUMPY\0\0\0\0\0\0".slice(0, version === 1 ? 10 : 12), "latin1");
  start[6] = version;
  if (version === 1) start.writeUInt16LE(text.length, 8);
  else start.writeUInt32LE(text.length, 8);
  return Buffer.concat([start, text, data]);
}

const described = (type: string, shape: string, fortran = "False"): string =>
  `{'descr': '${type}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

async function write(bytes: Uint8Array): Promise<string> {
  const path = join(folder, `array${++files}.npy`);
  await writeFile(path, bytes);
  return path;
}

const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

describe("reading", () => {
  test.each([1, 2, 3])("version %i, named after the file", async (version) => {
    const path = join(folder, `conv1.weight.v${version}.npy`);
    await writeFile(path, npy(described("<f4", "(2, 3)"), floats(1, 2, 3, 4, 5, 6), version));
    const file = await openWeightFile(path);
    const name = `conv1.weight.v${version}`;
    expect(file.format).toBe("npy");
    expect([...file.tensors.values()]).toMatchObject([{ name, dtype: "F32", shape: [2, 3] }]);
    expect(await file.read(name, 1, 4)).toEqual(Float32Array.of(2, 3, 4));
    await file.close();
  });

  test("big-endian numbers of every width come out little-endian", async () => {
    const cases: [string, Uint8Array, string, Uint8Array][] = [
      [">f4", Uint8Array.of(0x3f, 0x80, 0, 0), "F32", Uint8Array.of(0, 0, 0x80, 0x3f)],
      [">f2", Uint8Array.of(0x3c, 0), "F16", Uint8Array.of(0, 0x3c)],
      [">f8", Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), "F64", Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1)],
      [">i8", Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), "I64", Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1)],
      ["|b1", Uint8Array.of(1), "BOOL", Uint8Array.of(1)],
    ];
    for (const [type, data, dtype, wanted] of cases) {
      const file = await openWeightFile(await write(npy(described(type, "(1,)"), data)));
      const [name = ""] = file.tensors.keys();
      expect(file.tensors.get(name)?.dtype).toBe(dtype);
      expect(await bytesIn(file, name)).toEqual(wanted);
      await file.close();
    }
  });

  test("Fortran order, of numbers of every width, in ranges", async () => {
    // [2, 3, 4] whose element (i, j, k) is 100 i + 10 j + k, the first axis fastest.
    const order: number[] = [];
    for (let k = 0; k < 4; k++)
      for (let j = 0; j < 3; j++) for (let i = 0; i < 2; i++) order.push(100 * i + 10 * j + k);
    const wanted = [...order].sort((a, b) => a - b);
    const arrays: [string, ArrayBufferView][] = [
      ["<f4", Float32Array.from(order)],
      ["<f8", Float64Array.from(order)],
    ];
    for (const [type, { buffer }] of arrays) {
      const bytes = npy(described(type, "(2, 3, 4)", "True"), new Uint8Array(buffer as ArrayBuffer));
      const file = await openWeightFile(await write(bytes));
      const [name = ""] = file.tensors.keys();
      expect([...(await valuesIn(file, name))]).toEqual(wanted);
      expect([...(await file.read(name, 5, 9))]).toEqual(wanted.slice(5, 9));
      await file.close();
    }
    const minus = npy(described("<i8", "(1, 2)", "True"), new Uint8Array(16).fill(0xff));
    const file = await openWeightFile(await write(minus));
    const [name = ""] = file.tensors.keys();
    expect(await bytesIn(file, name)).toEqual(new Uint8Array(16).fill(0xff));
    await file.close();
  });

  test("reads that are asked for at once do not disturb one another", async () => {
    const values = Float64Array.from({ length: 3000 }, (_, i) => i);
    const file = await openWeightFile(await write(npy(described("<f8", "(3000,)"), new Uint8Array(values.buffer))));
    const [name = ""] = file.tensors.keys();
    const parts = await Promise.all([0, 1000, 2000].map((start) => file.read(name, start, start + 1000)));
    expect(parts.flatMap((part) => [...part])).toEqual([...values]);
    await file.close();
  });
});

describe("headers", () => {
  test.each([
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (3L, 4), }   \n", [3, 4]],
    ["{'shape': (5,), 'fortran_order': False, 'descr': \"<f4\"}", [5]],
    ["{'descr':'<f4','fortran_order':False,'shape':()}", []],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2,)}", [1, 2]],
  ])("%s", (header, shape) => {
    expect(parseNpyHeader(npy(header))).toEqual({ type: "<f4", fortranOrder: false, shape });
  });

  test("what is written is parsed, and begins where NumPy would begin it", () => {
    for (const shape of [[], [7], [1, 2, 3, 4]]) {
      const bytes = npyHeader("<f4", shape);
      expect(npyDataStart(bytes)).toBe(bytes.length);
      expect(bytes.length % 64).toBe(0);
      expect(parseNpyHeader(bytes).shape).toEqual(shape);
    }
  });

  test("no text takes long", () => {
    const long = 60_000;
    const texts = [
      `{'descr': '<f4'${" ".repeat(long)}x`,
      `{${"'descr': '<f4', ".repeat(long / 16)}x`,
      `{'shape': (${"1, ".repeat(long / 3)}x`,
      `{'shape': (${"1".repeat(long)}x`,
      `{'shape': (1${" ".repeat(long)}x`,
      `{'descr':${" ".repeat(long)}x`,
      `{'descr': [${"'descr': [".repeat(long / 10)}`,
      `${"'descr'".repeat(long / 7)}`,
      `${"{ ".repeat(long / 2)}`,
    ];
    // Where a text could match in two ways, these would take until the test is ended.
    for (const text of texts) expect(() => parseNpyHeader(npy(text))).toThrow(/makes no sense|records/);
  });
});

describe("files that lie", () => {
  const four = floats(1);
  test.each<[string, Uint8Array, string]>([
    ["cut off in the magic number", Buffer.from("\x93NUMPY\x01", "latin1"), "it is no .npy file"],
    ["an unknown version", npy(described("<f4", "(1,)"), four, 9), ".npy version 9 is not known"],
    ["a header beyond the file", npy(described("<f4", "(1,)")).subarray(0, 40), "it ends within its header"],
    ["a header of 4 GB", Buffer.from("\x93NUMPY\x02\0\xff\xff\xff\xff", "latin1"), "4294967295 bytes, more than"],
    ["an expression", npy("{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,)}"), "makes no sense"],
    [
      "a key twice",
      npy("{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", four),
      "`descr` twice",
    ],
    ["a key less", npy("{'descr': '<f4', 'shape': (1,)}", four), "makes no sense"],
    ["a key more", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}", four), "makes no sense"],
    ["a negative size", npy(described("<f4", "(-1,)"), four), "makes no sense"],
    ["a number for a tuple", npy(described("<f4", "(1)"), four), "makes no sense"],
    ["a text for an order", npy(described("<f4", "(1,)", "'True'"), four), "makes no sense"],
    ["objects", npy(described("|O", "()"), Buffer.from("\x80\x04.", "latin1")), "holds Python objects (pickle)"],
    ["records", npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", four), "records"],
    ["texts", npy(described("<U3", "(1,)")), "arrays of the type `<U3` are not read"],
    ["complex numbers", npy(described("<c8", "(1,)")), "arrays of the type `<c8` are not read"],
    ["too few bytes", npy(described("<f4", "(2,)"), four), "F32 [2] needs 8 bytes and is given 4"],
    ["too many bytes", npy(described("<f4", "()"), floats(1, 2)), "F32 [] needs 4 bytes and is given 8"],
    ["an enormous size", npy(described("<f4", "(9999999999, 9999999999)")), "elements that are read"],
    ["too many dimensions", npy(described("<f4", `(${"1, ".repeat(9)})`), four), "it has 9 dimensions"],
  ])("%s", async (_, bytes, message) => {
    expect(await refusalOf(await write(bytes))).toContain(message);
  });

  test("a limit that is lower", async () => {
    const path = await write(npy(described("<f4", "(2,)"), floats(1, 2)));
    expect(await refusalOf(path, { ...READ_LIMITS, elements: 1 })).toContain("more than the 1 elements");
  });

  test("random edits of a good file are read or refused, never worse", async () => {
    await survivesEdits(npy(described(">f4", "(2, 3)", "True"), floats(1, 2, 3, 4, 5, 6)), write);
  });
});
