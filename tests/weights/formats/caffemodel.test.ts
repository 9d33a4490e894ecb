import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openWeightFile } from "../../../src/weights/formats/index.js";
import { READ_LIMITS } from "../../../src/weights/formats/limits.js";
import { elementsOf } from "../../../src/weights/formats/stored.js";
import {
  encode,
  layer,
  layerV1,
  legacy,
  packed,
  shaped,
  text,
  unpacked,
  whole,
  within,
  type Part,
} from "../caffemodel-bytes.js";
import { scratch } from "../scratch.js";

const folder = await scratch();
let files = 0;

async function write(bytes: Uint8Array | string, name = "net.caffemodel"): Promise<string> {
  const path = join(folder, `${files++}-${name}`);
  await writeFile(path, bytes);
  return path;
}

/** Shape, type and numbers of every tensor. */
async function read(bytes: Uint8Array, name?: string): Promise<Record<string, [readonly number[], string, number[]]>> {
  const file = await openWeightFile(await write(bytes, name));
  try {
    const found: Record<string, [readonly number[], string, number[]]> = {};
    for (const { name, shape, dtype } of file.tensors.values())
      found[name] = [shape, dtype, [...(await file.read(name, 0, elementsOf(shape)))]];
    return found;
  } finally {
    await file.close();
  }
}

const refusal = async (bytes: Uint8Array | string, limits = READ_LIMITS): Promise<string> => {
  const path = await write(bytes);
  return openWeightFile(path, limits).then(
    async (file) => {
      await file.close();
      return "it was read";
    },
    (error: unknown) => String(error),
  );
};

const ramp = (count: number): number[] => Array.from({ length: count }, (_, index) => index / 4 - 1);

describe("layouts", () => {
  test("LayerParameter with BlobShape", async () => {
    const bytes = encode(
      text(1, "net"),
      layer("data", "Input"),
      layer("conv1", "Convolution", [shaped(2, 1, 1, 2), packed(5, ramp(4))], [shaped(2), packed(5, [5, 6])]),
    );
    expect(await read(bytes)).toEqual({
      "conv1.weight": [[2, 1, 1, 2], "F32", ramp(4)],
      "conv1.bias": [[2], "F32", [5, 6]],
    });
    const file = await openWeightFile(await write(bytes));
    expect([file.format, file.metadata]).toEqual(["caffemodel", { name: "net" }]);
    await file.close();
  });

  test("V1 with four sizes, of which the leading ones go", async () => {
    const bytes = encode(
      layerV1("conv1", 4, [legacy(2, 1, 1, 2), packed(5, ramp(4))], [legacy(1, 1, 1, 2), packed(5, [5, 6])]),
      layerV1("one", 4, [legacy(1, 1, 2, 2), packed(5, ramp(4))], [legacy(1, 1, 1, 1), packed(5, [5])]),
      layerV1("fc6", 14, [legacy(1, 1, 2, 3), packed(5, ramp(6))], [legacy(1, 1, 1, 2), packed(5, [5, 6])]),
      layerV1("untyped", 0, [legacy(1, 1, 2, 3), packed(5, ramp(6))], [legacy(1, 1, 1, 2), packed(5, [5, 6])]),
      layerV1("kernel", 0, [legacy(1, 1, 3, 3), packed(5, ramp(9))], [legacy(1, 1, 1, 1), packed(5, [5])]),
    );
    const shapes = Object.entries(await read(bytes)).map(([name, [shape]]) => [name, shape]);
    expect(shapes).toEqual([
      ["conv1.weight", [2, 1, 1, 2]],
      ["conv1.bias", [2]],
      ["one.weight", [1, 1, 2, 2]],
      ["one.bias", [1]],
      ["fc6.weight", [2, 3]],
      ["fc6.bias", [2]],
      ["untyped.weight", [2, 3]],
      ["untyped.bias", [2]],
      ["kernel.weight", [1, 1, 3, 3]],
      ["kernel.bias", [1]],
    ]);
  });

  test("V0, within V1", async () => {
    const inner = [text(1, "ip"), text(2, "innerproduct"), within(50, legacy(1, 1, 2, 2), packed(5, ramp(4)))];
    expect(await read(encode(within(2, within(1, ...inner))))).toEqual({ "ip.weight": [[2, 2], "F32", ramp(4)] });
  });

  test("doubles win over floats, and are read as they are", async () => {
    const values = [Math.PI, 1 / 3];
    const path = await write(
      encode(layer("fc", "InnerProduct", [shaped(1, 2), packed(5, [7, 7]), packed(8, values, true)])),
    );
    const file = await openWeightFile(path);
    const raw = new Uint8Array(16);
    await file.readBytes("fc.weight", 0, raw);
    expect(file.tensors.get("fc.weight")?.dtype).toBe("F64");
    expect([...new Float64Array(raw.buffer)]).toEqual(values);
    expect([...(await file.read("fc.weight", 0, 2))]).toEqual(values.map(Math.fround));
    await file.close();
  });

  test("the statistics of BatchNorm are divided by their factor", async () => {
    const batch = (factor: number): Uint8Array =>
      encode(
        layer(
          "bn",
          "BatchNorm",
          [shaped(2), packed(5, [2, 4])],
          [shaped(2), packed(5, [6, 8])],
          [shaped(1), packed(5, [factor])],
        ),
        layer("sc", "Scale", [shaped(2), packed(5, [1, 2])], [shaped(2), packed(5, [3, 4])]),
        layer("relu", "PReLU", [legacy(1, 1, 1, 2), packed(5, [1, 2])]),
      );
    expect(await read(batch(2))).toEqual({
      "bn.running_mean": [[2], "F32", [1, 2]],
      "bn.running_var": [[2], "F32", [3, 4]],
      "sc.weight": [[2], "F32", [1, 2]],
      "sc.bias": [[2], "F32", [3, 4]],
      "relu.weight": [[2], "F32", [1, 2]],
    });
    expect((await read(batch(0)))["bn.running_mean"]?.[2]).toEqual([0, 0]);
  });

  test("what fcnc wrote of a batch normalization becomes one again", async () => {
    const one: readonly Part[] = [shaped(1), packed(5, [1])];
    const bytes = encode(layer("bn", "BatchNorm", one, one, one), layer("bn/scale", "Scale", one, one));
    expect(Object.keys(await read(bytes))).toEqual(["bn.running_mean", "bn.running_var", "bn.weight", "bn.bias"]);
  });

  test("layers of other kinds keep the number of what has no name", async () => {
    const one: readonly Part[] = [shaped(1), packed(5, [1])];
    expect(Object.keys(await read(encode(layer("lstm", "LSTM", one, one, one))))).toEqual([
      "lstm.weight",
      "lstm.bias",
      "lstm.2",
    ]);
  });

  test("a mean image", async () => {
    const bytes = encode(legacy(1, 3, 2, 2), packed(5, ramp(12)));
    expect(await read(bytes, "mean.binaryproto")).toEqual({ mean: [[1, 3, 2, 2], "F32", ramp(12)] });
  });
});

describe("encodings", () => {
  /** Any split of the numbers into parts, each packed or not, with other fields between them. */
  const splits = fc.array(
    fc.record({
      length: fc.integer({ min: 0, max: 9 }),
      packed: fc.boolean(),
      between: fc.constantFrom("nothing", "diff", "unknown", "floats"),
    }),
    { minLength: 1, maxLength: 30 },
  );

  test.each([false, true])("numbers in any number of parts, double: %s", async (double) => {
    await fc.assert(
      fc.asyncProperty(splits, async (parts) => {
        const values = ramp(parts.reduce((sum, { length }) => sum + length, 0) + 1);
        const field = double ? 8 : 5;
        const written: Part[] = [packed(field, values.slice(0, 1), double)];
        let at = 1;
        for (const part of parts) {
          const some = values.slice(at, at + part.length);
          written.push(part.packed ? packed(field, some, double) : unpacked(field, some, double));
          if (part.between === "diff") written.push(unpacked(6, [1, 2]), packed(9, [3], true));
          if (part.between === "unknown") written.push(text(200, "x".repeat(3)), whole(201, -1), unpacked(202, [1]));
          if (part.between === "floats" && double) written.push(unpacked(5, [9, 9]));
          at += part.length;
        }
        written.splice(parts.length % written.length, 0, shaped(values.length));
        const file = await openWeightFile(await write(encode(layer("a", "Bias", written))));
        expect([...(await file.read("a.bias", 0, values.length))]).toEqual(values);
        const from = parts.length % values.length;
        expect([...(await file.read("a.bias", from, values.length))]).toEqual(values.slice(from));
        await file.close();
      }),
      { numRuns: 100 },
    );
  });

  test("unpacked numbers beyond one window", async () => {
    const values = Array.from({ length: 300_000 }, (_, index) => index);
    const found = await read(encode(layer("a", "Bias", [shaped(values.length), unpacked(5, values)])));
    expect(found["a.bias"]?.[2]).toEqual(values);
  });

  test("unpacked dimensions, a name behind its blobs, groups and unknown fields", async () => {
    const bytes = encode(
      within(
        100,
        within(7, within(7, whole(1, 1), whole(1, 2)), packed(5, [1, 2])),
        text(2, "InnerProduct"),
        text(1, "late"),
      ),
      (writer) => writer.tag(300, 3).tag(1, 0).int32(5).tag(300, 4),
    );
    expect(await read(bytes)).toEqual({ "late.weight": [[1, 2], "F32", [1, 2]] });
  });
});

describe("what is refused", () => {
  const good: readonly Part[] = [shaped(2), packed(5, [1, 2])];

  test.each<[string, Uint8Array | string, string]>([
    ["an empty file", "", "it is empty"],
    ["HDF5", Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a), "snapshot in HDF5"],
    ["a pointer of Git LFS", "version https://git-lfs.github.com/spec/v1\n", "git lfs pull"],
    ["a web page", "<!DOCTYPE html><html>", "web page"],
    ["a prototxt", 'name: "net"\nlayer {', "fcnc import caffe"],
    ["a net without layers", encode(text(1, "net")), "it holds no layers"],
    ["a net without weights", encode(layer("a", "ReLU")), "none of its 1 layers has weights"],
    ["two layers of one name", encode(layer("a", "Bias", good), layer("a", "Bias", good)), "two layers with weights"],
    ["a shape without data", encode(layer("a", "Bias", [shaped(2)])), "has the shape [2] and no data"],
    ["too little data", encode(layer("a", "Bias", [shaped(3), packed(5, [1])])), "3 numbers, and holds 1"],
    [
      "a huge shape",
      encode(layer("a", "Bias", [shaped(2 ** 40)])),
      "more than the 4294967296 elements that are read. If you trust it",
    ],
    ["a negative size", encode(layer("a", "Bias", [legacy(1, -1, 1, 1)])), "a size that no tensor has"],
    ["nine dimensions", encode(layer("a", "Bias", [shaped(1, 1, 1, 1, 1, 1, 1, 1, 1)])), "more than the 8 dimensions"],
    ["half a number", encode(layer("a", "Bias", [shaped(1), within(5, whole(1, 1))])), "no whole numbers"],
    ["a file cut off", encode(layer("a", "Bias", good)).subarray(0, 20), "is announced where"],
    ["noise", Uint8Array.of(0x0f, 0xff, 0xff), "protobuf has not"],
    ["an endless number", new Uint8Array(40).fill(0xff), "more than ten bytes"],
    ["a group without end", Uint8Array.of(0x0b, 0x0b), "never ends"],
  ])("%s", async (_, bytes, message) => {
    expect(await refusal(bytes)).toContain(message);
  });

  test("more tensors, and deeper groups, than the limits allow", async () => {
    const bytes = encode(layer("a", "Bias", good), layer("b", "Bias", good));
    expect(await refusal(bytes, { ...READ_LIMITS, tensors: 1 })).toContain("more than the 1 tensors");
    expect(await refusal(new Uint8Array(1000).fill(0x0b))).toContain("groups lie deeper than 64");
    expect(await refusal(bytes, { ...READ_LIMITS, headerBytes: 20 })).toContain("more than the 2 fields");
  });
});
