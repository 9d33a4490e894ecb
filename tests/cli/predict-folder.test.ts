/** `fcnc predict` on folders: masks, overlays, contact sheets, and pictures that cannot be read. */
import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readImage } from "../../src/images/read.js";
import { FOUR_PIXELS, indicesOf, png, TWO_INPUTS, workplace, writePrimaries } from "./material.js";
import { run, runJson } from "./run.js";

const place = await workplace();
const cwd = place.folder;
await writePrimaries(place);
await place.write("pictures/a.png", png(2, 2, FOUR_PIXELS));
await place.write("pictures/b.png", png(2, 2, FOUR_PIXELS.toReversed()));
await place.write("broken/a.png", png(2, 2, FOUR_PIXELS));
await place.write("broken/bad.png", "no picture");
await place.write("broken/c.png", png(2, 2, FOUR_PIXELS));
await place.write("depth/a.png", png(2, 2, [1, 2, 3, 4]));
await place.write("depth/b.png", png(2, 2, [1, 2, 3, 4]));
await place.write("empty/readme.txt", "nothing");
await place.write("two.fcn", TWO_INPUTS);

const predict = ["predict", "primaries.fcn", "--weights", "primaries.safetensors", "--engine", "js"];

test("a folder becomes masks, overlays and a contact sheet", async () => {
  const { code, json } = await runJson([...predict, "--image", "pictures", "--out", "out"], { cwd });
  expect(code).toBe(0);
  expect(json).toMatchObject({
    net: "primaries",
    engine: "js",
    failed: 0,
    contactSheets: ["out/contact-sheet.png"],
    pictures: [
      { name: "a", images: { image: "pictures/a.png" }, written: ["out/masks/a.png", "out/overlays/a.png"] },
      { name: "b", outputs: [{ name: "score", height: 2, width: 2 }] },
    ],
  });
  // Each pixel's class is its strongest channel, the first of equal ones.
  expect(indicesOf(await readFile(place.path("out/masks/a.png"))).indices).toEqual([0, 1, 2, 0]);
  const sheet = readImage(await readFile(place.path("out/contact-sheet.png")), "sheet");
  const at = (x: number, y: number): number[] => {
    const from = 3 * (y * sheet.width + x);
    return Array.from(sheet.data.slice(from, from + 3));
  };
  // The picture lies 16 pixels from the corner, its overlay 2 pixels right of it.
  expect([at(16, 16), at(17, 16), at(16, 17), at(17, 17)]).toEqual([
    [200, 10, 20],
    [0, 99, 50],
    [1, 2, 3],
    [7, 7, 7],
  ]);
  expect(at(20, 16)[0]).toBeGreaterThan(200);
});

test("several files, and --out for one", async () => {
  const files = ["--image", "pictures/a.png", "--image", "pictures/b.png", "--out", "several"];
  expect((await run([...predict, ...files], { cwd })).code).toBe(0);
  expect((await readdir(place.path("several/masks"))).toSorted()).toEqual(["a.png", "b.png"]);
  expect((await run([...predict, "--image", "pictures/a.png", "--out", "one"], { cwd })).code).toBe(0);
  expect(await readdir(place.path("one"))).toContain("contact-sheet.png");
});

test("it goes on past a picture that cannot be read, and ends with 1", async () => {
  const { code, out, err } = await run([...predict, "--image", "broken", "--out", "rest"], { cwd });
  expect(code).toBe(1);
  expect(err).toContain("bad.png is neither a PNG nor a JPEG");
  expect(out).toContain("primaries on 2 pictures (js)");
  expect(out).toContain("1 of 3 could not be predicted");
  expect((await readdir(place.path("rest/masks"))).toSorted()).toEqual(["a.png", "c.png"]);
});

test("inputs of one net are paired by name, and each head has a sheet", async () => {
  const both = ["--image", "color=pictures", "--image", "depth=depth", "--out", "paired"];
  const two = ["predict", "two.fcn", "--weights", "init", "--engine", "js"];
  const { code, json } = await runJson([...two, ...both], { cwd });
  expect(code).toBe(0);
  expect(json).toMatchObject({
    pictures: [{ name: "a", images: { color: "pictures/a.png", depth: "depth/a.png" } }, { name: "b" }],
    contactSheets: ["paired/contact-sheet-sem.png", "paired/contact-sheet-geo.png"],
  });
  const unpaired = ["--image", "color=broken", "--image", "depth=depth", "--out", "unpaired"];
  const { code: exit, err } = await run([...two, ...unpaired], { cwd });
  expect(exit).toBe(1);
  expect(err).toContain("input `color` has no picture of the name b");
});

test.each([
  ["a folder without --out", ["--image", "pictures"], 1, "--out FOLDER"],
  ["two pictures without --out", ["--image", "pictures/a.png", "--image", "pictures/b.png"], 2, "--out FOLDER"],
  ["--mask with --out", ["--image", "pictures", "--out", "x", "--mask", "m.png"], 2, "--mask is for one picture"],
  ["a folder without pictures", ["--image", "empty", "--out", "x"], 1, "has no PNG or JPEG pictures"],
  ["two of one name", ["--image", "pictures", "--image", "depth", "--out", "x"], 1, "have one name"],
  ["a file in the folder's place", ["--image", "pictures", "--out", "primaries.fcn"], 1, "cannot be made"],
])("%s", async (_, images, exit, message) => {
  const { code, out, err } = await run([...predict, ...images], { cwd });
  expect({ code, out }).toEqual({ code: exit, out: "" });
  expect(err).toContain(message);
});
