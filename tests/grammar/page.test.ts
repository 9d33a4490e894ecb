/** The page of the grammar and the reader cannot drift apart: each is held to the other. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "../../grammar/parse.js";
import { declarations, edition, wordMembers } from "../../grammar/parts.js";
import { tokenize } from "../../grammar/tokens.js";
import { covers, productionsOfPage, sentence } from "./page-grammar.js";

const productions = productionsOfPage();

function faultsOf(text: string): string[] {
  return parse(text, "page.fcn").diagnostics.map(({ message }) => message);
}

const library = fileURLToPath(new URL("../../specs/", import.meta.url));
const specs = readdirSync(library, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".fcn"));

test.each(specs)("the page covers %s", (path) => {
  const text = readFileSync(`${library}${path}`, "utf8");
  expect(faultsOf(text)).toEqual([]);
  expect(covers(productions, tokenize(text).tokens)).toBe(true);
});

test("what the page allows is read without a fault", () => {
  let state = 20151;
  const pick = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  const lengths: number[] = [];
  for (let i = 0; i < 400; i++) {
    const text = sentence(productions, pick);
    expect(faultsOf(text), text).toEqual([]);
    const { tokens } = tokenize(text);
    expect(covers(productions, tokens), text).toBe(true);
    lengths.push(tokens.length);
  }
  expect(Math.max(...lengths)).toBeGreaterThan(100);
});

describe("what the page does not allow is a fault", () => {
  const net = "net n { output image }";
  test.each([
    ["no edition", net],
    ["the edition twice", `fcn 1 ${net}\nfcn 1`],
    ["a net without a body", "fcn 1 net n"],
    ["a recipe without a body", `fcn 1 ${net}\ntrain n`],
    ["an import with a body", 'fcn 1 import a from "b.fcn" { }'],
    ["a member outside a net", `fcn 1 ${net}\noutput image`],
    ["a setting in a net", "fcn 1 net n { rate: 1 }"],
    ["a member in a recipe", `fcn 1 ${net}\ntrain n { a = conv(1, 1) }`],
    ["a net in a net", `fcn 1 net n { ${net} }`],
  ])("%s", (_, text) => {
    expect(covers(productions, tokenize(text).tokens)).toBe(false);
    expect(faultsOf(text)).not.toEqual([]);
  });
});

test("a target needs no body, but may have one", () => {
  for (const text of ["fcn 1 target web for n", "fcn 1 target web for n { scores: true }"]) {
    expect(covers(productions, tokenize(text).tokens)).toBe(true);
    expect(faultsOf(text)).toEqual([]);
  }
});

test("every part of the table by which fcnc reads is on the page", () => {
  const heads = Object.values(declarations).map(({ head }) => head);
  for (const rule of [edition.head, ...heads, ...wordMembers.values()]) expect([...productions.keys()]).toContain(rule);
});
