/** The plan of every spec of the library, as reviewed. `npm run golden` writes them anew. */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { libraryNets, planOf } from "../specs/library.js";
import { goldenJson } from "./golden-json.js";

const folder = fileURLToPath(new URL("plans/", import.meta.url));
const nets = await libraryNets();

/** `voc-fcn16s.json`; a file of several nets gives `<file>.<net>.json`. */
function fileOf({ path, net }: (typeof nets)[number]): string {
  const name = path
    .replace(/^specs\//, "")
    .replace(/\.fcn$/, "")
    .replaceAll("/", ".");
  return nets.filter((other) => other.path === path).length === 1 ? `${name}.json` : `${name}.${net}.json`;
}

it.each(nets)("$path: $net", async (spec) => {
  const plan = await planOf(spec.path, spec.net);
  await expect(goldenJson(plan)).toMatchFileSnapshot(folder + fileOf(spec));
  expect(JSON.parse(goldenJson(plan))).toEqual(plan);
});

it("has no golden plan without a spec", () => {
  const expected = new Set(nets.map(fileOf));
  const kept = existsSync(folder) ? readdirSync(folder) : [];
  expect(
    kept.filter((name) => !expected.has(name)),
    "delete them",
  ).toEqual([]);
});
