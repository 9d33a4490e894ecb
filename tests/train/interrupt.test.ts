/** SIGINT ends a run after its step, and the same command goes on. */
import { mkdir, readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { workplace } from "../cli/material.js";
import { run } from "../cli/run.js";
import { nativeFolder } from "../engines/every-engine.js";
import { linesOf, RECIPES, RUN_ENGINES, shapesSet, tinySpec } from "./tiny-run.js";

const place = await workplace();
const cwd = place.folder;
await shapesSet(place.path("shapes"));
const fixed = RECIPES.momentum.replace("poly(power: 0.9)", "fixed");
await place.write("tiny.fcn", tinySpec(fixed, "steps: 1_000_000\n  snapshot: 500_000").replace(/.*validate.*\n/, ""));
const env = { FCNC_NATIVE: nativeFolder ?? "" };
const command = ["train", "tiny.fcn", "--engine", RUN_ENGINES[0] ?? "wasm"];

test("SIGINT saves and says how to go on; --resume does", async () => {
  const { code, out, err } = await run([...command, "--tensorboard"], {
    cwd,
    env,
    started: (child) =>
      void child.stderr.on("data", (data: Buffer) => {
        if (/^step \d/m.test(data.toString())) child.kill("SIGINT");
      }),
  });
  expect(code, err).toBe(130);
  expect(err).toContain("interrupted: the step is finished and saved; once more ends at once");
  expect(out).toContain("go on with it: add `--resume` to the same command");
  const stopped = (await linesOf(place.path("fcnc-runs", "tiny"))).at(-1);
  expect(stopped).toMatchObject({ kind: "stop", why: "interrupted" });
  expect(await readdir(place.path("fcnc-runs", "tiny"))).not.toContain("lock");
  expect(await readdir(place.path("fcnc-runs", "tiny", "tensorboard"))).toHaveLength(1);

  const steps = (stopped?.step ?? 0) + 3;
  const resumed = await run([...command, "--resume", "--steps", String(steps)], { cwd, env });
  expect(resumed.code, resumed.err).toBe(0);
  expect(resumed.err).toContain(`going on after step ${stopped?.step} in fcnc-runs`);
  expect((await linesOf(place.path("fcnc-runs", "tiny"))).at(-1)).toMatchObject({
    kind: "stop",
    why: "done",
    step: steps,
  });
});

test("a run serves as weights by its folder and by its checkpoint; as a net it is refused with the way", async () => {
  const folder = "fcnc-runs/tiny";
  const evaluated = (weights: string) =>
    run(["eval", "tiny.fcn", "--weights", weights, "--on", 'voc("shapes", split: "val")', "--format", "json"], {
      cwd,
      env,
    });
  const [whole, last] = [await evaluated(folder), await evaluated(`${folder}/last.safetensors`)];
  expect(whole.code, whole.err).toBe(0);
  expect(last.code, last.err).toBe(0);
  const metrics = ({ out }: { readonly out: string }) => (JSON.parse(out) as { outputs: unknown }).outputs;
  // Nothing is validated, so that its weights are the last.
  expect(metrics(last)).toEqual(metrics(whole));
  const refused = await run(["eval", folder], { cwd, env });
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(`error: \`${folder}\` is the folder of a training run, and no bundle`);
  expect(refused.err).toContain(`help: name the spec, and the run for its weights: \`tiny.fcn --weights ${folder}\``);
});

test("a data set that is not there leaves no folder behind", async () => {
  const nowhere = await run([...command, "--out", "none", "--data-root", "nowhere"], { cwd, env });
  expect(nowhere.code).toBe(1);
  expect(nowhere.err).toContain("error: --data-root names `nowhere`, which is no folder");
  await mkdir(place.path("empty"));
  const { code, err } = await run([...command, "--out", "none", "--data-root", "empty"], { cwd, env });
  expect(code).toBe(1);
  expect(err).toMatch(/error: `voc` is not there: there is no folder .*empty.shapes/);
  expect(await readdir(cwd)).not.toContain("none");
});

test("weights that a recipe starts from and that are not there", async () => {
  await place.write("later.fcn", tinySpec(fixed).replace("init: seed(4)", 'init: weights("first.safetensors")'));
  const { code, err } = await run(["train", "later.fcn"], { cwd, env });
  expect(code).toBe(1);
  expect(err).toContain("error: the recipe of tiny starts from first.safetensors, and there is no such file\n  help:");
});

test("a recipe without a rate says what to write", async () => {
  await place.write("rateless.fcn", tinySpec("  optimizer: sgd(momentum: 0.9)"));
  const { code, err } = await run(["train", "rateless.fcn"], { cwd, env });
  expect(code).toBe(1);
  expect(err).toContain("--set 'optimizer.rate=1e-3'");
});
