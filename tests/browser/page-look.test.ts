/**
 * How the page looks and what axe-core finds in it: in light and dark, wide and narrow, before, while and after. With
 * FCNC_SCREENSHOTS naming a folder, its pictures are kept there for people to look at.
 */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { compileBundle } from "./module-nets.js";
import { sceneBundle, sceneWithoutWeights, TWO } from "./page-nets.js";
import { closeBrowser, segmented, visit } from "./page-site.js";

const folder = await scratch();
const shots = process.env["FCNC_SCREENSHOTS"] ?? join(folder, "screenshots");
const bundles: Record<string, string> = {};

const missing = chromiumMissing();
beforeAll(async () => {
  if (missing) return;
  mkdirSync(shots, { recursive: true });
  bundles["scene"] = await sceneBundle(join(folder, "scene"));
  bundles["two"] = await compileBundle(TWO, join(folder, "two"));
  bundles["graph"] = await sceneWithoutWeights(join(folder, "graph"));
});
afterAll(() => closeBrowser());
beforeEach((context) => {
  if (missing) context.skip(missing);
});

/** What a person who needs it would miss: serious and critical findings, with where they are. */
async function findings(page: Page): Promise<string[]> {
  // As a value and not as a script of the page, whose policy allows none.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
  });
}

async function look(page: Page, name: string, fullPage = true): Promise<void> {
  expect(await findings(page), name).toEqual([]);
  const { inner, scrolled } = await page.evaluate(() => ({
    inner: innerWidth,
    scrolled: document.documentElement.scrollWidth,
  }));
  expect(scrolled, `${name} is as wide as the window`).toBeLessThanOrEqual(inner);
  const path = join(shots, `${name}.png`);
  await page.screenshot({ path, fullPage });
  expect(statSync(path).size).toBeGreaterThan(5000);
}

const ready = (page: Page) =>
  page.waitForFunction(() => document.getElementById("runs-on")?.textContent?.startsWith("WASM"));

describe.each([
  ["light", 1280],
  ["light", 360],
  ["dark", 1280],
  ["dark", 360],
] as const)("%s, %i px wide", (colorScheme, width) => {
  test("one input: empty, done, an error, the camera", async () => {
    const { page, close, said } = await visit(bundles["scene"] ?? "", { width, colorScheme });
    await ready(page);
    await look(page, `scene-empty-${colorScheme}-${width}`);
    await segmented(page, () => page.click("#sample"));
    await page.locator("#stage").focus();
    await page.keyboard.press("Shift+ArrowRight");
    await look(page, `scene-done-${colorScheme}-${width}`);
    await page.locator("#others summary").click();
    await page.setInputFiles("input[type=file]", { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") });
    await page.getByRole("alert").waitFor();
    await look(page, `scene-error-${colorScheme}-${width}`);
    await page.getByRole("button", { name: "Camera" }).click();
    await page.locator("#camera-take:enabled").waitFor();
    await look(page, `scene-camera-${colorScheme}-${width}`, false);
    await page.getByRole("button", { name: "Segment live" }).click();
    await page.waitForFunction(() => document.getElementById("took")?.textContent?.includes("picture 3"));
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("live-stop");
    await look(page, `scene-live-${colorScheme}-${width}`, false);
    expect(said).toEqual([]);
    await close();
  });

  test("two inputs and heads, and no weights", async () => {
    const { page, close } = await visit(bundles["two"] ?? "", { width, colorScheme });
    await ready(page);
    await segmented(page, () => page.click("#sample"));
    await look(page, `two-done-${colorScheme}-${width}`);
    await close();
    const bare = await visit(bundles["graph"] ?? "", { width, colorScheme });
    await bare.page.locator("#no-weights").waitFor();
    await look(bare.page, `graph-${colorScheme}-${width}`);
    await bare.close();
  });
});

test("the page can be used by keys alone, in the order of what is to be done", async () => {
  const { page, close } = await visit(bundles["scene"] ?? "", { reducedMotion: "reduce" });
  await ready(page);
  await page.keyboard.press("Tab");
  const visited: string[] = [];
  for (let steps = 0; steps < 12; steps++) {
    const at = await page.evaluate(() => {
      const { activeElement } = document;
      const shown = activeElement?.closest("label") ?? activeElement;
      const outline = shown ? getComputedStyle(shown).outlineStyle : "none";
      return {
        id: activeElement?.id || (activeElement?.textContent ?? "").trim(),
        type: activeElement?.tagName,
        outline,
      };
    });
    if (at.type === "BODY") break;
    visited.push(at.id || String(at.type));
    expect(at.outline, `the focus on ${at.id} is seen`).toBe("solid");
    await page.keyboard.press("Tab");
  }
  expect(visited).toEqual(["INPUT", "Camera", "sample", "paste", "backend", "limit", "Backends that were passed over"]);
  await page.locator("#sample").focus();
  await segmented(page, () => page.keyboard.press("Enter"));
  await close();
});
