import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

test("the label lists that messages name are those of the library", () => {
  const named =
    /const libraryLabels = \[([^\]]*)\]/.exec(readFileSync(join(root, "src/passes/labels.ts"), "utf8"))?.[1] ?? "";
  const listed = [...named.matchAll(/"([^"]+)"/g)].map((match) => match[1]);
  expect(listed).toEqual(readdirSync(join(root, "specs")).filter((name) => name.endsWith(".labels")));
});
