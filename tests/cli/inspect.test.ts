import { expect, test } from "vitest";
import { LARGE_ENOUGH, SMALL, TWO_NETS, workplace } from "./material.js";
import { run, runJson } from "./run.js";

const place = await workplace();
const cwd = place.folder;
await place.write("small.fcn", SMALL);
await place.write("floor.fcn", LARGE_ENOUGH);
await place.write("two.fcn", TWO_NETS);
await place.write("wrong.fcn", SMALL.replace("maxpool(2)", "maxpol(2)"));

test("formulas without a size", async () => {
  const { code, out, err } = await run(["inspect", "small.fcn"], { cwd });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain("small for every size, in formulas");
  expect(out).toMatch(/upscore +upsample +3 +2 \* floor\(\(H \+ 1\) \/ 2\) \+ 8/);
  expect(out).toMatch(/score +4 +derived/);
});

test("numbers at a size", async () => {
  const { code, out } = await run(["inspect", "small.fcn", "--size", "5x7"], { cwd });
  expect(code).toBe(0);
  expect(out).toMatch(/pool1 +maxpool +4 +6x7 +2 +-2\.5/);
  expect(out).toContain("multiply-accumulates");
});

test("a size at which the net does not work", async () => {
  const { code, out, err } = await run(["inspect", "floor.fcn", "--size", "4x9"], { cwd });
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain("error: this net does not work at H = 4\n");
  expect(err).toContain("help: it works for every H >= 5\n");
});

test.each(["0x5", "5", "5x5x5", "1e3x2", "99999999x1", ""])("%j is no size", async (size) => {
  const { code, err } = await run(["inspect", "small.fcn", "--size", size], { cwd });
  expect(code).toBe(2);
  expect(err).toContain(`error: \`${size}\` is no size\n  help: write height x width`);
});

test("which net of several", async () => {
  const unnamed = await run(["inspect", "two.fcn"], { cwd });
  expect(unnamed.code).toBe(1);
  expect(unnamed.err).toContain("`two.fcn` defines several nets: `first`, `second`");
  expect(unnamed.err).toContain("--net NAME");
  const misspelt = await run(["inspect", "two.fcn", "--net", "secnd"], { cwd });
  expect(misspelt.code).toBe(1);
  expect(misspelt.err).toContain("did you mean `second`?");
  const named = await run(["inspect", "two.fcn", "--net", "second"], { cwd });
  expect(named.code).toBe(0);
  expect(named.out).toContain("score: 5 classes");
});

test("as JSON: what the contract promises", async () => {
  const { code, json } = await runJson(["inspect", "small.fcn", "--size", "5x7"], { cwd });
  expect(code).toBe(0);
  expect(json).toMatchObject({
    net: "small",
    size: { height: 5, width: 7 },
    inputs: [{ name: "image", channels: 3, height: 5, width: 7, heightFormula: "H", widthFormula: "W" }],
    outputs: [{ name: "score", height: 5, width: 7 }],
    crops: [{ layer: "score", offset: [4, 4], derived: [4, 4], stated: null }],
    parameters: { total: 271, trainable: 127, frozen: 144 },
    multiplyAccumulates: expect.any(Number),
    validFor: { H: { text: "every H >= 1" }, W: { text: "every W >= 1" } },
  });
  const { layers } = json as { layers: { name: string }[] };
  expect(layers.find(({ name }) => name === "pool1")).toMatchObject({
    name: "pool1",
    kind: "maxpool",
    inputs: ["conv1/relu"],
    channels: 4,
    height: 6,
    width: 7,
    heightFormula: "floor((H + 7) / 2)",
    widthFormula: "floor((W + 7) / 2)",
    grid: { y: { stride: "2", origin: "-5/2", field: 4 }, x: { stride: "2", origin: "-5/2", field: 4 } },
    parameters: 0,
    trainable: false,
    file: "small.fcn",
    line: 6,
  });
});

test("as JSON without a size: null for what has no number", async () => {
  const { json } = await runJson(["inspect", "small.fcn"], { cwd });
  expect(json).toMatchObject({ size: null, multiplyAccumulates: null });
  const { layers } = json as { layers: object[] };
  for (const layer of layers) expect(layer).toMatchObject({ height: null, width: null });
});

test("a faulty spec: text on standard error, JSON on standard output", async () => {
  const text = await run(["inspect", "wrong.fcn"], { cwd });
  expect({ code: text.code, out: text.out }).toEqual({ code: 1, out: "" });
  expect(text.err).toContain("error[unknown-layer]");
  const { code, json, err } = await runJson(["inspect", "wrong.fcn"], { cwd });
  expect({ code, err }).toEqual({ code: 1, err: "" });
  expect(json).toEqual({ diagnostics: [expect.objectContaining({ code: "unknown-layer", line: 6 })] });
});
