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
  expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^engine: WASM [^\n]*\n$/) });
  expect(printed).toMatch(/^small from good.safetensors\n  4 copied, 1 generated\n/);
  expect(printed).toMatch(/: .*load-plan.json, model.json, .*plan.json, .*1 shard of weights\n/);
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

describe("the load plan", () => {
  const recipe = (init: string): string => `${SMALL}\ntrain small {\n  init: ${init}\n}\n`;
  const trunkOnly = { "conv1.weight": [4, 3, 3, 3], "conv1.bias": [4] };

  test("is printed before the bundle, kept in it, and whole in JSON", async () => {
    const { out: printed } = await compileWith("good.safetensors");
    expect(printed.indexOf("4 copied, 1 generated")).toBeLessThan(printed.indexOf("wrote"));
    const kept: unknown = JSON.parse(await readFile(place.path(out, "load-plan.json"), "utf8"));
    expect(kept).toMatchObject({ format: "fcnc-load-plan", version: 1, net: "small", faults: [], unused: [] });
    const json = await compileWith("good.safetensors", "--format", "json");
    expect(JSON.parse(json.out)).toMatchObject({ net: "small", loadPlan: kept });
    const planned = await run(["weights", "plan", "small.fcn", "good.safetensors", "--format", "json"], { cwd });
    expect([planned.code, JSON.parse(planned.out)]).toEqual([0, kept]);
  });

  test("of what the recipe starts from, beside the spec", async () => {
    await place.write("nets/staged.fcn", recipe('weights("trunk.safetensors")'));
    await writeShapes(place, "nets/trunk.safetensors", trunkOnly);
    const unasked = await run(["compile", "nets/staged.fcn", "--out", out], { cwd });
    expect(unasked.err).toContain(
      "the recipe starts from trunk.safetensors, which is there: `--weights spec` takes it",
    );
    const asked = await run(["compile", "nets/staged.fcn", "--out", out, "--weights", "spec"], { cwd });
    expect(asked.code).toBe(0);
    expect(asked.err).not.toContain("warning");
    expect(asked.out).toMatch(/2 copied, 1 generated, 2 fresh\n {2}fresh {2}score_fr.weight \[3, 4, 1, 1\]/);
    const planned = await run(["weights", "plan", "nets/staged.fcn"], { cwd });
    expect(planned.code).toBe(0);
    expect(asked.out.startsWith(planned.out)).toBe(true);
  });

  test("a trunk left fresh is warned of, and strict mode refuses it", async () => {
    await writeShapes(place, "head.safetensors", { "score_fr.weight": [3, 4, 1, 1], "score_fr.bias": [3] });
    const allowed = await compileWith("head.safetensors", "--allow", "missing");
    expect(allowed.code).toBe(0);
    expect(allowed.err).toContain("warning: `conv1` is a layer of the trunk and starts fresh: no file gives");
    const strict = await compileWith("head.safetensors", "--allow", "missing", "--strict");
    expect(strict.code).toBe(1);
    expect(strict.err).toContain("error: --strict allows no warnings");
    expect(strict.err).toContain("  - `conv1` is a layer of the trunk");
  });

  test("of several files, the later ones over the earlier", async () => {
    await writeShapes(place, "trunk.safetensors", trunkOnly);
    await writeShapes(place, "head.safetensors", { "score_fr.weight": [3, 4, 1, 1], "score_fr.bias": [3] });
    const { code, out: printed } = await compileWith("trunk.safetensors", "--weights", "head.safetensors");
    expect(code).toBe(0);
    expect(printed).toContain("small from trunk.safetensors\n  and head.safetensors\n  4 copied, 1 generated\n");
  });

  test("does without a recipe's weights, says so", async () => {
    const { code, err } = await compileWith("spec");
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("the recipe of small names no weights") });
  });

  test("a map of names that is none is named", async () => {
    await place.write("names.json", "{}");
    await place.write("mapped.fcn", recipe('weights("good.safetensors", names: "./names.json")'));
    const { code, err } = await run(["weights", "plan", "mapped.fcn"], { cwd });
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("./names.json: it does not begin with") });
    await place.write("lost.fcn", recipe('weights("good.safetensors", names: "fcnc/names/vgg.json")'));
    const lost = await run(["weights", "plan", "lost.fcn"], { cwd });
    expect(lost.err).toContain('the map of names "fcnc/names/vgg.json" cannot be read: there is no file');
  });

  test("a misspelt word of `weights(...)` is found where it stands", async () => {
    await place.write("word.fcn", recipe('weights("good.safetensors", classes: coppy)'));
    const { code, err } = await run(["weights", "plan", "word.fcn"], { cwd });
    expect(code).toBe(1);
    expect(err).toContain("`classes` cannot be `coppy`");
    expect(err).toContain("did you mean `copy`?");
  });
});
