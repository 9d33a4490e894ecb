import { readdir, readFile } from "node:fs/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { safetensors } from "../weights/bytes.js";
import { SMALL, SMALL_WEIGHTS, workplace, writeShapes, writeTensors } from "./material.js";
import { run, type Ran } from "./run.js";

const place = await workplace();
const cwd = place.folder;
await place.write("small.fcn", SMALL);
await writeShapes(place, "good.safetensors", SMALL_WEIGHTS);

let out = "";
let count = 0;
beforeEach(() => {
  out = `out${++count}`;
});

const compileWith = (weights: string, ...more: string[]): Promise<Ran> =>
  run(["compile", "small.fcn", "--weights", weights, "--out", out, ...more], { cwd });

/** Refused, and nothing is left behind. */
async function refused(weights: string, message: string): Promise<string> {
  const { code, err } = await compileWith(weights);
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`error: ${message}`) });
  expect((await readdir(cwd)).filter((name) => name.includes(out))).toEqual([]);
  return err;
}

test("a file that fits", async () => {
  const { code, out: printed, err } = await compileWith("good.safetensors");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(printed).toMatch(/^small from good.safetensors\n  4 copied, 1 generated\n/);
  expect(printed).toMatch(/: .*load-plan.json, model.json, plan.json, .*1 shard of weights\n/);
});

describe("tensors that do not fit are listed by name, with the nearest", () => {
  const shapes = { ...SMALL_WEIGHTS, "conv1.biass": [4], "score_fr.weight": [4, 3, 1, 1] };
  const { "conv1.bias": _, ...lacking } = shapes as Record<string, number[]>;

  test("all of them in one run", async () => {
    await writeShapes(place, "wrong.safetensors", lacking);
    const err = await refused("wrong.safetensors", "wrong.safetensors does not fit small:\n");
    expect(err).toContain(
      "  - `conv1.bias` [4] is wanted and not in wrong.safetensors; it has `conv1.biass` [4]: is it the same?\n" +
        "  - `score_fr.weight` [3, 4, 1, 1] is wanted, and wrong.safetensors has it as [4, 3, 1, 1]\n" +
        "  - `conv1.biass` [4] of wrong.safetensors is not wanted; `conv1.bias` is: is it the same?\n" +
        "  help: `--allow missing,left-over,misshapen` goes on all the same",
    );
  });

  test("and allowed by kind", async () => {
    await writeShapes(place, "wrong.safetensors", lacking);
    const some = await compileWith("wrong.safetensors", "--allow", "missing, left-over");
    expect(some.code).toBe(1);
    expect(some.err).not.toContain("conv1.bias");
    expect(some.err).toContain("`--allow misshapen`");
    const all = await compileWith("wrong.safetensors", "--allow", "missing,left-over,misshapen");
    expect(all.code).toBe(0);
    expect(all.err.match(/^note: `/gm)).toHaveLength(3);
  });

  test("--allow knows three words", async () => {
    const { code, err } = await compileWith("good.safetensors", "--allow", "mising");
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("--allow knows missing, left-over") });
  });

  test("whole numbers are no weights, and that cannot be allowed", async () => {
    const header = Object.fromEntries(
      Object.entries(SMALL_WEIGHTS).map(([name, shape], index) => [
        name,
        { dtype: "I8", shape, data_offsets: [offsets[index], offsets[index + 1]] },
      ]),
    );
    await place.write("whole.safetensors", safetensors(header, new Uint8Array(127)));
    const err = await refused("whole.safetensors", "whole.safetensors does not fit small:\n");
    expect(err).toContain("`conv1.weight` [4, 3, 3, 3] is wanted as floating-point numbers, and");
    expect(err).toContain("help: write the file anew as float32");
    expect(err).not.toContain("--allow");
  });
  const offsets = [0, 108, 112, 124, 127];
});

describe("a bad file", () => {
  test("NaN is named by place, and the old bundle stays", async () => {
    const bias = { shape: [4], values: [1, 2, NaN, 4] };
    const rest = Object.fromEntries(Object.entries(SMALL_WEIGHTS).map(([name, shape]) => [name, { shape }]));
    await writeTensors(place, "nan.safetensors", { ...rest, "conv1.bias": bias });
    await compileWith("good.safetensors");
    const shard = place.path(out, "group1-shard1of1.bin");
    const before = await readFile(shard);
    const { code, err } = await compileWith("nan.safetensors");
    expect({ code, err }).toEqual({
      code: 1,
      err:
        "error: nan.safetensors: tensor `conv1.bias` holds NaN at [2]. Such weights make every score NaN: " +
        "train or convert them anew.\n",
    });
    expect(await readFile(shard)).toEqual(before);
    expect((await readdir(cwd)).filter((name) => name.includes(out))).toEqual([out]);
  });

  const anew = "The file is damaged or is none of safetensors; get it anew or write it again.";
  test.each([
    ["a length beyond the file", new Uint8Array(10).fill(255), "it says that its header has 18446744073709551615"],
    ["a text", new TextEncoder().encode("this is not safetensors"), "it says that its header has "],
    ["nothing", new Uint8Array(0), "it has 0 bytes, too few for safetensors"],
    ["a header that is no JSON", safetensors("{{{{"), ""],
    [
      "data that is not there",
      safetensors({ "conv1.weight": { dtype: "F32", shape: [4, 3, 3, 3], data_offsets: [0, 432] } }, new Uint8Array(8)),
      "tensor `conv1.weight` lies at bytes 0 to 432 of the data, of which there are 8",
    ],
    [
      "a shape that its data has not",
      safetensors({ "conv1.bias": { dtype: "F32", shape: [1e9], data_offsets: [0, 8] } }, new Uint8Array(8)),
      "tensor `conv1.bias`",
    ],
  ])("%s", async (_, bytes, message) => {
    await place.write("bad.safetensors", bytes);
    expect(await refused("bad.safetensors", `bad.safetensors: ${message}`)).toContain(anew);
  });

  test("no file, a folder", async () => {
    await refused("none.safetensors", "none.safetensors: there is no such file\n");
    await refused(".", ".: it is a folder, not a file\n");
  });
});
