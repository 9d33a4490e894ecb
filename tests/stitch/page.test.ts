/** The figures of `docs/shift-and-stitch.md` are those that `predict` prints. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { scaled } from "../../src/inspect/quantities.js";
import { nodeHost } from "../../src/node-host.js";
import { stitchCost } from "../../src/stitch/cost.js";
import { isFault, prepareStitch } from "../../src/stitch/stitch.js";

const specs = `${import.meta.dirname}/../../specs`;
const page = readFileSync(`${import.meta.dirname}/../../docs/shift-and-stitch.md`, "utf8");
const rows = [...page.matchAll(/^\| ([\w-]+), `(\w+)` *\| +(\d+) \| +([\d.]+ T) \| +([\d.]+ T) \|$/gm)];

test("has rows", () => expect(rows).toHaveLength(3));

test.each(rows.map(([, ...cells]) => cells))("%s, %s", async (net = "", layer = "", runs, shifting, rarefying) => {
  const { plan } = await compile({ path: `${specs}/${net}.fcn` }, nodeHost);
  const stitch = plan && prepareStitch(plan, layer);
  if (!stitch || isFault(stitch)) throw new Error(stitch?.fault ?? "no plan");
  const cost = stitchCost(stitch, 500, 500);
  expect([`${cost.runs}`, scaled(Number(cost.shifting)), scaled(Number(cost.rarefying))]).toEqual([
    runs,
    shifting,
    rarefying,
  ]);
});
