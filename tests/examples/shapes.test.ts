/** The example of textured shapes, as its README tells it: specs, the net that is shipped, the picture. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { readImage } from "../../src/images/read.js";
import { workplace } from "../cli/material.js";
import { run, runJson } from "../cli/run.js";

const root = resolve(import.meta.dirname, "../..");
const shapes = join(root, "examples", "shapes");
const net = [join(shapes, "shapes-fcn8s-atonce.fcn"), "--weights", join(shapes, "shapes-fcn8s-atonce.safetensors")];
const place = await workplace();
const cwd = place.folder;

test("every spec is sound, with each of its recipes", async () => {
  const specs = readdirSync(shapes).filter((name) => name.endsWith(".fcn"));
  expect(specs.length).toBeGreaterThan(4);
  for (const spec of specs) {
    const { code, json } = await runJson(["check", join(shapes, spec)], { cwd });
    expect({ code, json }).toMatchObject({ code: 0, json: { specs: [{ diagnostics: [] }] } });
  }
});

test("the shipped net has a mean IU of 85 and more on images that nobody had seen", { timeout: 300_000 }, async () => {
  const made = await run(["data", "shapes", "fresh", "--images", "1", "--validation", "80", "--seed", "20261122"], {
    cwd,
  });
  expect(made.code).toBe(0);
  const { code, json } = await runJson(["eval", ...net, "--on", 'voc("fresh", split: "val")', "--data-root", cwd], {
    cwd,
  });
  expect(code).toBe(0);
  const { outputs } = json as { readonly outputs: readonly { readonly meanIU: number }[] };
  expect(outputs[0]?.meanIU).toBeGreaterThan(0.85);
});

test("README's first picture comes from its command", { timeout: 120_000 }, async () => {
  const args = ["--image", join(shapes, "pictures"), "--out", "segmented"];
  const { code } = await run(["predict", ...net, ...args], { cwd });
  expect(code).toBe(0);
  const [made, shown] = [join(cwd, "segmented"), join(shapes, "segmented")].map((folder) => {
    const file = join(folder, "contact-sheet.png");
    return readImage(readFileSync(file), file);
  });
  expect([made?.width, made?.height]).toEqual([shown?.width, shown?.height]);
  // Engines differ in the last bit of a score, and so in pixels where two classes are as likely.
  let differing = 0;
  for (const [index, value] of (made?.data ?? []).entries()) if (value !== shown?.data[index]) differing++;
  expect(differing / (made?.data.length ?? 1)).toBeLessThan(1e-3);
});
