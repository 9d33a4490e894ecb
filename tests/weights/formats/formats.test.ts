/** What holds for every format: the list and the folder agree, and what goes through any two of them stays as it was. */
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { WeightFormat } from "../../../src/weights/formats/format.js";
import { byExtension, formats, openWeightFile } from "../../../src/weights/formats/index.js";
import { scratch } from "../scratch.js";
import { bytesIn, fileInMemory, refusalOf, stored, valuesIn } from "./source.js";

const folder = await scratch();
const sources = join(import.meta.dirname, "../../../src/weights/formats");

/** A layer as all formats can name it. */
const tensors = (dtype: string) => [stored("conv1.weight", dtype, [4, 3, 3, 2]), stored("conv1.bias", dtype, [4])];

/** A place of its own to write to. */
const placeFor = async ({ extensions }: WeightFormat): Promise<string> => {
  const place = await mkdtemp(join(folder, "pair-"));
  return extensions[0] === ".json" ? join(place, "weights", "model.json") : join(place, `weights${extensions[0]}`);
};

describe("the list", () => {
  test("has every file that makes a format, sorted by name", () => {
    const made = readdirSync(sources)
      .filter((file) => /^export const \w+: WeightFormat = /m.test(readFileSync(join(sources, file), "utf8")))
      .map((file) => file.replace(/\.ts$/, ""));
    expect(formats.map(({ name }) => name)).toEqual(made.sort());
  });

  test("names each extension once, and finds a format by it", () => {
    const extensions = formats.flatMap((format) => format.extensions);
    expect(new Set(extensions).size).toBe(extensions.length);
    for (const format of formats)
      for (const extension of format.extensions) expect(byExtension(`a.b${extension.toUpperCase()}`)).toBe(format);
    expect(byExtension("a.txt")).toBeNull();
  });

  test("a file of no format is refused with the formats that there are", async () => {
    const path = join(await mkdtemp(join(folder, "none-")), "a.txt");
    await writeFile(path, "this is text");
    expect(await refusalOf(path)).toContain(`Weights are read from ${formats.map(({ name }) => name).join(", ")}.`);
  });
});

const written = formats.filter(({ write }) => write !== null);
const pairs = written.flatMap((a) => written.map((b) => [a.name, b.name, a, b] as const));

describe.each(pairs)("%s to %s", (_, __, first, second) => {
  test.each(["F32", "F16", "BF16", "F64"])("%s", async (dtype) => {
    const source = fileInMemory(tensors(dtype));
    const path = await placeFor(first);
    const other = await placeFor(second);
    const write = async () => {
      await first.write?.(path, source);
      const file = await openWeightFile(path);
      try {
        expect(file.format).toBe(first.name);
        await second.write?.(other, file);
      } finally {
        await file.close();
      }
    };
    const between = first.holds(dtype);
    if (between === null || second.holds(between) === null) {
      await expect(write()).rejects.toThrow("cannot hold tensor `conv1.weight`");
      return;
    }
    await write();
    const file = await openWeightFile(other);
    expect(file.format).toBe(second.name);
    expect([...file.tensors.keys()].sort()).toEqual(["conv1.bias", "conv1.weight"]);
    for (const [name, { shape }] of source.tensors) {
      expect(file.tensors.get(name)?.shape).toEqual(shape);
      expect(await valuesIn(file, name)).toEqual(await valuesIn(source, name));
      if (file.tensors.get(name)?.dtype === dtype)
        expect(await bytesIn(file, name)).toEqual(await bytesIn(source, name));
    }
    await file.close();
  });
});
