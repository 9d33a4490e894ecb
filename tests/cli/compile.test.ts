import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { SMALL, TWO_NETS, workplace } from "./material.js";
import { run, runJson } from "./run.js";

const place = await workplace();
let cwd = "";
let count = 0;
beforeEach(async () => {
  cwd = place.path(String(++count));
  await mkdir(cwd);
  await writeFile(join(cwd, "small.fcn"), SMALL);
  await writeFile(join(cwd, "two.fcn"), TWO_NETS);
});

const listed = async (...folder: string[]): Promise<string[]> => (await readdir(join(cwd, ...folder))).sort();
/** What a net makes of a folder: without the module and the page, which are the same for all. */
const ofNet = (names: readonly string[]): string[] =>
  names.filter((name) => !/^(fcn\.|index\.html|(page|runtime)\b)/.test(name));
const CERTIFIED = ["bundle.json", "group1-shard1of1.bin", "labels.json", "model.json", "plan.json", "reference.json"];
const planOf = async (folder: string) =>
  JSON.parse(await readFile(join(cwd, folder, "plan.json"), "utf8")) as { net: string; digest: string };

describe("what is written", () => {
  test("without weights: plan, graph and the list of what is wanted, in fcnc-out", async () => {
    const { code, out, err } = await run(["compile", "small.fcn"], { cwd });
    expect(code).toBe(0);
    expect(out).toContain("small: 7 layers, 271 parameters (127 trainable)\n");
    expect(out).toContain("works for every H >= 1, every W >= 1: proved\n");
    expect(out).toContain("score is cropped at 4\n");
    expect(out).toMatch(
      /wrote fcnc-out\/small \(\d+ kB\): index.html, labels.json, model.json, page\/, plan.json, weights-wanted.json\n$/,
    );
    expect(err).toMatch(/^note: No weights were given: .* 0\.6 KiB .* 4 tensors that are wanted\.\n$/);
    expect(await listed("fcnc-out", "small")).toEqual([
      "index.html",
      "labels.json",
      "model.json",
      "page",
      "plan.json",
      "weights-wanted.json",
    ]);
  });

  test("fresh weights, the same for the same seed", async () => {
    const shard = async (out: string, ...more: string[]) => {
      const { code, err } = await run(["compile", "small.fcn", "--weights", "init", "--out", out, ...more], { cwd });
      expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^engine: WASM [^\n]*\n$/) });
      expect(ofNet(await listed(out))).toEqual(CERTIFIED);
      return readFile(join(cwd, out, "group1-shard1of1.bin"));
    };
    const first = await shard("a");
    expect(await shard("b", "--seed", "0")).toEqual(first);
    expect(await shard("c", "--seed", "1")).not.toEqual(first);
  });

  test("the plan alone", async () => {
    const { code, out } = await run(["compile", "small.fcn", "--target", "plan", "--out", "deep/er"], { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/wrote deep\/er \(\d+ kB\): plan.json, weights-wanted.json\n$/);
    expect(await planOf("deep/er")).toMatchObject({ format: "fcnc-plan", net: "small" });
    const given = await run(["compile", "small.fcn", "--target", "plan", "--weights", "init"], { cwd });
    expect(given.err).toBe("note: The weights were only looked through: the target plan writes none.\n");
  });

  test("as JSON", async () => {
    const { code, json } = await runJson(["compile", "small.fcn", "--weights", "init", "--out", "web"], { cwd });
    expect(code).toBe(0);
    expect(json).toEqual({
      net: "small",
      digest: (await planOf("web")).digest,
      target: "web",
      folder: "web",
      files: expect.any(Array),
      bytes: expect.any(Number),
      hasWeights: true,
      certificate: expect.objectContaining({ reference: expect.objectContaining({ weights: "init" }) }),
      engineDetail: expect.objectContaining({ asked: "auto", description: expect.stringMatching(/^WASM /) }),
      loadPlan: null,
      notes: [],
    });
    const { files } = json as { files: { path: string }[] };
    expect(ofNet(files.map(({ path }) => path))).toEqual(CERTIFIED);
    for (const file of files)
      expect(file).toEqual({
        path: expect.any(String),
        bytes: expect.any(Number),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
  });

  test("a faulty spec as JSON", async () => {
    await writeFile(join(cwd, "small.fcn"), SMALL.replace("maxpool", "maxpol"));
    const { code, json, err } = await runJson(["compile", "small.fcn"], { cwd });
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(json).toEqual({ diagnostics: [expect.objectContaining({ code: "unknown-layer" })] });
    expect(await listed()).toEqual(["small.fcn", "two.fcn"]);
  });
});

describe("which net and which target", () => {
  test("of several nets one is named", async () => {
    const unnamed = await run(["compile", "two.fcn"], { cwd });
    expect(unnamed.code).toBe(1);
    expect(unnamed.err).toContain("error[no-net]: `two.fcn` defines several nets: `first`, `second`");
    const misspelt = await run(["compile", "two.fcn", "--net", "frst"], { cwd });
    expect(misspelt.err).toContain("did you mean `first`?");
    expect((await run(["compile", "two.fcn", "--net", "second"], { cwd })).code).toBe(0);
    expect(await planOf("fcnc-out/two")).toMatchObject({ net: "second" });
  });

  test.each([
    ["wbe", "did you mean `web`?"],
    ["onnxruntime", "targets are "],
  ])("there is no target %s", async (target, help) => {
    const { code, err } = await run(["compile", "small.fcn", "--target", target], { cwd });
    expect(code).toBe(2);
    expect(err).toContain(`error: there is no target \`${target}\`\n  help: ${help}`);
    expect(await listed()).toEqual(["small.fcn", "two.fcn"]);
  });
});

describe("where it is written", () => {
  test("a second run takes the first one's place, and leaves nothing of it", async () => {
    await run(["compile", "small.fcn", "--out", "web"], { cwd });
    await run(["compile", "two.fcn", "--net", "first", "--weights", "init", "--out", "web"], { cwd });
    expect(ofNet(await listed("web"))).toEqual(CERTIFIED);
    expect(await planOf("web")).toMatchObject({ net: "first" });
    await run(["compile", "small.fcn", "--target", "plan", "--out", "web2"], { cwd });
    expect(await listed()).toEqual(["small.fcn", "two.fcn", "web", "web2"]);
  });

  test("a second run that fails leaves the first one's work", async () => {
    await run(["compile", "small.fcn", "--out", "web"], { cwd });
    const before = await readFile(join(cwd, "web/model.json"));
    expect((await run(["compile", "small.fcn", "--out", "web", "--weights", "none"], { cwd })).code).toBe(1);
    expect(await readFile(join(cwd, "web/model.json"))).toEqual(before);
    expect(await listed()).toEqual(["small.fcn", "two.fcn", "web"]);
  });

  test("behind a link the link stays", async () => {
    await mkdir(join(cwd, "real"));
    await symlink("real", join(cwd, "web"));
    expect((await run(["compile", "small.fcn", "--out", "web"], { cwd })).code).toBe(0);
    expect(await listed("real")).toContain("plan.json");
  });

  test.each([
    ["small.fcn", 1, "small.fcn: there is a file of that name. Name another folder, or remove the file."],
    ["small.fcn/web", 1, "small.fcn/web: it cannot be written: a part of its path is a file, not a folder"],
    [".", 1, ".: it is the folder you are in, which would be replaced. Name a folder in it."],
    ["/", 1, "/: it is the root of the disk. Name another folder."],
    ["", 2, "`--out` names no folder"],
  ])("%j is no place for it", async (out, expected, message) => {
    const { code, err } = await run(["compile", "small.fcn", "--out", out], { cwd });
    expect({ code, err }).toEqual({ code: expected, err: expect.stringContaining(`error: ${message}\n`) });
    expect(await listed()).toEqual(["small.fcn", "two.fcn"]);
    expect(await readFile(join(cwd, "small.fcn"), "utf8")).toBe(SMALL);
  });

  test("a folder with other files is never replaced", async () => {
    await run(["compile", "small.fcn", "--out", "web"], { cwd });
    await writeFile(join(cwd, "web", "thesis.txt"), "years");
    const { code, err } = await run(["compile", "small.fcn", "--out", "web"], { cwd });
    expect(code).toBe(1);
    expect(err).toContain("web: it holds `thesis.txt`, which fcnc has not written");
    expect(await readFile(join(cwd, "web", "thesis.txt"), "utf8")).toBe("years");
  });
});
