/** `fcnc report` on the folder of a run, which is made here as `fcnc train` writes it. */
import { copyFile, readFile, readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { nodeHost } from "../../src/node-host.js";
import { madeLog } from "../report/made-log.js";
import { FOUR_PIXELS, png, PRIMARIES, workplace, writePrimaries } from "./material.js";
import { run, runJson } from "./run.js";

const place = await workplace();
const cwd = place.folder;
await writePrimaries(place);
const spec = `${PRIMARIES}train primaries { validate: voc("set", split: "val") }\n`;
await place.write("primaries.fcn", spec);
await place.write("set/JPEGImages/first.png", png(2, 2, FOUR_PIXELS));
await place.write("set/SegmentationClass/first.png", png(2, 2, [0, 1, 1, 0]));
await place.write("set/ImageSets/Segmentation/val.txt", "first\n");

async function makeRun(folder: string, root: string): Promise<void> {
  const { plan } = await compile({ path: place.path("primaries.fcn") }, nodeHost);
  const description = {
    format: "fcnc-run",
    version: 1,
    net: "primaries",
    file: "primaries.fcn",
    digest: plan?.digest,
    digests: [plan?.digest],
    recipe: null,
    set: ["optimizer.rate=1e-4"],
    overrides: {},
    train: plan?.train,
    seed: 0,
    engine: "made by hand",
    versions: { fcnc: "0.1.0" },
    data: { train: "none", validate: 'voc("set", split: "val")', root },
    weights: ["init"],
    started: "2026-01-02T03:04:05.000Z",
  };
  await place.write(`${folder}/run.json`, JSON.stringify(description));
  await place.write(`${folder}/plan.json`, JSON.stringify(plan));
  await place.write(`${folder}/spec.fcn`, spec);
  await place.write(`${folder}/log.jsonl`, madeLog({ updates: 60, batch: 10, start: 2, every: 20 }));
  await copyFile(place.path("primaries.safetensors"), place.path(`${folder}/weights.safetensors`));
}

await makeRun("run", cwd);
await makeRun("gone", place.path("nowhere"));
const report = ["report", "--engine", "js"];

test("a run becomes a page in its folder, with examples predicted anew, and event files", async () => {
  const { code, json } = await runJson([...report, "run", "--tensorboard", "events"], { cwd });
  expect(code).toBe(0);
  expect(json).toMatchObject({
    runs: [
      { folder: "run", net: "primaries", stopped: "done", steps: 60, images: 600, best: { step: 60, images: 600 } },
    ],
    samples: 1,
  });
  const page = await readFile(place.path("run/report.html"), "utf8");
  expect(page).toContain("optimizer.rate=1e-4");
  expect(page).toContain("made by hand");
  expect(page).toContain("train primaries { validate:");
  // Red, green, blue for green, and gray, which is red by its place: three of four.
  expect(page).toContain("first: pixel accuracy 75.0%");
  expect(page.match(/src="data:image\/png;base64,/g)).toHaveLength(3);
  expect(await readdir(place.path("events"))).toEqual([expect.stringMatching(/^events\.out\.tfevents\./)]);
});

test("data that is gone leaves a page without examples, which says so", async () => {
  const { code, err } = await run([...report, "gone"], { cwd });
  expect(code).toBe(0);
  expect(err).toContain("the report has no examples");
  const page = await readFile(place.path("gone/report.html"), "utf8");
  expect(page).toContain("There are no examples: ");
  expect(page).not.toContain("data:image/png");
});

test("several runs are compared on one page", async () => {
  const { code, out } = await run([...report, "run", "gone", "-o", "both.html"], { cwd });
  expect({ code, out }).toEqual({ code: 0, out: "wrote both.html\n" });
  expect(await readFile(place.path("both.html"), "utf8")).toContain("2 runs compared");
});

test.each([
  ["a folder that is not there", ["nothing"], 1, "there is no folder `nothing`"],
  ["a folder that is no run", ["set"], 1, "`set` is no run"],
  ["a page in a folder that is not there", ["run", "-o", "none/page.html"], 1, "there is no folder `none`"],
])("%s", async (_, args, exit, message) => {
  const { code, out, err } = await run([...report, ...args], { cwd });
  expect({ code, out }).toEqual({ code: exit, out: "" });
  expect(err).toContain(message);
});
