/** What `inspect` and `explain` print, as reviewed. `npm run golden` writes them anew. */
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { explainKind, explainLayer, renderExplanation } from "../../src/inspect/explain.js";
import type { InputSize } from "../../src/inspect/input-size.js";
import { inspect } from "../../src/inspect/report.js";
import { renderInspect } from "../../src/inspect/table.js";
import { layerKinds } from "../../src/layers/index.js";
import type { Plan } from "../../src/model/plan.js";
import { planOf, planOfText } from "../specs/library.js";
import { lateFusion, rectangles, smallUnet } from "../inspect/nets.js";

const folder = fileURLToPath(new URL("texts/", import.meta.url));
const at = (height: number, width: number): InputSize => ({ height, width });
const fcn = (name: string) => (): Promise<Plan> => planOf(`specs/${name}.fcn`);

const explained: readonly (readonly [string, () => Promise<Plan>, string, InputSize | null])[] = [
  ["voc-fcn16s score", fcn("voc-fcn16s"), "score", null],
  ["voc-fcn16s score at 500x375", fcn("voc-fcn16s"), "score", at(500, 375)],
  ["voc-fcn16s score_pool4c", fcn("voc-fcn16s"), "score_pool4c", null],
  ["voc-fcn16s fuse_pool4", fcn("voc-fcn16s"), "fuse_pool4", null],
  ["voc-fcn16s fc6", fcn("voc-fcn16s"), "fc6", at(224, 224)],
  ["voc-fcn16s upscore2", fcn("voc-fcn16s"), "upscore2", null],
  ["voc-fcn8s score", fcn("voc-fcn8s"), "score", null],
  ["small-unet join", () => planOfText(smallUnet), "join", null],
  ["small-unet join crop", () => planOfText(smallUnet), "join/crop", at(60, 61)],
  ["rectangles s", () => planOfText(rectangles), "s", at(50, 51)],
  ["late-fusion c", () => planOfText(lateFusion), "c", null],
];

it.each(explained)("explain %s", async (name, plan, layer, size) => {
  const explanation = explainLayer(await plan(), layer, size);
  if ("fault" in explanation) throw new Error(explanation.fault);
  const text = renderExplanation(explanation, { color: false, width: 100 });
  await expect(text).toMatchFileSnapshot(`${folder}explain ${name}.txt`.replaceAll(" ", "-"));
});

const inspected: readonly (readonly [string, () => Promise<Plan>, InputSize | null])[] = [
  ["voc-fcn16s", fcn("voc-fcn16s"), null],
  ["voc-fcn16s at 500x500", fcn("voc-fcn16s"), at(500, 500)],
  ["voc-fcn8s-atonce at 375x500", fcn("voc-fcn8s-atonce"), at(375, 500)],
  ["small-unet", () => planOfText(smallUnet), null],
  ["rectangles", () => planOfText(rectangles), null],
  ["rectangles at 51x60", () => planOfText(rectangles), at(51, 60)],
];

it.each(inspected)("inspect %s", async (name, plan, size) => {
  const report = inspect(await plan(), size);
  if ("fault" in report) throw new Error(report.fault);
  const text = renderInspect(report, { color: false, width: 100 });
  await expect(text).toMatchFileSnapshot(`${folder}inspect ${name}.txt`.replaceAll(" ", "-"));
});

it.each(["conv", "crop", "maxpool", "sum"])("the page of %s", async (name) => {
  const kind = layerKinds.get(name);
  if (!kind) throw new Error(`no kind ${name}`);
  await expect(explainKind(kind)).toMatchFileSnapshot(`${folder}kind-${name}.txt`);
});
