import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { applyFixes, safeFixes } from "../../src/diagnostics/fixes.js";
import { workplace } from "../cli/material.js";
import { run } from "../cli/run.js";
import { checked, net, spec } from "./expect-errors.js";

const two = net(
  "a = image -> conv(8, 3, pad: 10)",
  "b = crop(to: image, offset: 5)",
  "c = a -> conv(8, 3, pad: 1)",
  "d = crop(to: b, offset: [2, 9])",
  "output d",
);

describe("safe fixes", () => {
  test("replace plain numbers", async () => {
    const { diagnostics, sources } = await checked(two);
    const fixes = safeFixes(diagnostics, sources, "spec.fcn");
    expect(applyFixes(two, fixes)).toBe(two.replace("offset: 5", "offset: 9").replace("[2, 9]", "9"));
    expect((await checked(applyFixes(two, fixes))).diagnostics).toEqual([]);
  });

  test.each([
    ["an expression", two.replace("offset: 5", "offset: 2 + 3").replace("[2, 9]", "9")],
    ["a misspelt name", two.replace("offset: 5", "offset: 9").replace("[2, 9]", "9").replace("crop(", "corp(")],
  ])("leave %s to a person", async (_, text) => {
    const { diagnostics, sources } = await checked(text);
    expect(diagnostics.flatMap(({ fixes }) => fixes)).toHaveLength(1);
    expect(safeFixes(diagnostics, sources, "spec.fcn")).toEqual([]);
  });
});

describe("fcnc check --fix", async () => {
  const place = await workplace();
  const cwd = place.folder;
  const backbone = spec(
    "backbone b {",
    "  input image: rgb[32, 32, 3]",
    "  pool1 = maxpool(2)",
    "  tap pool1 at stride 4",
    "}",
  );
  const user = spec(
    'import b from "./b.fcn"',
    "net n {",
    "  input image: rgb[H, W, 3]",
    "  trunk = image -> b",
    "  output trunk.pool1",
    "}",
  );

  test("mends the file, says where, and leaves nothing to mend", async () => {
    await place.write("two.fcn", two);
    const ran = await run(["check", "two.fcn", "--fix"], { cwd });
    expect(ran).toEqual({
      code: 0,
      out: "`two.fcn` is sound\n",
      err: "fixed two.fcn:5:31: `5` is now `9`\nfixed two.fcn:7:27: `[2, 9]` is now `9`\n",
    });
    expect(await readFile(place.path("two.fcn"), "utf8")).toContain("offset: 9");
    expect((await run(["check", "two.fcn", "--fix"], { cwd })).err).toBe("");
  });

  test("touches no file that is not named", async () => {
    await place.write("b.fcn", backbone);
    await place.write("user.fcn", user);
    await run(["check", "user.fcn", "--fix"], { cwd });
    expect(await readFile(place.path("b.fcn"), "utf8")).toBe(backbone);
    const ran = await run(["check", "b.fcn", "--fix", "--format", "sarif"], { cwd });
    expect(ran).toMatchObject({ code: 0, err: "fixed b.fcn:5:23: `4` is now `2`\n" });
    expect(JSON.parse(ran.out)).toMatchObject({ version: "2.1.0", runs: [{ results: [] }] });
  });
});
