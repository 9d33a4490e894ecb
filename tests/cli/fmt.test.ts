import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { SMALL, workplace } from "./material.js";
import { run, type Ran } from "./run.js";

const UGLY = SMALL.replaceAll(/ +=/g, "=");
const FAULTY = UGLY.replace("maxpool(2)", "maxpool(2");

const place = await workplace();
let cwd = "";
let count = 0;
beforeEach(async () => {
  cwd = place.path(String(++count));
  await mkdir(cwd);
  for (const [name, text] of Object.entries({ "ugly.fcn": UGLY, "neat.fcn": SMALL, "faulty.fcn": FAULTY }))
    await writeFile(join(cwd, name), text);
});

const fmt = (args: readonly string[], input?: string): Promise<Ran> =>
  run(["fmt", ...args], { cwd, ...(input !== undefined && { input }) });
const read = (name: string): Promise<string> => readFile(join(cwd, name), "utf8");

test("in place, and only what is not formatted yet", async () => {
  expect(await fmt(["ugly.fcn", "neat.fcn"])).toEqual({ code: 0, out: "formatted ugly.fcn\n", err: "" });
  expect(await read("ugly.fcn")).toBe(SMALL);
  expect(await fmt(["ugly.fcn"])).toEqual({ code: 0, out: "", err: "" });
});

test("--check writes nothing", async () => {
  const { code, out, err } = await fmt(["--check", "ugly.fcn", "neat.fcn"]);
  expect({ code, out }).toEqual({ code: 1, out: "ugly.fcn is not formatted\n" });
  expect(err).toBe("`fcnc fmt` formats them\n");
  expect(await read("ugly.fcn")).toBe(UGLY);
  expect((await fmt(["--check", "neat.fcn"])).code).toBe(0);
});

test("standard input", async () => {
  expect(await fmt(["-"], UGLY)).toEqual({ code: 0, out: SMALL, err: "" });
  expect(await fmt(["-", "--check"], UGLY)).toMatchObject({ code: 1, out: "standard input is not formatted\n" });
  expect(await fmt(["-", "--check"], SMALL)).toEqual({ code: 0, out: "", err: "" });
  const faulty = await fmt(["-"], FAULTY);
  expect(faulty).toMatchObject({ code: 1, out: "" });
  expect(faulty.err).toContain(" --> standard input:6:");
});

test("a file with faults, or none at all, is left alone, and the others are done", async () => {
  const { code, out, err } = await fmt(["faulty.fcn", "none.fcn", ".", "ugly.fcn"]);
  expect({ code, out }).toEqual({ code: 1, out: "formatted ugly.fcn\n" });
  expect(err).toContain("error[unclosed]");
  expect(err).toContain("error: there is no file `none.fcn`\n");
  expect(err).toContain("error: `.` is a folder\n");
  expect(await read("faulty.fcn")).toBe(FAULTY);
});

test("links stay links, and rights stay as they are", async () => {
  await chmod(join(cwd, "ugly.fcn"), 0o640);
  await symlink("ugly.fcn", join(cwd, "link.fcn"));
  expect((await fmt(["link.fcn"])).out).toBe("formatted link.fcn\n");
  expect((await lstat(join(cwd, "link.fcn"))).isSymbolicLink()).toBe(true);
  expect((await stat(join(cwd, "ugly.fcn"))).mode & 0o777).toBe(0o640);
  expect(await read("ugly.fcn")).toBe(SMALL);
  expect(await readdir(cwd)).toEqual(["faulty.fcn", "link.fcn", "neat.fcn", "ugly.fcn"]);
});

test("line ends and a byte order mark stay what they are", async () => {
  await writeFile(join(cwd, "ugly.fcn"), UGLY.replaceAll("\n", "\r\n"));
  await fmt(["ugly.fcn"]);
  expect(await read("ugly.fcn")).toBe(SMALL.replaceAll("\n", "\r\n"));
  await writeFile(join(cwd, "neat.fcn"), `\uFEFF${SMALL}`);
  const { code } = await fmt(["neat.fcn"]);
  expect(code).toBe(0);
  expect((await read("neat.fcn")).replace("\uFEFF", "")).toBe(SMALL);
  expect((await fmt(["--check", "neat.fcn", "ugly.fcn"])).code).toBe(0);
});
