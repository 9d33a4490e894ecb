/**
 * Reports in Chromium: nothing is fetched or refused by the page's policy, axe-core finds nothing serious, and it fits a
 * phone. With FCNC_SCREENSHOTS naming a folder, its pictures are kept there for people to look at.
 */
import { mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { comparePage } from "../../src/report/compare-page.js";
import { mistakes } from "../../src/report/confusion-map.js";
import { reportPage } from "../../src/report/page.js";
import { chromiumMissing, launchChromium } from "../browser/chromium.js";
import { scratch } from "../weights/scratch.js";
import { madeRun, SHORT } from "./made-run.js";

const folder = await scratch();
const shots = process.env["FCNC_SCREENSHOTS"] ?? join(folder, "screenshots");
const runs = [madeRun("runs/heavy"), madeRun("runs/accumulated", { ...SHORT, updates: 100, batch: 20, every: 20 })];
const [run = madeRun("")] = runs;
const pages = { run: reportPage(run), compared: comparePage(runs) };

const missing = chromiumMissing();
let browser: Browser | null = null;
beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  if (!missing) browser = await launchChromium();
});
afterAll(() => browser?.close());

test.for([
  ["run", "light", 1280],
  ["run", "dark", 360],
  ["compared", "light", 360],
  ["compared", "dark", 1280],
] as const)("%s, %s, %i px wide", async ([name, colorScheme, width], context) => {
  if (missing || !browser) return context.skip(missing ?? "no Chromium");
  const file = join(folder, `${name}.html`);
  await writeFile(file, pages[name]);
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
  const said: string[] = [];
  const asked: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("request", (request) => asked.push(request.url().slice(0, 30)));
  await page.goto(pathToFileURL(file).href);
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    const images = [...document.images].map(({ naturalWidth }) => naturalWidth);
    const ground = getComputedStyle(document.body).backgroundColor;
    return { serious: serious.map(({ id }) => id), wide: document.documentElement.scrollWidth, images, ground };
  });
  await page.screenshot({ path: join(shots, `report-${name}-${colorScheme}-${width}.png`), fullPage: true });
  await page.close();
  expect(found.serious).toEqual([]);
  expect(found.wide).toBeLessThanOrEqual(width);
  expect(found.images).toEqual(name === "run" ? Array.from({ length: 6 }, () => 48) : []);
  expect(found.ground).toBe(colorScheme === "dark" ? "rgb(13, 17, 23)" : "rgb(255, 255, 255)");
  expect(said).toEqual([]);
  expect(asked.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"))).toEqual([]);
});

test("a page says what the run has: metrics of the best validation, classes, mistakes, examples, the spec", () => {
  const best = run.log.validations.at(-1);
  expect(pages.run).toContain(`<b>${(100 * (best?.metrics.meanIU ?? 0)).toFixed(1)}%</b>mean IU`);
  expect(pages.run).toContain("the best of 5 validations, after 2,000 images");
  expect(pages.run).toContain("disk taken for ground");
  expect(pages.run).toContain("net made { // a &lt; b &amp; c");
  expect(pages.run).toContain("made &lt;net&gt;");
  expect(pages.run).not.toContain("<script");
  expect(pages.run).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
});

test("a comparison has a line for each run, and each class of both", () => {
  for (const { name } of runs) expect(pages.compared).toContain(`<th scope="row">${name}</th>`);
  expect(pages.compared).toContain("IU of each class");
});

test("a run without validation and examples says why", () => {
  const log = { ...run.log, validations: [] };
  const page = reportPage({ ...run, log, samples: [], withoutSamples: "There are no examples: the data is gone." });
  expect(page).toContain("The run was not validated");
  expect(page).toContain("There are no examples: the data is gone.");
});

test("mistakes are the largest counts beside the diagonal, with their share of the truth", () => {
  const counts = [5, 3, 2, 0, 9, 1, 0, 0, 4];
  expect(mistakes({ classes: ["a", "b", "c"], counts }, 2)).toEqual([
    { truth: "a", predicted: "b", pixels: 3, share: 0.3 },
    { truth: "a", predicted: "c", pixels: 2, share: 0.2 },
  ]);
});
