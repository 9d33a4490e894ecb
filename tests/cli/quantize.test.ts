/** Bundles in fewer bits, as `fcnc compile --quantize` and a spec ask for them. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { BundleJson } from "../../targets/certificate.js";
import { engines, nativeFolder } from "../engines/every-engine.js";
import { SMALL, SMALL_WEIGHTS, workplace, writeTensors } from "./material.js";
import { run } from "./run.js";

const place = await workplace();
let cwd = "";
let count = 0;
beforeEach(async () => {
  cwd = place.path(String(++count));
  await mkdir(cwd);
  await place.write(`${count}/small.fcn`, SMALL);
});

const compile = (...more: string[]) =>
  run(["compile", "small.fcn", "--weights", "init", "--out", "web", ...more], { cwd });
const bundleOf = async (): Promise<BundleJson> =>
  JSON.parse(await readFile(join(cwd, "web", "bundle.json"), "utf8")) as BundleJson;
const typesOf = async () => Object.fromEntries((await bundleOf()).weights.map(({ tensor, type }) => [tensor, type]));
const withTarget = (weights: string) =>
  place.write(`${count}/small.fcn`, `${SMALL}\ntarget web for small {\n  weights: ${weights}\n}\n`);

describe("which type", () => {
  test.each([
    ["uint8", "uint8", "uint8"],
    ["conv*=uint16,float16", "uint16", "float16"],
    ["score_fr=uint8", "float32", "uint8"],
    ["conv1.weight=float32,uint8", "float32", "uint8"],
  ])("%s stores kernels so, and biases as they are", async (text, conv, score) => {
    const { code } = await compile("--quantize", text, "--no-certify");
    expect(code).toBe(0);
    expect(await typesOf()).toEqual({
      "conv1.weight": conv,
      "conv1.bias": "float32",
      "score_fr.weight": score,
      "score_fr.bias": "float32",
    });
  });

  test("a bias is quantized where it is named", async () => {
    await compile("--quantize", "*.bias=float16", "--no-certify");
    expect(await typesOf()).toMatchObject({ "conv1.bias": "float16", "conv1.weight": "float32" });
  });

  test.each([
    ["{ quantize: uint8 }", "uint8", "uint8"],
    ['{ quantize: [float16("score*"), uint8] }', "uint8", "float16"],
    ['{ quantize: uint16("conv1", "score_fr.weight") }', "uint16", "uint16"],
  ])("a target's %s holds", async (weights, conv, score) => {
    await withTarget(weights);
    expect((await compile("--no-certify")).code).toBe(0);
    expect(await typesOf()).toMatchObject({ "conv1.weight": conv, "score_fr.weight": score });
  });

  test("the command line has the last word", async () => {
    await withTarget("{ quantize: uint8 }");
    await compile("--quantize", "float16", "--no-certify");
    expect(await typesOf()).toMatchObject({ "conv1.weight": "float16" });
  });

  test.each([
    [
      "uint9",
      2,
      "error: `uint9` is no type that weights are stored in: float32, float16, uint16, uint8\n  help: did you mean `uint8`?",
    ],
    ["=uint8", 2, "error: `--quantize =uint8`: there is no name before `=`"],
    [
      "fc9*=uint8",
      1,
      "error: no weights of small fit the pattern `fc9*` that says how they are stored. Its layers with weights are conv1, score_fr",
    ],
  ])("--quantize %s is refused", async (text, expected, message) => {
    const { code, err } = await compile("--quantize", text);
    expect({ code, err }).toEqual({ code: expected, err: expect.stringContaining(message) });
  });

  test.each([
    ["{ quantize: uint9 }", "`quantize` cannot be `uint9`"],
    ['{ quantize: int8("fc6") }', "`quantize` knows no `int8`"],
    ["{ quantize: 8 }", "`quantize` cannot be the number 8"],
  ])("a target's %s is refused at its place", async (weights, message) => {
    await withTarget(weights);
    const { code, err } = await compile();
    expect(code).toBe(1);
    expect(err).toContain(`error[recipe-setting]: ${message}`);
    expect(err).toMatch(/small\.fcn:14:\d+/);
  });

  test("numbers that float16 does not have are refused", async () => {
    const shapes = Object.entries(SMALL_WEIGHTS).map(([name, shape]) => {
      const size = shape.reduce((product, side) => product * side, 1);
      return [
        name,
        { shape, values: Array.from({ length: size }, () => (name === "score_fr.weight" ? 7e4 : 1)) },
      ] as const;
    });
    await writeTensors(place, `${count}/w.safetensors`, Object.fromEntries(shapes));
    const { code, err } = await run(["compile", "small.fcn", "--weights", "w.safetensors", "--quantize", "float16"], {
      cwd,
    });
    expect(code).toBe(1);
    expect(err).toContain("`score_fr.weight` holds 70000, and float16 ends at 65504.");
  });
});

describe.each(["float32", "float16", "uint16", "uint8"] as const)("a bundle in %s", (type) => {
  test("has a certificate, and runs on every engine as it says", async () => {
    const { code, out } = await compile("--quantize", type, "--engine", "wasm");
    expect(code).toBe(0);
    expect(out).toContain("certified on WASM");
    const { certificate, weights } = await bundleOf();
    const runs = certificate?.runs ?? [];
    expect(runs.map(({ engine }) => engine)).toEqual(["wasm", "js"]);
    for (const { outputs } of runs)
      for (const { largestOfRange, range } of outputs) {
        expect(range[1]).toBeGreaterThan(range[0]);
        const limit = { float32: 1e-6, float16: 1e-3, uint16: 1e-4, uint8: 2e-2 }[type];
        expect(largestOfRange).toBeLessThan(limit);
        if (type !== "float32") expect(largestOfRange).toBeGreaterThan(0);
      }
    expect(weights.filter((weight) => weight.type === type).length).toBe(type === "float32" ? 4 : 2);
    const env = nativeFolder === null ? {} : { FCNC_NATIVE: nativeFolder };
    for (const [name] of engines) {
      const verified = await run(["verify", "web", "--engine", name, "--weights", "init"], { cwd, env });
      expect(verified.code, verified.out).toBe(0);
    }
  });

  test("cannot be made where the process that runs the nets is ended", async () => {
    const ended = `if (process.argv[2] === "certify") process.kill(process.pid, "SIGKILL")`;
    const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(ended)}` };
    const compile = ["compile", "small.fcn", "--weights", "init", "--quantize", "uint8"];
    const { code, err } = await run([...compile, "--out", "killed"], { cwd, env });
    expect(code).toBe(0);
    expect(err).toMatch(
      /^note: No certificate was made: the process that ran the nets ended with (SIGKILL|code 1), as/,
    );
    expect(await run(["verify", "killed"], { cwd })).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^- +scores +the bundle has no certificate: the process that ran/m),
    });
    const held = await run([...compile, "--out", "held", "--max-changed", "5"], { cwd, env });
    expect(held).toMatchObject({ code: 1, err: expect.stringContaining("--max-changed cannot be held: the process") });
  });

  test("is the same from the same weights", async () => {
    const files = async () => {
      await compile("--quantize", type, "--no-certify");
      return (await bundleOf()).files;
    };
    expect(await files()).toEqual(await files());
  });
});
