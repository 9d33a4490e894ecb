/** The catalogue, the lists and the folders hold the same things. */
import { readdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { checks } from "../../src/checks/index.js";
import { catalogue, renderPage } from "../../src/catalogue.js";
import type { Code } from "../../src/diagnostics/diagnostic.js";
import { layerKinds } from "../../src/layers/index.js";

const root = new URL("../../", import.meta.url);

/** All that the modules of a folder export, by file. */
async function exportsOf(folder: string): Promise<Map<string, unknown[]>> {
  const names = (await readdir(new URL(folder, root))).filter((name) => name.endsWith(".ts"));
  const modules = names.map(async (name): Promise<[string, unknown[]]> => {
    const module = (await import(new URL(`${folder}/${name}`, root).pathname)) as object;
    return [name, Object.values(module)];
  });
  return new Map(await Promise.all(modules));
}

function isCode(value: unknown): value is Code {
  return typeof value === "object" && value !== null && "summary" in value && "explanation" in value && "code" in value;
}

function hasCode(value: unknown): value is { readonly code: Code } {
  return typeof value === "object" && value !== null && "run" in value && "code" in value && isCode(value.code);
}

test("every code that the sources define is in the catalogue, and no two share a name", async () => {
  const syntax = ((await import("../../grammar/codes.js")) as { syntaxCodes: readonly Code[] }).syntaxCodes;
  const defined = [...(await exportsOf("src/diagnostics/codes")).values()].flat().filter(isCode);
  const checked = [...(await exportsOf("src/checks")).values()].flat().filter(hasCode);
  const grammar = [...(await exportsOf("grammar")).values()].flat().filter(isCode);
  expect(new Set(grammar)).toEqual(new Set(syntax));
  const all = [...syntax, ...defined, ...checked.map((check) => check.code)];
  expect(new Set(all.map(({ code }) => code)).size).toBe(all.length);
  for (const code of all) expect(catalogue.get(code.code)).toBe(code);
  expect(catalogue.size).toBe(all.length);
  expect([...catalogue.keys()]).toEqual([...catalogue.keys()].toSorted());
});

describe("checks", () => {
  test("every check of the folder is in the list, one a file, under the name of its code", async () => {
    const files = await exportsOf("src/checks");
    files.delete("index.ts");
    const found = [...files].flatMap(([name, values]) => values.filter(hasCode).map((check) => ({ name, check })));
    expect(new Set(found.map(({ check }) => check))).toEqual(new Set(checks));
    for (const { name, check } of found) expect(`${check.code.code}.ts`).toBe(name);
  });
});

test("every layer kind of the folder is in the list, one a file, under its name", async () => {
  const files = await exportsOf("src/layers");
  files.delete("index.ts");
  const isKind = (value: unknown): value is { readonly name: string } =>
    typeof value === "object" && value !== null && "lower" in value && "parameters" in value;
  const found = [...files].flatMap(([name, values]) => values.filter(isKind).map((kind) => ({ name, kind })));
  expect(found.map(({ kind }) => kind.name).toSorted()).toEqual([...layerKinds.keys()]);
  for (const { name, kind } of found) {
    expect(`${kind.name}.ts`).toBe(name);
    expect(layerKinds.get(kind.name)).toBe(kind);
  }
});

test("a page has all that is to be said of a code", () => {
  const code = catalogue.get("crop-offset");
  if (!code) throw new Error("no such code");
  const page = renderPage(code);
  expect(page.split("\n")[0]).toBe("error[crop-offset]");
  expect(page).toContain(code.summary);
  expect(page).toContain("    score = crop(to: image, offset: 5)".trim());
  expect(page).toMatch(/^This is reported:$/m);
  expect(page).toMatch(/^This is not:$/m);
  expect(page.endsWith("}\n")).toBe(true);
});
