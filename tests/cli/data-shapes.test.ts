import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch } from "../weights/scratch.js";
import { run } from "./run.js";

const folder = await scratch();

test("an example set is written whole, and no folder is replaced", async () => {
  const small = ["--images", "3", "--validation", "2", "--size", "48x40", "--classes", "star,ring"];
  const written = await run(["data", "shapes", "shapes", ...small], { cwd: folder });
  expect(written).toMatchObject({ code: 0, err: "" });
  expect(written.out).toContain('data: voc("shapes", split: "train")');
  expect(await readFile(join(folder, "shapes/shapes.labels"), "utf8")).toMatch(/^background .*\nstar .*\nring .*\n/);
  expect(await readdir(join(folder, "shapes/JPEGImages"))).toHaveLength(5);
  const again = await run(["data", "shapes", "shapes", ...small], { cwd: folder });
  expect(again.code).toBe(1);
  expect(again.err).toMatch(/`shapes` is there already and not empty[^]*name another folder/);
  expect(await readdir(folder)).toEqual(["shapes"]);
});

test.each([
  ["--size", "20x200", /at least 32 px/],
  ["--images", "0", /whole number of at least 1/],
  ["--classes", "stra", /did you mean `star`/],
  ["--seed", "-1", /whole number/],
])("%s %s is wrong usage", async (option, value, message) => {
  const { code, err } = await run(["data", "shapes", "other", option, value], { cwd: folder });
  expect(code).toBe(2);
  expect(err).toMatch(message);
});
