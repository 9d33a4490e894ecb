/** What goes wrong on the page of bundles in Chromium is told there, and the page goes on. */
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { writePicture } from "./module-nets.js";
import { sceneBundle, sceneWithoutWeights } from "./page-nets.js";
import { closeBrowser, give, segmented, visit, type Visit } from "./page-site.js";

const folder = await scratch();
const scene = join(folder, "scene");
const pictures = join(folder, "pictures");
let photo = "";

const missing = chromiumMissing();
beforeAll(async () => {
  if (missing) return;
  mkdirSync(pictures);
  await sceneBundle(scene);
  photo = writePicture(pictures, 150, 200);
});
afterAll(() => closeBrowser());
beforeEach((context) => {
  if (missing) context.skip(missing);
});

const visits: Visit[] = [];
async function open(bundle: string): Promise<Visit> {
  const opened = await visit(bundle);
  visits.push(opened);
  return opened;
}
afterEach(async () => {
  for (const { close } of visits.splice(0)) await close();
});

const text = (page: Visit["page"], id: string): Promise<string> => page.locator(`#${id}`).innerText();

test("what takes long can be stopped, and begun again", async () => {
  const { page } = await open(scene);
  await segmented(page, () => give(page, "drop", [photo]));
  await segmented(page, () => page.selectOption("#backend", "cpu"));
  await page.selectOption("#limit", "0");
  await expect.poll(() => page.locator("#details").isVisible()).toBe(true);
  await give(page, "drop", [writePicture(pictures, 1200, 1600)]);
  await page.locator("#stop").click();
  await expect.poll(() => text(page, "message-text")).toBe("Segmenting was stopped.");
  expect(await page.locator("#progress").isVisible()).toBe(false);
  await segmented(page, () => page.click("#message-retry"));
  expect(await text(page, "took")).toContain(" at 1600 × 1200 px");
});

test("a file that is no picture", async () => {
  const { page } = await open(scene);
  const notes = join(pictures, "notes.txt");
  writeFileSync(notes, "no picture");
  await give(page, "drop", [notes]);
  const message = page.getByRole("alert");
  await expect.poll(() => message.innerText()).toContain("notes.txt is no picture that this browser can read.");
  await give(page, "drop", []);
  await expect.poll(() => message.innerText()).toContain("That was no file of a picture.");
  await segmented(page, () => give(page, "drop", [photo]));
  expect(await message.isVisible()).toBe(false);
});

test("a backend that does not work here", async () => {
  const { page } = await open(scene);
  await segmented(page, () => give(page, "drop", [photo]));
  await segmented(page, () => page.selectOption("#backend", "webgpu"));
  expect(await text(page, "message-text")).toMatch(/^No backend works here\. webgpu: .* takes the fastest that works/);
  expect(await page.locator("#message-retry").isVisible(), "there is nothing to be tried again").toBe(false);
  expect(await page.locator("#backend").inputValue()).toBe("auto");
  await page.click("#message-close");
  await segmented(page, () => page.selectOption("#backend", "cpu"));
  expect(await text(page, "runs-on")).toMatch(/^plain JavaScript/);
  expect(await page.locator("#message").isVisible()).toBe(false);
});

test("weights that are not there, until they are", async () => {
  const bundle = join(folder, "broken");
  cpSync(scene, bundle, { recursive: true });
  const shard = join(bundle, "group1-shard1of1.bin");
  renameSync(shard, `${shard}.away`);
  const { page } = await open(bundle);
  await expect.poll(() => text(page, "message-text")).toMatch(/group1-shard1of1\.bin is not there: .* 404\.$/);
  renameSync(`${shard}.away`, shard);
  await segmented(page, async () => {
    await page.click("#message-retry");
    await page.click("#sample");
  });
  expect(await page.locator("#message").isVisible()).toBe(false);
});

test("a bundle that has no weights yet says how to get them", async () => {
  const { page } = await open(await sceneWithoutWeights(join(folder, "graph")));
  await expect
    .poll(() => text(page, "no-weights"))
    .toContain("holds the graph of scene, and none of its weights: 2 tens");
  expect(await text(page, "no-weights-command")).toBe("npx fcnc compile SPEC.fcn --weights FILE --out FOLDER");
  expect(await page.locator("#work").isVisible()).toBe(false);
});

test("a folder that is no bundle", async () => {
  const bundle = join(folder, "half");
  cpSync(scene, bundle, { recursive: true });
  writeFileSync(join(bundle, "bundle.json"), readFileSync(join(bundle, "bundle.json")).subarray(0, 100));
  const { page } = await open(bundle);
  await expect.poll(() => text(page, "message-text")).toMatch(/bundle\.json is not JSON\. Copy the bundle again\.$/);
});

test("a page that is opened as a file says that it wants a server", async () => {
  const { page } = await open(scene);
  await page.locator("#work").waitFor();
  expect(await page.locator("#not-started").count()).toBe(0);
  await page.goto(pathToFileURL(join(scene, "index.html")).href);
  await page.locator("#not-started").waitFor({ state: "visible" });
  expect(await text(page, "not-started")).toContain("npx fcnc serve .");
});
