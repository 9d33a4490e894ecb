/**
 * What every layer kind owes: a place in the index, documentation, an example that compiles, and the same numbers on
 * every engine, in the reference interpreter and in PyTorch, at odd sizes. A new kind brings its file and a row in
 * `examples.ts`.
 */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { explainKind } from "../../src/inspect/explain.js";
import { layerKinds } from "../../src/layers/index.js";
import type { LayerKind } from "../../src/model/layer-kind.js";
import { testNets } from "../numbers/judged-nets.js";
import { scratch } from "../weights/scratch.js";
import { exampleNets, ROWS } from "./examples.js";

const folder = fileURLToPath(new URL("../../src/layers", import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && file !== "index.ts");

const isKind = (value: unknown): value is LayerKind =>
  typeof value === "object" && value !== null && "lower" in value && "parameters" in value;

test("every kind in the folder is in the index, sorted, and in a file of its name", async () => {
  const found: string[] = [];
  for (const file of files) {
    const module = (await import(join(folder, file))) as Record<string, unknown>;
    for (const value of Object.values(module).filter(isKind)) {
      expect(`${value.name}.ts`).toBe(basename(file));
      found.push(value.name);
    }
  }
  expect([...layerKinds.keys()]).toEqual(found.toSorted());
  expect(Object.keys(ROWS)).toEqual([...layerKinds.keys()]);
});

test.for([...layerKinds.values()])("$name is documented", (kind) => {
  expect(kind.summary).toMatch(/^\S.*\.$/);
  expect(kind.documentation.trim()).toMatch(/^\S[^]*\S\.?$/);
  expect(kind.example).toMatch(new RegExp(`\\b${kind.name}\\b`));
  for (const [name, { documentation }] of Object.entries(kind.parameters)) expect(documentation, name).not.toBe("");
  if (kind.blobs) expect(kind.documentation, "says under which keys its weights are").toContain("<layer>.weight");
  const page = explainKind(kind);
  for (const parameter of Object.keys(kind.parameters)) expect(page).toContain(parameter);
});

testNets(
  exampleNets(),
  [
    [7, 9],
    [13, 10],
    [19, 15],
  ],
  await scratch(),
);
