/** What `fcnc new` writes is sound, small and formatted, and nothing is overwritten. */
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { format } from "../../grammar/format.js";
import { run } from "../../src/cli/new.js";
import { compile } from "../../src/compile.js";
import { nodeHost } from "../../src/node-host.js";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fcnc-new-"));
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

test("the spec is sound for every size, small, and formatted", async () => {
  await run(join(folder, "My first-net"));
  expect(await readdir(join(folder, "My first-net"))).toEqual(["classes.labels", "my-first-net.fcn"]);
  const path = join(folder, "My first-net", "my-first-net.fcn");
  const { plan, diagnostics } = await compile({ path }, nodeHost);
  expect(diagnostics).toEqual([]);
  expect(plan?.net).toBe("my_first_net");
  expect(plan?.validFor["H"]?.text).toBe("every H >= 1");
  expect(plan?.layers.reduce((sum, { parameters }) => sum + parameters, 0)).toBeLessThan(100_000);
  expect(plan?.train).not.toBeNull();
  const text = await readFile(path, "utf8");
  expect(format(text, { file: path })).toEqual({ text });
});

test("names that are none become `my_net`", async () => {
  for (const name of ["123", "net", "дорога"]) {
    await run(join(folder, name));
    expect(await readdir(join(folder, name))).toContain("my-net.fcn");
  }
});

test("what is there already stays as it is", async () => {
  await writeFile(join(folder, "classes.labels"), "mine");
  await expect(run(folder)).rejects.toThrow("is there already");
  expect(await readdir(folder)).toEqual(["classes.labels"]);
  expect(await readFile(join(folder, "classes.labels"), "utf8")).toBe("mine");
});

test("a file in the way of the folder is a fault", async () => {
  await writeFile(join(folder, "file"), "");
  await expect(run(join(folder, "file", "net"))).rejects.toThrow("cannot be made");
});
