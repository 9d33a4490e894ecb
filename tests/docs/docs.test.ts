/** The reference pages say what the program does: they are made from it, and `npm run golden` writes them anew. */
import { format, resolveConfig } from "prettier";
import { expect, test } from "vitest";
import { catalogue } from "../../src/catalogue.js";
import { datasetKinds } from "../../src/data/datasets/index.js";
import { layerKinds } from "../../src/layers/index.js";
import { caffePage } from "./caffe-page.js";
import { codesPage } from "./codes-page.js";
import { dataPage } from "./data-page.js";
import { grammarPage, grammarRules, unusedRules } from "./grammar-page.js";
import { layersPage } from "./layers-page.js";
import { limitsPage } from "./limits-page.js";

const root = new URL("../../", import.meta.url);

/** As `prettier --check` wants it. */
async function formatted(page: string): Promise<string> {
  const options = await resolveConfig(new URL("docs/page.md", root));
  return format(page, { ...options, parser: "markdown", embeddedLanguageFormatting: "off" });
}

test("docs/grammar.md is made from the grammar", async () => {
  expect(grammarRules().length).toBeGreaterThan(20);
  expect(unusedRules()).toEqual([]);
  await expect(await formatted(grammarPage())).toMatchFileSnapshot("../../docs/grammar.md");
});

test("docs/layers.md is made from the layer kinds", async () => {
  const page = layersPage();
  for (const name of layerKinds.keys()) expect(page).toContain(`\n## ${name}\n`);
  await expect(await formatted(page)).toMatchFileSnapshot("../../docs/layers.md");
});

test("docs/codes.md is made from the catalogue", async () => {
  const page = codesPage();
  for (const code of catalogue.keys()) expect(page).toContain(`\n### ${code}\n`);
  await expect(await formatted(page)).toMatchFileSnapshot("../../docs/codes.md");
});

test("docs/caffe-layers.md is made from the Caffe target", async () => {
  const page = await caffePage();
  for (const name of layerKinds.keys()) expect(page).toContain(`| [\`${name}\`](layers.md#${name}) |`);
  await expect(await formatted(page)).toMatchFileSnapshot("../../docs/caffe-layers.md");
});

test("docs/limits.md is made from the table of limits", async () => {
  await expect(await formatted(limitsPage())).toMatchFileSnapshot("../../docs/limits.md");
});

test("docs/data.md is made from the kinds of data set", async () => {
  const page = dataPage();
  const names = datasetKinds.map(({ name }) => name);
  expect(names).toEqual(names.toSorted());
  for (const name of names) expect(page).toContain(`\n## ${name}\n`);
  await expect(await formatted(page)).toMatchFileSnapshot("../../docs/data.md");
});
