import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { FOUR_PIXELS, png, PRIMARIES, workplace, writePrimaries } from "./material.js";
import { run, runJson } from "./run.js";

const place = await workplace();
const cwd = place.folder;
await writePrimaries(place);
// Files are known by what is in them, and not by their names.
await place.write("photo.jpg", png(2, 2, FOUR_PIXELS));
await place.write("notes.txt", PRIMARIES);

test("a sample goes into the bundle as it is, and is listed", async () => {
  const args = ["compile", "primaries.fcn", "--weights", "primaries.safetensors", "--no-certify", "--out", "web"];
  const { code, json } = await runJson([...args, "--sample", "photo.jpg"], { cwd });
  expect(code).toBe(0);
  const path = "page/sample-image.png";
  const photo = await readFile(place.path("photo.jpg"));
  expect(await readFile(place.path("web", path))).toEqual(photo);
  expect(json).toMatchObject({
    files: expect.arrayContaining([expect.objectContaining({ path, bytes: photo.length })]),
  });
  const bundle = JSON.parse(await readFile(place.path("web", "bundle.json"), "utf8")) as { files: { path: string }[] };
  expect(bundle.files.map((file) => file.path)).toContain(path);
  expect((await run(["verify", "web"], { cwd })).out).toMatch(/files/);
});

test.each([
  [["--sample", "nowhere.png"], 1, "there is no file `nowhere.png`"],
  [["--sample", "notes.txt"], 1, "notes.txt"],
  [["--sample", "photo.jpg", "photo.jpg"], 2, "`image` is given two pictures"],
  [["--sample", "photo.jpg", "--target", "plan"], 2, "`--sample` is for the page of bundles for the web"],
])("%j is refused before anything is written", async (more, code, message) => {
  const ran = await run(["compile", "primaries.fcn", "--out", "none", ...more], { cwd });
  expect(ran.code).toBe(code);
  expect(ran.err).toContain(message);
  await expect(readFile(place.path("none", "plan.json"))).rejects.toThrow("ENOENT");
});
