/** A run that was stopped and goes on is the run that never stopped, number by number. */
import { cp, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCheckpoint } from "../../src/train/checkpoint.js";
import { RunError } from "../../src/train/run-error.js";
import { openWeightFile } from "../../src/weights/formats/index.js";
import { matchWeights } from "../../src/weights/match.js";
import { scratch } from "../weights/scratch.js";
import {
  linesOf,
  planOf,
  RECIPES,
  RUN_ENGINES,
  runTiny,
  shapesSet,
  timeless,
  tinySpec,
  type TinyRequest,
} from "./tiny-run.js";

const place = await scratch();
await shapesSet(join(place, "shapes"));

/** Stops a run as SIGINT does, once a step is taken. */
function stoppingAt(step: number): Pick<TinyRequest, "signal" | "watch"> {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    watch: { onStep: (line) => (line.step === step ? controller.abort() : undefined) },
  };
}

const FILES = ["last.safetensors", "best.safetensors", "weights.safetensors"];

async function expectSameRun(a: string, b: string): Promise<void> {
  expect(timeless(await linesOf(a))).toEqual(timeless(await linesOf(b)));
  for (const name of FILES) expect(await readFile(join(a, name)), name).toEqual(await readFile(join(b, name)));
}

describe.each(RUN_ENGINES)("on %s", (engine) => {
  test.each(Object.entries(RECIPES))("%s", async (name, recipe) => {
    const request = { engine, dataRoot: place, text: tinySpec(recipe, "steps: 9\n  snapshot: 4") };
    const whole = join(place, `whole ${engine} ${name}`);
    expect(await runTiny({ ...request, folder: whole })).toMatchObject({ why: "done", step: 9 });

    // Once between snapshots, and once at the step of one, whose validation is then still to come.
    const folder = join(place, `stopped ${engine} ${name}`);
    expect(await runTiny({ ...request, folder, ...stoppingAt(3) })).toMatchObject({ why: "interrupted", step: 3 });
    expect(await readCheckpoint(join(folder, "last.safetensors"))).toMatchObject({ net: "tiny", updates: 3 });
    expect(await runTiny({ ...request, folder, resume: true, ...stoppingAt(8) })).toMatchObject({ step: 8 });
    expect(await runTiny({ ...request, folder, resume: true })).toMatchObject({ why: "done", step: 9 });
    await expectSameRun(folder, whole);
    expect((await linesOf(folder)).filter(({ kind }) => kind === "resume").map(({ step }) => step)).toEqual([3, 8]);
  });
});

const text = tinySpec(RECIPES.momentum);
const request = { dataRoot: place, text };

test("steps after the last checkpoint are taken again: their lines are cut, also one that is cut off", async () => {
  const whole = join(place, "whole");
  await runTiny({ ...request, folder: whole });
  const folder = join(place, "ahead");
  await runTiny({ ...request, folder, ...stoppingAt(6) });
  const log = join(folder, "log.jsonl");
  const ahead = JSON.stringify({
    kind: "step",
    step: 7,
    images: 14,
    loss: 99,
    heads: {},
    rate: 1,
    seconds: 9,
    wait: 0,
  });
  await writeFile(log, `${await readFile(log, "utf8")}${ahead}\n${ahead.slice(0, 20)}`);
  await runTiny({ ...request, folder, resume: true });
  await expectSameRun(folder, whole);
});

test("a file that is damaged in a later epoch stops the run, and it goes on once the file is mended", async () => {
  const folder = join(place, "damaged");
  const picture = join(place, "shapes", "JPEGImages", "train_00002.png");
  const bytes = await readFile(picture).catch(() => null);
  expect(bytes, "the picture's name").not.toBeNull();
  const failed = runTiny({
    ...request,
    folder,
    watch: { onStep: ({ step }) => (step === 1 ? void truncate(picture, 60) : undefined) },
  });
  const error: unknown = await failed.catch((caught: unknown) => caught);
  await writeFile(picture, bytes ?? "");
  expect(error).toBeInstanceOf(RunError);
  expect((error as RunError).message).toContain("train_00002.png");
  expect((error as RunError).help.join()).toMatch(/the run is kept after step \d+ .* go on with `--resume`/);
  await runTiny({ ...request, folder, resume: true });
  await expectSameRun(folder, join(place, "whole"));
});

describe("a last checkpoint that cannot be used", () => {
  const LAST = "last.safetensors";
  /** A run that was stopped after its first validation, whose state is the best. */
  async function stopped(name: string): Promise<string> {
    const folder = join(place, name);
    await runTiny({ ...request, folder, ...stoppingAt(8) });
    expect((await readCheckpoint(join(folder, "best.safetensors"))).updates).toBe(5);
    return folder;
  }

  test.each([
    ["cut off", (path: string) => truncate(path, 2000), /lies at bytes .* The file is damaged/],
    ["empty", (path: string) => truncate(path, 0), /last\.safetensors: /],
    ["gone", (path: string) => rm(path), /last\.safetensors: there is no such file$/],
    [
      "the weights alone",
      (path: string) => cp(path.replace(LAST, "weights.safetensors"), path),
      /is no checkpoint: it holds weights alone, without what the optimizer keeps$/,
    ],
  ])("%s: the run goes on from the best, to the same end", async (name, damage, reason) => {
    const folder = await stopped(name);
    await damage(join(folder, LAST));
    const notes: string[] = [];
    await runTiny({ ...request, folder, resume: true, watch: { note: (text) => notes.push(text) } });
    expect(notes[0]).toContain("going on from best.safetensors, the state after step 5, as the last checkpoint cannot");
    expect(notes[0]).toMatch(reason);
    await expectSameRun(folder, join(place, "whole"));
  });

  test("where the best is damaged as well, what there is is named, and it serves", async () => {
    const folder = await stopped("both");
    for (const name of [LAST, "best.safetensors"]) await truncate(join(folder, name), 2000);
    const error: unknown = await runTiny({ ...request, folder, resume: true }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RunError);
    expect((error as RunError).message).toMatch(/last\.safetensors: .* damaged/);
    const weights = join(folder, "weights.safetensors");
    expect((error as RunError).help).toEqual([
      expect.stringMatching(/^there is no other checkpoint to go on from: .*best\.safetensors: /) as string,
      `begin a new run from the weights that there are: \`--weights ${weights} --out FOLDER\``,
    ]);
    const plan = await planOf(text);
    const openWeights = async () => ({
      weights: matchWeights(plan, await openWeightFile(weights)).weights,
      named: [weights],
    });
    const anew = await runTiny({ ...request, folder: join(place, "anew"), openWeights, ...stoppingAt(1) });
    expect(anew).toMatchObject({ why: "interrupted", step: 1 });
  });
});

describe("what is refused", () => {
  test.each([
    ["run.json", '{"format": "fcnc-run", "version": 1}', /run\.json is not of a run that this version of fcnc knows$/],
    ["run.json", "{", /run\.json is no JSON$/],
    ["log.jsonl", 'null\n{"kind": "start", "step": 0}\n', /log\.jsonl: line 1 is no line of a run's log$/],
  ])("a %s that says %s", async (file, text, message) => {
    const folder = await mkdtemp(join(place, "changed "));
    await cp(join(place, "whole"), folder, { recursive: true });
    await writeFile(join(folder, file), text);
    const error: unknown = await runTiny({ ...request, folder, resume: true }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RunError);
    expect((error as RunError).message).toMatch(message);
  });

  test("a data set whose list has changed", async () => {
    const folder = join(place, "list");
    await runTiny({ ...request, folder, ...stoppingAt(2) });
    const list = join(place, "shapes", "ImageSets", "Segmentation", "train.txt");
    const names = await readFile(list, "utf8");
    const refused = async (changed: string): Promise<RunError> => {
      await writeFile(list, changed);
      const error: unknown = await runTiny({ ...request, folder, resume: true }).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(RunError);
      return error as RunError;
    };
    try {
      const shorter = await refused(names.split("\n").slice(1).join("\n"));
      expect(shorter.message).toMatch(/has changed: it had 6 images when the run began, and has 5 now$/);
      expect(shorter.help.join("\n")).toContain(`--weights ${join(folder, "last.safetensors")}`);
      const turned = names.trim().split("\n").toReversed().join("\n");
      expect((await refused(turned)).message).toMatch(/its list names other images .* or in another order$/);
    } finally {
      await writeFile(list, names);
    }
    await runTiny({ ...request, folder, resume: true });
    await expectSameRun(folder, join(place, "whole"));
  });

  test.each(["train", "val"])("an image of %s that is not there, before the first step", async (split) => {
    const folder = join(place, `gone ${split}`);
    const picture = join(place, "shapes", "JPEGImages", `${split}_00001.png`);
    const bytes = await readFile(picture);
    await rm(picture);
    try {
      await expect(runTiny({ ...request, folder })).rejects.toMatchObject({
        name: "DataError",
        message: expect.stringMatching(/^of voc\("shapes", .*a file is missing: .*_00001\.\w+$/) as string,
      });
    } finally {
      await writeFile(picture, bytes);
    }
    await expect(stat(folder)).rejects.toThrow("ENOENT");
  });

  test("a folder that has a run already", async () => {
    const folder = join(place, "whole");
    await expect(runTiny({ ...request, folder })).rejects.toMatchObject({
      message: expect.stringContaining("holds a run already, begun 20") as string,
      help: ["`--resume` goes on with it", "`--out` names another folder for a new one"],
    });
  });

  test("a folder that holds something else", async () => {
    await expect(runTiny({ ...request, folder: join(place, "shapes") })).rejects.toThrow(/is there and is no run/);
  });

  test("another net or another recipe, with both digests and what differs", async () => {
    const folder = join(place, "whole");
    const other = text.replace("conv(6, 3", "conv(7, 3").replace("momentum: 0.9", "momentum: 0.8");
    const error: unknown = await runTiny({ ...request, text: other, folder, resume: true }).catch(
      (caught: unknown) => caught,
    );
    expect((error as RunError).message).toMatch(
      /is a run of another spec: its plan is sha256:\w{64}, and that of tiny.fcn is sha256:\w{64}\n {2}what differs: layers, `optimizer` of the recipe/,
    );
  });

  test("a checkpoint that was put into another run's folder", async () => {
    const folder = join(place, "foreign");
    const wider = text.replace("conv(6, 3", "conv(5, 3");
    await runTiny({ ...request, text: wider, folder, ...stoppingAt(1) });
    await writeFile(join(folder, "last.safetensors"), await readFile(join(place, "whole", "last.safetensors")));
    await expect(runTiny({ ...request, text: wider, folder, resume: true })).rejects.toThrow(
      /last.safetensors is a checkpoint of another spec: it is of tiny, sha256:\w{64}, and this run is of tiny, sha256:/,
    );
  });

  test("more steps where the rate depends on how many there are; a fixed rate lets a run go on", async () => {
    const folder = join(place, "longer");
    await expect(
      runTiny({ ...request, folder: join(place, "whole"), resume: true, set: ["steps=15"] }),
    ).rejects.toThrow("what differs: `steps` of the recipe");
    const fixed = text.replace("poly(power: 0.9)", "fixed");
    await runTiny({ ...request, text: fixed, folder, set: ["steps=4"] });
    expect(await runTiny({ ...request, text: fixed, folder, set: ["steps=6"], resume: true })).toMatchObject({
      step: 6,
    });
    const run = JSON.parse(await readFile(join(folder, "run.json"), "utf8")) as { digests: string[]; set: string[] };
    expect(new Set(run.digests).size).toBe(2);
    expect(run.set).toEqual(["steps=6"]);
  });
});

test("a run that is done is left as it is", async () => {
  const folder = join(place, "whole");
  const before = await readFile(join(folder, "log.jsonl"));
  expect(await runTiny({ ...request, folder, resume: true })).toMatchObject({ why: "done", step: 12 });
  expect(await readFile(join(folder, "log.jsonl"))).toEqual(before);
});
