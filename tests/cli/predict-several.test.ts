/** Nets of several inputs and outputs: a picture for each input, files for each head. */
import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readNpy } from "../../src/images/npy.js";
import { FOUR_PIXELS, indicesOf, png, TWO_INPUTS, workplace } from "./material.js";
import { run, runJson } from "./run.js";

const place = await workplace();
const cwd = place.folder;
await place.write("four.png", png(2, 2, FOUR_PIXELS));
await place.write("wide.png", png(3, 2, [...FOUR_PIXELS, 0, 0, 0, 0, 0, 0]));
await place.write("two.fcn", TWO_INPUTS);

const predict = ["predict", "two.fcn", "--weights", "init", "--engine", "js"];
const both = ["--image", "color=four.png", "--image", "depth=four.png"];

test("each head has its own files, with its name before the extension", async () => {
  const files = ["--mask", "m.png", "--overlay", "o.png", "--scores", "s.npy"];
  const { code, out } = await run([...predict, ...both, ...files], { cwd });
  expect(code).toBe(0);
  expect(out).toContain("wrote m-sem.png, o-sem.png, s-sem.npy, m-geo.png, o-geo.png, s-geo.npy");
  for (const [head, classes] of [
    ["sem", 4],
    ["geo", 3],
  ] as const) {
    const { shape, data } = readNpy(await readFile(place.path(`s-${head}.npy`)));
    expect(shape).toEqual([2, 2, classes]);
    const best = [0, 1, 2, 3].map((pixel) => {
      const scores = data.slice(pixel * classes, (pixel + 1) * classes);
      return scores.indexOf(Math.max(...scores));
    });
    expect(indicesOf(await readFile(place.path(`m-${head}.png`))).indices).toEqual(best);
  }
  expect((await readdir(cwd)).filter((name) => name.startsWith("m") && name.endsWith(".png"))).toHaveLength(2);
});

test("as JSON, with the files and the shares of each", async () => {
  const { json } = await runJson([...predict, ...both, "--format", "json"], { cwd });
  expect(json).toMatchObject({
    images: { color: "four.png", depth: "four.png" },
    outputs: [
      { name: "sem", height: 2, width: 2 },
      { name: "geo", height: 2, width: 2 },
    ],
  });
});

test.each([
  ["a picture without a name", ["--image", "four.png"], 2, "say which one `four.png` is for"],
  ["a missing one", ["--image", "color=four.png"], 2, "two also wants --image depth=FILE"],
  ["two for one input", [...both, "--image", "color=four.png"], 2, "`color` is given two pictures"],
  ["sizes that differ", ["--image", "color=four.png", "--image", "depth=wide.png"], 1, "must be of one size"],
])("%s", async (_, images, exit, message) => {
  const { code, out, err } = await run([...predict, ...images], { cwd });
  expect({ code, out }).toEqual({ code: exit, out: "" });
  expect(err).toContain(message);
});
