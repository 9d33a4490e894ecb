/** `fcnc eval` on a data set of a few pixels, whose metrics can be worked out by hand. */
import { readFile } from "node:fs/promises";
import { encode } from "fast-png";
import { expect, test } from "vitest";
import { FOUR_PIXELS, png, PRIMARIES, workplace, writePrimaries } from "./material.js";
import { run, runJson } from "./run.js";

const place = await workplace();
const cwd = place.folder;
await writePrimaries(place);
await place.write(
  "primaries.fcn",
  PRIMARIES.replace('"primaries.labels"', '"primaries.labels", ignore: 255') +
    'train primaries { data: voc("set", split: "train"), validate: voc("set", split: "val") }\n',
);

/** As PRIMARIES segments them: red, green, blue, and gray, which is red by its place. */
const TRUTH = [0, 1, 1, 255];

async function makeSet(folder: string, labels: Readonly<Record<string, readonly number[] | string>>): Promise<void> {
  for (const [name, values] of Object.entries(labels)) {
    await place.write(`${folder}/JPEGImages/${name}.png`, png(2, 2, FOUR_PIXELS));
    const written = typeof values === "string" ? values : encodeLabels(values);
    await place.write(`${folder}/SegmentationClass/${name}.png`, written);
  }
  await place.write(`${folder}/ImageSets/Segmentation/val.txt`, `${Object.keys(labels).join("\n")}\n`);
  await place.write(`${folder}/set.labels`, "red #ff0000\ngreen #00ff00\nblue #0000ff\n");
}

const encodeLabels = (values: readonly number[]): Uint8Array =>
  encode({ width: 2, height: 2, channels: 1, depth: 8, data: Uint8Array.from(values) });

await makeSet("set", { first: TRUTH, second: [0, 1, 2, 255] });
await makeSet("void", { first: [255, 255, 255, 255] });
await makeSet("cut", { first: TRUTH, second: "no picture" });
await makeSet("many", { first: [0, 1, 7, 255] });

const evaluate = ["eval", "primaries.fcn", "--weights", "primaries.safetensors", "--engine", "js"];

test("classes that the net has no names for are called as the data set has them", async () => {
  await place.write("nameless.fcn", PRIMARIES.replace('labels: "primaries.labels"', "ignore: 255"));
  const nameless = ["eval", "nameless.fcn", "--weights", "primaries.safetensors", "--engine", "js"];
  const { code, json, err } = await runJson([...nameless, "--on", 'voc("set", split: "val")'], { cwd });
  expect(code, err).toBe(0);
  expect(json).toMatchObject({ outputs: [{ classes: [{ name: "red" }, { name: "green" }, { name: "blue" }] }] });
});

test("measures on what the recipe validates on, with every class and the confusion", async () => {
  const { code, json } = await runJson([...evaluate, "--confusion", "c.csv"], { cwd });
  expect(code).toBe(0);
  // Of six pixels that count one is wrong: green taken for blue.
  expect(json).toMatchObject({
    net: "primaries",
    data: 'voc("set", split: "val")',
    images: 2,
    of: 2,
    engine: "js",
    written: ["c.csv"],
    outputs: [
      {
        name: "score",
        pixelAccuracy: 5 / 6,
        meanAccuracy: (1 + 2 / 3 + 1) / 3,
        meanIU: (1 + 2 / 3 + 1 / 2) / 3,
        frequencyWeightedIU: (2 * 1 + 3 * (2 / 3) + 1 * (1 / 2)) / 6,
        confusion: [
          [2, 0, 0],
          [0, 2, 1],
          [0, 0, 1],
        ],
      },
    ],
  });
  expect(await readFile(place.path("c.csv"), "utf8")).toBe(
    "truth \\ predicted,red,green,blue\r\nred,2,0,0\r\ngreen,0,2,1\r\nblue,0,0,1\r\n",
  );
});

test("for people: percent, and what is absent by name", async () => {
  const { code, out, err } = await run([...evaluate, "--limit", "1"], { cwd });
  expect(code).toBe(0);
  expect(out).toContain('primaries on 1 image of voc("set", split: "val")');
  expect(out).toMatch(/^pixel accuracy +66\.7%$/m);
  expect(out).toMatch(/^green +50\.0 +50\.0 +2 +1$/m);
  expect(out).toContain("predicted, but not in the truth, so of IU 0: blue");
  expect(err).toContain("engine: plain JavaScript");
});

test("another set by --on, found below --data-root or FCNC_DATA; a bundle by its folder", async () => {
  const on = ["--on", 'voc("set", split: "val")'];
  const bundle = await run(
    ["compile", "primaries.fcn", "--weights", "primaries.safetensors", "--no-certify", "--out", "bundle"],
    { cwd },
  );
  expect(bundle.code).toBe(0);
  const asked = ["eval", place.path("bundle"), "--engine", "js", ...on];
  for (const [more, env] of [
    [["--data-root", cwd], {}],
    [[], { FCNC_DATA: cwd }],
  ] as const) {
    const { json } = await runJson([...asked, ...more], { env });
    expect(json).toMatchObject({ outputs: [{ pixelAccuracy: 5 / 6 }] });
  }
});

test.each([
  ["a label that is no picture names its file", 'voc("cut", split: "val")', 1, /second\.png/],
  [
    "a class that the net does not have",
    'voc("many", split: "val")',
    1,
    /first\.png: the pixel in row 1, column 0 is of class 7/,
  ],
  ["truth that is void throughout", 'voc("void", split: "val")', 1, /all of its truth is void/],
  ["a folder that is not there", 'voc("none", split: "val")', 1, /there is no folder .*none/],
  ["a call that is not closed", 'voc("set"', 1, /is never closed/],
  ["another kind of data", 'voc2013(split: "val")', 1, /`data` knows no `voc2013`[^]*did you mean `voc2011`/],
])("%s", async (_, on, exit, message) => {
  const { code, out, err } = await run([...evaluate, "--on", on], { cwd });
  expect({ code, out }).toEqual({ code: exit, out: "" });
  expect(err).toMatch(message);
});

test("a recipe without validation wants --on", async () => {
  await place.write("bare.fcn", PRIMARIES);
  const { code, err } = await run(["eval", "bare.fcn", "--weights", "init"], { cwd });
  expect(code).toBe(1);
  expect(err).toContain("--on 'voc2011(split: \"val\")'");
});
