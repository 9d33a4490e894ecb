/** `--target onnx` and `--runtime onnxruntime-web` on the command line, and what other commands make of their folders. */
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import schema from "../../docs/bundle.schema.json" with { type: "json" };
import { schemaProblems } from "../inspect/json-schema.js";
import { indicesOf, png, SMALL, workplace } from "./material.js";
import { run, runJson } from "./run.js";

const place = await workplace();
const cwd = place.folder;
const [HEIGHT, WIDTH] = [19, 26];
await place.write("small.fcn", SMALL);
await place.write("declared.fcn", `${SMALL}\ntarget web for small { runtime: "onnxruntime-web" }\n`);
await place.write(
  "picture.png",
  png(
    WIDTH,
    HEIGHT,
    Array.from({ length: HEIGHT * WIDTH * 3 }, (_, at) => (at * 7919) % 251),
  ),
);

const compile = (spec: string, out: string, ...more: string[]) =>
  runJson(["compile", spec, "--weights", "init", "--engine", "wasm", "--out", out, ...more], { cwd });

beforeAll(async () => {
  for (const [out, ...more] of [
    ["web"],
    ["page", "--runtime", "onnxruntime-web"],
    ["model", "--target", "onnx"],
  ] as const)
    expect((await compile("small.fcn", out, ...more)).code).toBe(0);
});

describe("`--runtime`", () => {
  test("makes a bundle on ONNX Runtime Web, as a spec can declare it, which `--runtime` overrules", async () => {
    const names = async (out: string): Promise<string[]> => {
      const { runtime, files } = JSON.parse(await readFile(place.path(out, "bundle.json"), "utf8")) as {
        runtime: string;
        files: { path: string }[];
      };
      return [runtime, ...files.map(({ path }) => path).filter((path) => path.startsWith("model."))];
    };
    expect(await names("page")).toEqual(["onnxruntime-web", "model.onnx"]);
    expect((await compile("declared.fcn", "declared", "--no-certify")).code).toBe(0);
    expect(await names("declared")).toEqual(["onnxruntime-web", "model.onnx"]);
    expect((await compile("declared.fcn", "overruled", "--runtime", "tfjs", "--no-certify")).code).toBe(0);
    expect(await names("overruled")).toEqual(["tfjs", "model.json"]);
  });

  test("writes what the schema of bundle.json describes", async () => {
    const bundle = JSON.parse(await readFile(place.path("page", "bundle.json"), "utf8")) as object;
    expect(schemaProblems(schema, bundle)).toEqual([]);
    expect(schemaProblems(schema, { ...bundle, runtime: "caffe" })).not.toEqual([]);
  });

  test("is certified and verified on ONNX Runtime", async () => {
    const { out, code } = await run(["verify", "page", "--weights", "init", "--engine", "wasm"], { cwd });
    expect(code).toBe(0);
    expect(out).toContain("ONNX Runtime Web 1.");
  });

  test("names the licences of what it carries", async () => {
    const notice = await readFile(place.path("page", "runtime/NOTICE"), "utf8");
    for (const work of [
      "ONNX Runtime Web",
      "Eigen",
      "Protocol Buffers",
      "Abseil",
      "Emscripten",
      "MIT License",
      "MPL 2.0",
    ])
      expect(notice).toContain(work);
    expect(notice).not.toContain("TensorFlow");
    expect(await readFile(place.path("page", "runtime/LICENSE"), "utf8")).toContain("Apache License");
  });

  test.each([
    [["--runtime", "onnxruntime"], 2, "did you mean `onnxruntime-web`?"],
    [["--runtime", "caffe2"], 2, "runtimes are tfjs and onnxruntime-web"],
    [["--runtime", "onnxruntime-web", "--target", "onnx"], 2, "the target is onnx"],
    [["--runtime", "onnxruntime-web", "--quantize", "uint8"], 1, "or take the runtime tfjs"],
  ])("%j is refused", async (more, expected, message) => {
    const { code, err } = await run(["compile", "small.fcn", "--weights", "init", ...more], { cwd });
    expect(code).toBe(expected);
    expect(err).toContain(message);
  });
});

describe("`fcnc predict`", { timeout: 180_000 }, () => {
  const predict = (from: string, ...more: string[]) =>
    runJson(["predict", from, "--image", "picture.png", "--mask", `${from}.png`, ...more], { cwd });

  test.each(["page", "model"])("runs the %s, to the mask of the bundle for TensorFlow.js", async (from) => {
    const wanted = await predict("web", "--engine", "wasm");
    const { code, json, err } = await predict(from, "--scores", `${from}.npy`);
    expect({ code, err }).toMatchObject({
      code: 0,
      err: expect.stringMatching(/^engine: WASM with SIMD.*ONNX Runtime/),
    });
    expect(json).toMatchObject({ engine: "onnxruntime-web", height: HEIGHT, width: WIDTH });
    expect((json as { classes: unknown }).classes).toEqual((wanted.json as { classes: unknown }).classes);
    const [own, other] = [await readFile(place.path(`${from}.png`)), await readFile(place.path("web.png"))];
    expect(indicesOf(own)).toEqual(indicesOf(other));
    expect(new Set(indicesOf(own).indices).size).toBeGreaterThan(1);
  });

  test("refuses another engine, and layers within", async () => {
    const other = await run(["predict", "model", "--image", "picture.png", "--engine", "js"], { cwd });
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining("leave `--engine js` out") });
    const dense = await run(["predict", "model", "--image", "picture.png", "--shift-and-stitch", "score_fr"], { cwd });
    expect(dense).toMatchObject({ code: 1, err: expect.stringContaining("gives its outputs alone") });
  });

  test("says of a damaged model what is wrong", async () => {
    expect((await compile("small.fcn", "damaged", "--target", "onnx")).code).toBe(0);
    await place.write("damaged/model.onnx", "no model");
    const { code, err } = await run(["predict", "damaged", "--image", "picture.png"], { cwd });
    expect(code).toBe(1);
    expect(err).toContain("ONNX Runtime cannot load damaged");
  });
});

describe("a model.onnx by itself has no certificate", () => {
  test("which `verify` says, with a way to one", async () => {
    const { code, err } = await run(["verify", "model"], { cwd });
    expect(code).toBe(1);
    expect(err).toContain("`fcnc compile --runtime onnxruntime-web` makes a bundle of the same graph that has one");
  });

  test.each([
    ["--max-changed", "1"],
    ["--certify-with", "picture.png"],
  ])("%s is refused", async (...more) => {
    const { code, err } = await run(["compile", "small.fcn", "--weights", "init", "--target", "onnx", ...more], {
      cwd,
    });
    expect(code).toBe(2);
    expect(err).toContain("are about bundles for the web, and the target is onnx");
  });
});
