/** One bundle, every engine: the same classes for every pixel, and each run says what ran it. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { engines, nativeFolder, WHY_NO_NATIVE } from "../engines/every-engine.js";
import { png, SMALL, workplace } from "./material.js";
import { run, runJson } from "./run.js";

const place = await workplace();
const cwd = place.folder;
await place.write("small.fcn", SMALL);
const [height, width] = [37, 53];
/** No two pixels alike for long, and no generator: a row of multiples of a prime. */
const values = Array.from({ length: height * width * 3 }, (_, index) => (index * 7919) % 251);
await place.write("picture.png", png(width, height, values));

const env = nativeFolder === null ? {} : { FCNC_NATIVE: nativeFolder };
const predict = ["predict", "small.fcn", "--weights", "init", "--image", "picture.png"];

test("masks are the same on every engine that is here", async () => {
  const masks = new Map<string, Buffer>();
  for (const [name] of engines) {
    const { code, json } = await runJson([...predict, "--engine", name, "--mask", `${name}.png`], { cwd, env });
    expect(code).toBe(0);
    expect(json).toMatchObject({ engine: name, engineDetail: { asked: name, passedOver: [] } });
    expect((json as { classes: object[] }).classes.length, "there is something to tell apart").toBeGreaterThan(1);
    masks.set(name, await readFile(place.path(`${name}.png`)));
  }
  expect(masks.size).toBe(nativeFolder === null ? 2 : 3);
  for (const mask of masks.values()) expect(mask.equals(masks.get("js") ?? Buffer.alloc(0))).toBe(true);
});

test("`auto` says which it took, and why not a better one where that is asked", async () => {
  const { err } = await run(predict, { cwd });
  expect(err).toMatch(/^engine: WASM .*\n$/);
  const verbose = await run([...predict, "--verbose"], { cwd });
  expect(verbose.err).toMatch(
    /^engine: WASM .*\nnote: passed over: native: @tensorflow\/tfjs-node is not installed\n$/,
  );
  const { json } = await runJson(predict, { cwd });
  expect(json).toMatchObject({
    engine: "wasm",
    engineDetail: { asked: "auto", passedOver: ["native: @tensorflow/tfjs-node is not installed"] },
  });
});

test("`compile` says what its certificate is made on, in the same words", async () => {
  const { err } = await run(["compile", "small.fcn", "--weights", "init", "--verbose"], { cwd });
  expect(err).toMatch(/^engine: WASM .*\nnote: passed over: native: @tensorflow\/tfjs-node is not installed\n$/);
  const none = await runJson(["compile", "small.fcn", "--weights", "init", "--no-certify"], { cwd });
  expect(none).toMatchObject({ err: "", json: { engineDetail: null, certificate: null } });
});

test("the native engine predicts on a Node without util.isNullOrUndefined, as from 23 on", async ({ skip }) => {
  if (nativeFolder === null) return skip(WHY_NO_NATIVE);
  const without = `import util from "node:util"; delete util.isNullOrUndefined; delete util.isArray;`;
  const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(without)}`;
  const args = [...predict, "--engine", "native", "--mask", "node23.png"];
  expect((await run(args, { cwd, env: { ...env, NODE_OPTIONS } })).code).toBe(0);
  await run([...predict, "--engine", "wasm", "--mask", "wasm.png"], { cwd });
  expect(await readFile(place.path("node23.png"))).toEqual(await readFile(place.path("wasm.png")));
});
