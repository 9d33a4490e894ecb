/** Places that cannot be written: full, read-only. The old output stays, and nothing is left beside it. */
import { spawnSync } from "node:child_process";
import { chmod, chown, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FOUR_PIXELS, png, SMALL, workplace } from "./material.js";
import { program, run, shell, type Ran } from "./run.js";

const place = await workplace();
const cwd = place.folder;
await place.write("small.fcn", SMALL);
/** Its weights take 5 MB, and what else is in a bundle 3 MB. */
await place.write("large.fcn", SMALL.replace("conv(4, 3, pad: 4)", "conv(384, 33, pad: 19)"));
await place.write("four.png", png(2, 2, FOUR_PIXELS));
const isRoot = process.getuid?.() === 0;

async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(place.path(folder), { recursive: true, withFileTypes: true });
  const texts = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .map(async (path) => [path, (await readFile(path)).toString("base64")] as const);
  return Object.fromEntries(await Promise.all(texts));
}

describe("a full disk", () => {
  let mounted = false;
  beforeAll(async () => {
    await mkdir(place.path("disk"));
    mounted = isRoot && spawnSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", place.path("disk")]).status === 0;
  });
  afterAll(() => {
    if (mounted) spawnSync("umount", [place.path("disk")]);
  });

  test("the old bundle stays, and nothing beside it", async ({ skip }) => {
    if (!mounted) return skip("a small disk can be mounted by root alone");
    await run(["compile", "small.fcn", "--weights", "init", "--out", "disk/web"], { cwd });
    const before = await contents("disk/web");
    const { code, out, err } = await run(["compile", "large.fcn", "--weights", "init", "--out", "disk/web"], { cwd });
    expect({ code, out, err }).toEqual({
      code: 1,
      out: "",
      err: "error: disk/web: it cannot be written: the disk is full\n",
    });
    expect(await contents("disk/web")).toEqual(before);
    expect(await readdir(place.path("disk"))).toEqual(["web"]);
  });

  test("neither is an old mask or spec half overwritten", async ({ skip }) => {
    if (!mounted) return skip("a small disk can be mounted by root alone");
    const ugly = SMALL.replaceAll(/ +=/g, "=");
    await place.write("disk/mask.png", "old");
    await place.write("disk/ugly.fcn", ugly);
    await place.write("disk/filler", "");
    await shell("cat /dev/zero > disk/filler 2>/dev/null; true", { cwd });
    const before = (await readdir(place.path("disk"))).sort();
    const formatted = await run(["fmt", "disk/ugly.fcn"], { cwd });
    expect({ code: formatted.code, err: formatted.err }).toEqual({
      code: 1,
      err: "error: `disk/ugly.fcn` cannot be written: the disk is full\n",
    });
    expect(await readFile(place.path("disk/ugly.fcn"), "utf8")).toBe(ugly);
    const args = ["predict", "small.fcn", "--weights", "init", "--image", "four.png", "--mask", "disk/mask.png"];
    const predicted = await run(args, { cwd });
    expect(predicted.code).toBe(1);
    expect(predicted.err).toContain("error: `disk/mask.png` cannot be written: the disk is full\n");
    expect(await readFile(place.path("disk/mask.png"), "utf8")).toBe("old");
    expect((await readdir(place.path("disk"))).sort()).toEqual(before);
  });

  test("a limit on the size of files", async () => {
    await run(["compile", "small.fcn", "--out", "limited/web"], { cwd });
    const before = await contents("limited/web");
    // In blocks of 1024 bytes. The shell ignores the signal that comes with it, and so the program gets an error.
    const line = "trap '' XFSZ; ulimit -f 100; fcnc compile large.fcn --weights init --out limited/web";
    const { code, err } = await shell(line, { cwd });
    expect({ code, err }).toEqual({
      code: 1,
      err: "error: limited/web: it cannot be written: it would be larger than the disk allows\n",
    });
    expect(await contents("limited/web")).toEqual(before);
    expect(await readdir(place.path("limited"))).toEqual(["web"]);
  });
});

describe("a folder that can only be read", () => {
  /** As somebody who is not root, to whom no folder is closed. */
  const asNobody = (args: string): Promise<Ran> =>
    isRoot
      ? shell(`setpriv --reuid=65534 --regid=65534 --clear-groups "${process.execPath}" "${program}" ${args}`, { cwd })
      : shell(`fcnc ${args}`, { cwd });

  beforeAll(async () => {
    await run(["compile", "small.fcn", "--out", "closed/web"], { cwd });
    await place.write("closed/ugly.fcn", SMALL.replaceAll(/ +=/g, "="));
    await chmod(cwd, 0o755);
    if (isRoot) await chown(place.path("closed"), 0, 0);
    await chmod(place.path("closed"), 0o555);
  });
  afterAll(() => chmod(place.path("closed"), 0o755));

  test.each([
    ["compile small.fcn --out closed/web", "closed/web: it cannot be written: it may not be read or written by you"],
    ["compile small.fcn --out closed/new", "closed/new: it cannot be written: it may not be read or written by you"],
    ["fmt closed/ugly.fcn", "`closed/ugly.fcn` cannot be written: it may not be read or written by you"],
    [
      "predict small.fcn --weights init --image four.png --mask closed/mask.png",
      "`closed/mask.png` cannot be written: it may not be read or written by you",
    ],
  ])("%s", async (args, message) => {
    const before = await contents("closed/web");
    const { code, out, err } = await asNobody(args);
    expect({ code, out, err }).toEqual({ code: 1, out: "", err: expect.stringContaining(`error: ${message}\n`) });
    expect(await contents("closed/web")).toEqual(before);
    expect((await readdir(place.path("closed"))).sort()).toEqual(["ugly.fcn", "web"]);
  });

  test("a spec and a picture that may not be read", async () => {
    await place.write("secret.fcn", SMALL);
    await place.write("secret.png", png(1, 1, [1, 2, 3]));
    await chmod(place.path("secret.fcn"), 0);
    await chmod(place.path("secret.png"), 0);
    const spec = await asNobody("check secret.fcn");
    expect({ code: spec.code, out: spec.out }).toEqual({
      code: 1,
      out: expect.stringContaining("error[cannot-read]: `secret.fcn` may not be read"),
    });
    const picture = await asNobody("predict small.fcn --weights init --image secret.png");
    expect(picture.code).toBe(1);
    expect(picture.err).toContain("error: `secret.png` cannot be read: it may not be read or written by you\n");
  });
});
