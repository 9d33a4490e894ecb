/** Each code has a page with a spec that is reported and the same one mended: both are compiled here. */
import { readdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { checks } from "../../src/checks/index.js";
import { check } from "../../src/compile.js";
import { catalogue, renderPage } from "../../src/catalogue.js";
import { isAllowable } from "../../src/diagnostics/diagnostic.js";
import { nodeHost } from "../../src/node-host.js";
import { checked } from "./expect-errors.js";

const root = new URL("../../", import.meta.url).pathname;

describe("pages", () => {
  test.each([...catalogue])("%s", async (name, code) => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(code.summary).toMatch(/^\W?[A-Z].*\.$/);
    expect(code.explanation.trim().length).toBeGreaterThan(40);
    expect(renderPage(code)).toContain(code.summary);
    expect(renderPage(code)).toMatch(code.whenAllowed === null ? /It cannot be allowed/ : /It (can|cannot) be allowed/);
    if (!code.example) return;
    const failing = await checked(code.example.failing);
    expect(failing.diagnostics.map((found) => found.code)).toContain(name);
    const mended = await checked(code.example.mended, { "data/edge.labels": "edge #ffffff\n" });
    expect(mended.diagnostics.filter(({ severity }) => severity !== "note").map((found) => found.message)).toEqual([]);
    expect(mended.diagnostics.map((found) => found.code)).not.toContain(name);
  });

  test("checks are sorted, and each is in the catalogue under its severity", () => {
    const codes = checks.map(({ code }) => code.code);
    expect(codes).toEqual([...codes].sort());
    for (const { code } of checks) expect(catalogue.get(code.code)).toBe(code);
  });
});

test("each check can be allowed, and where it is an error its page says what then holds", () => {
  for (const { code } of checks) {
    expect(isAllowable(code), code.code).toBe(true);
    if (code.severity === "error") expect(renderPage(code)).toContain(code.whenAllowed?.trim());
  }
});

describe("the library is free of warnings", async () => {
  const folders = ["specs", "specs/backbones", "specs/blocks"];
  const found = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(`${root}${folder}`)).flatMap((name) => (name.endsWith(".fcn") ? [`${folder}/${name}`] : [])),
    ),
  );
  test.each(found.flat())("%s", async (path) => {
    const { diagnostics } = await check({ path: `${root}${path}` }, nodeHost);
    expect(diagnostics.map(({ code }) => code)).toEqual([]);
  });
});
