import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LIMIT_TABLE, parseLimits } from "../src/limits.js";
import { safetensors } from "./weights/bytes.js";
import { scratch } from "./weights/scratch.js";

const folder = await scratch();
const root = join(import.meta.dirname, "..");
const fcnc = join(root, "bin/fcnc.js");

describe("the text of FCNC_LIMITS", () => {
  test("nothing leaves all as they are", () => {
    const { limits, faults } = parseLimits("");
    expect(faults).toEqual([]);
    for (const [name, { value }] of Object.entries(LIMIT_TABLE)) expect(limits).toHaveProperty(name, value);
  });

  test("numbers, units, spaces and a comma too many", () => {
    const { limits, faults } = parseLimits(" tensors=5, fileBytes=64GiB,imageBytes=3MiB,specBytes=2KiB,");
    expect(faults).toEqual([]);
    expect(limits).toMatchObject({ tensors: 5, fileBytes: 64 * 2 ** 30, imageBytes: 3 * 2 ** 20, specBytes: 2048 });
    expect(limits.pixels).toBe(LIMIT_TABLE.pixels.value);
  });

  test.each([
    ["tensors", "is not written as"],
    ["tensors=-1", "is not written as"],
    ["tensors=1e6", "is not written as"],
    ["fileBytes=1TB", "is not written as"],
    ["tensor=1", "there is no limit `tensor`: there are fileBytes, "],
    ["constructor=1", "there is no limit"],
    ["tensors=0", "`tensors` is 1 to"],
    ["nesting=100000", "`nesting` is 1 to 500, not 100000"],
    ["fileBytes=9999999999999999GiB", "`fileBytes` is 1 to"],
  ])("%s", (text, says) => {
    const { limits, faults } = parseLimits(text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(says);
    expect(limits).toEqual(parseLimits("").limits);
  });
});

describe("on the command line", () => {
  const list = async (limits: string) => {
    const path = join(folder, "three.safetensors");
    const entry = { dtype: "F32", shape: [0], data_offsets: [0, 0] };
    await writeFile(path, safetensors({ a: entry, b: entry, c: entry }));
    const { status, stderr } = spawnSync(process.execPath, [fcnc, "weights", "list", path], {
      encoding: "utf8",
      env: { ...process.env, FCNC_LIMITS: limits },
    });
    return { status, stderr };
  };

  test("a limit holds, and its message names it", async () => {
    const { status, stderr } = await list("tensors=1");
    expect(status).toBe(1);
    expect(stderr).toContain("it lists 3 tensors, and at most 1 are read. If you trust it, `FCNC_LIMITS=tensors=...`");
    expect((await list("tensors=3")).status).toBe(0);
  });

  test("pictures have theirs, and devices are no pictures", () => {
    const predict = (image: string) =>
      spawnSync(
        process.execPath,
        [fcnc, "predict", "specs/voc-fcn-alexnet.fcn", "--weights", "init", "--image", image, "--mask", "m.png"],
        { cwd: root, encoding: "utf8", env: { ...process.env, FCNC_LIMITS: "imageBytes=10" } },
      );
    const large = predict("tests/images/fixtures/dot.jpg");
    expect([large.status, large.stderr]).toEqual([1, expect.stringContaining("FCNC_LIMITS=imageBytes=...")]);
    if (process.platform === "win32") return;
    const device = predict("/dev/zero");
    expect([device.status, device.stderr]).toEqual([1, expect.stringContaining("`/dev/zero` is no ordinary file")]);
  });

  test("a fault in it is one of usage", async () => {
    const { status, stderr } = await list("tensors=many");
    expect(status).toBe(2);
    expect(stderr).toContain("FCNC_LIMITS: `tensors=many` is not written as `tensors=200000` or `fileBytes=64GiB`");
  });
});
