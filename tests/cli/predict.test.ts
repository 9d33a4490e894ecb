import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readNpy } from "../../src/images/npy.js";
import { nativeFolder, WHY_NO_NATIVE } from "../engines/every-engine.js";
import {
  FOUR_PIXELS,
  indicesOf,
  LARGE_ENOUGH,
  png,
  SMALL,
  TWO_NETS,
  workplace,
  writePrimaries,
  writeTensors,
} from "./material.js";
import { run, runJson, type Ran } from "./run.js";

const place = await workplace();
const cwd = place.folder;
await writePrimaries(place);
await place.write("small.fcn", SMALL);
await place.write("floor.fcn", LARGE_ENOUGH);
await place.write("two.fcn", TWO_NETS);
await place.write("four.png", png(2, 2, FOUR_PIXELS));

const spec = ["primaries.fcn", "--weights", "primaries.safetensors"];
const predict = (...args: string[]): Promise<Ran> => run(["predict", ...args], { cwd });

beforeAll(async () => {
  await run(["compile", ...spec, "--out", "bundle"], { cwd });
  await run(["compile", "primaries.fcn", "--out", "empty"], { cwd });
});
beforeEach(async () => {
  for (const file of ["mask.png", "overlay.png", "scores.npy"]) await rm(place.path(file), { force: true });
});

async function expectResults(): Promise<void> {
  const mask = indicesOf(await readFile(place.path("mask.png")));
  expect(mask).toMatchObject({ width: 2, height: 2, indices: [0, 1, 2, 0] });
  expect(mask.palette.slice(0, 3)).toEqual([
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
  ]);
  const scores = readNpy(await readFile(place.path("scores.npy")));
  expect(scores.shape).toEqual([2, 2, 3]);
  expect([...scores.data]).toEqual(FOUR_PIXELS);
  const overlay = indicesOf(await readFile(place.path("overlay.png")));
  expect(overlay.height, "a legend stands below the picture").toBeGreaterThan(2);
}
const files = ["--mask", "mask.png", "--overlay", "overlay.png", "--scores", "scores.npy"];

describe("from picture to mask", () => {
  test.each(["wasm", "js"])("with a spec and its weights, on %s", async (engine) => {
    const { code, out, err } = await predict(...spec, "--image", "four.png", "--engine", engine, ...files);
    expect(code).toBe(0);
    expect(err).toMatch(engine === "js" ? /^engine: plain JavaScript .*\n$/ : /^engine: WASM .*\n$/);
    expect(out).toMatch(/^primaries on four.png, 2x2, in \d+ ms \((wasm|js)\)\n {2}red +50\.0%\n {2}green +25\.0%\n/);
    expect(out).toMatch(/\nwrote mask.png, overlay.png, scores.npy\n$/);
    await expectResults();
  });

  test("with the native engine where there is one", async ({ skip }) => {
    if (nativeFolder === null) return skip(WHY_NO_NATIVE);
    const env = { FCNC_NATIVE: nativeFolder };
    const args = ["predict", ...spec, "--image", "four.png", ...files];
    const { code, out } = await run(args, { cwd, env });
    expect(code).toBe(0);
    expect(out, "auto takes it").toContain("ms (native)");
    await expectResults();
  });

  test("with a bundle, or its model.json", async () => {
    for (const bundle of ["bundle", "bundle/", "bundle/model.json"]) {
      const { code, err } = await predict(bundle, "--image", "four.png", ...files);
      expect(code).toBe(0);
      expect(err).toMatch(/^engine: .*\n$/);
      await expectResults();
    }
  });

  test("as JSON", async () => {
    const args = ["predict", "bundle", "--image", "four.png", "--engine", "wasm", "--mask", "mask.png"];
    const { code, json } = await runJson(args, { cwd });
    expect(code).toBe(0);
    const classes = [
      { index: 0, name: "red", share: 0.5 },
      { index: 1, name: "green", share: 0.25 },
      { index: 2, name: "blue", share: 0.25 },
    ];
    expect(json).toEqual({
      net: "primaries",
      image: "four.png",
      images: { image: "four.png" },
      height: 2,
      width: 2,
      engine: "wasm",
      engineDetail: { asked: "wasm", description: expect.stringMatching(/^WASM /), passedOver: [] },
      milliseconds: expect.any(Number),
      classes,
      outputs: [{ name: "score", height: 2, width: 2, classes }],
      written: ["mask.png"],
    });
  });

  test("more classes than a mask holds", async () => {
    await place.write("many.fcn", TWO_NETS.replace("conv(5, 1)", "conv(300, 1)"));
    const values = Array.from({ length: 300 }, (_, index) => (index === 299 ? 1 : 0));
    await writeTensors(place, "many.safetensors", {
      "score.weight": { shape: [300, 3, 1, 1] },
      "score.bias": { shape: [300], values: values.map((value) => 1e6 * value) },
    });
    const args = ["many.fcn", "--net", "second", "--weights", "many.safetensors", "--image", "four.png"];
    expect((await predict(...args)).out).toMatch(/class 299 +100\.0%/);
    const { code, err } = await predict(...args, "--mask", "mask.png");
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("has 300 classes, and a mask at most 256") });
  });
});

describe("what cannot be", () => {
  const image = ["--image", "four.png"];
  test.each<[string[], number, string]>([
    [["primaries.fcn", ...image], 2, "a spec needs weights: --weights FILE, or --weights init"],
    [["bundle", "--weights", "init", ...image], 2, "a bundle has its weights in it: leave --weights out"],
    [["bundle", "--net", "primaries", ...image], 2, "a bundle has one net: leave --net out"],
    [["empty", ...image], 1, "empty: the bundle has no weights yet. Compile it again with --weights."],
    [[".", ...image], 1, "`.` is no bundle: it has no plan.json"],
    [["nothing", ...image], 1, "there is no spec or bundle `nothing`"],
    [["two.fcn", "--weights", "init", ...image], 1, "`two.fcn` defines several nets: `first`, `second`"],
    [
      ["floor.fcn", "--weights", "init", ...image],
      1,
      "four.png has a height of 2 px, and large_enough works for every H",
    ],
    [["bundle", "--image", "none.png"], 1, "there is no file `none.png`"],
    [["bundle", "--image", "bundle"], 1, "`bundle` is a folder"],
    [["bundle"], 2, "required option '--image "],
    [["bundle", "--engine", "gpu", ...image], 2, "Allowed choices are auto, native, wasm, js"],
    [["bundle", "--engine", "native", ...image], 1, "the engine `native` cannot be had: @tensorflow/tfjs-node is not"],
    [
      ["bundle", ...image, "--mask", "none/mask.png"],
      1,
      "`none/mask.png` cannot be written: there is no folder `none`",
    ],
    [["bundle", ...image, "--mask", "four.png/mask.png"], 1, "`four.png` is a file, not a folder"],
    [["bundle", ...image, "--overlay", "bundle"], 1, "`bundle` is a folder"],
  ])("%j", async (args, expected, message) => {
    const { code, out, err } = await predict(...args);
    expect({ code, out, err }).toEqual({ code: expected, out: "", err: expect.stringContaining(message) });
    expect((await readdir(cwd)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test.each([
    ["{", "broken/plan.json: it is not JSON"],
    ["[]", "is no plan that this version of fcnc understands"],
    ['{"format":"fcnc-plan","version":2}', "is no plan that this version of fcnc understands"],
  ])("a bundle whose plan is %s", async (plan, message) => {
    await place.write("broken/plan.json", plan);
    const { code, err } = await predict("broken", ...image);
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err).toContain("help: compile the bundle again");
  });
});

test("an old mask is replaced whole, and a device is written to", async () => {
  await place.write("mask.png", "old");
  await predict("bundle", "--image", "four.png", "--mask", "mask.png");
  expect(indicesOf(await readFile(place.path("mask.png"))).indices).toEqual([0, 1, 2, 0]);
  const { code } = await predict("bundle", "--image", "four.png", "--mask", "/dev/null");
  expect(code).toBe(0);
  expect(existsSync("/dev/null")).toBe(true);
});
