/**
 * The page with nets of the library that take more than a picture and give more than a mask, at a small width: NYUD's of
 * colour and HHA, SIFT Flow's of things and of geometry. With FCNC_SCREENSHOTS naming a folder, pictures are kept there.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decode, encode } from "fast-png";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { webTarget } from "../../targets/web/web.js";
import { root } from "../cli/run.js";
import { writeRandomWeights } from "../judges/random-weights.js";
import { editingHost } from "../numbers/compiled.js";
import { fileWeights } from "../numbers/weights.js";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { predicted, wallpaper, writePicture } from "./module-nets.js";
import { closeBrowser, give, saved, segmented, visit, type Visit } from "./page-site.js";

const folder = await scratch();
const pictures = join(folder, "pictures");
const shots = process.env["FCNC_SCREENSHOTS"] ?? null;
const [HEIGHT, WIDTH] = [120, 160];
let photo = "";
let hha = "";

const missing = chromiumMissing();
beforeAll(() => {
  mkdirSync(pictures);
  photo = writePicture(pictures, HEIGHT, WIDTH);
  // Three channels that are no colours: what is disparity, height and angle in NYUD.
  hha = join(pictures, "hha.png");
  const { data } = wallpaper(HEIGHT, WIDTH);
  const values = data.map((value, at) => (at % 3 === 0 ? 255 - value : (value * 7) % 256));
  writeFileSync(hha, encode({ width: WIDTH, height: HEIGHT, channels: 3, data: values }));
});
afterAll(() => closeBrowser());
beforeEach((context) => {
  if (missing) context.skip(missing);
});

const visits: Visit[] = [];
afterEach(async () => {
  for (const { close } of visits.splice(0)) await close();
});

async function open(spec: string): Promise<{ bundle: string; visit: Visit }> {
  const host = editingHost([["width: int = 64", "width: int = 4"]]);
  const { plan } = await compile({ path: join(root, `specs/${spec}.fcn`) }, host);
  if (plan === null) throw new Error(`${spec} does not compile`);
  const bundle = join(folder, spec);
  writeRandomWeights(`${bundle}.safetensors`, plan.tensors, { seed: 5 });
  const weights = await fileWeights(plan, `${bundle}.safetensors`);
  await webTarget.write(plan, weights, bundle);
  await weights.close();
  const opened = await visit(bundle);
  visits.push(opened);
  return { bundle, visit: opened };
}

const text = (page: Visit["page"], id: string): Promise<string> => page.locator(`#${id}`).innerText();

async function look({ page }: Visit, name: string): Promise<void> {
  if (shots === null) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

/** The legend's names and shares, and that what is pointed at is one of them. */
async function checkReading(page: Visit["page"]): Promise<void> {
  const entries = await page.locator("#legend li").allInnerTexts();
  const shares = entries.map((entry) => Number(/([\d.]+)%/.exec(entry)?.[1]));
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
  await page.locator("#stage").hover({ position: { x: 1, y: 1 } });
  const [name = "", place = ""] = (await text(page, "reading")).split("\n").filter((line) => line !== "");
  expect(place).toBe("column 0, row 0");
  expect(entries.some((entry) => entry.startsWith(name))).toBe(true);
}

test("NYUD's color-hha: pictures dropped on their places, chosen, or both at once", { timeout: 180_000 }, async () => {
  const { bundle, visit: opened } = await open("nyud-fcn32s-color-hha");
  const { page, said } = opened;
  await expect.poll(() => text(page, "facts"), { timeout: 30_000 }).toMatch(/^2 inputs · 40 classes/);
  expect(await page.locator(".picker legend").allInnerTexts()).toEqual(["color", "hha (values, 3 channels)"]);
  await give(page, "drop", [hha], ".picker[data-input=hha]");
  await expect.poll(() => text(page, "empty")).toBe("Give a picture for color, too.");
  await segmented(page, () => page.locator(".picker[data-input=color] input").setInputFiles(photo));
  const right = await predicted(bundle, [`color=${photo}`, `hha=${hha}`]);
  const mask = async () => Uint8Array.from(decode((await saved(page, "#download-mask")).data).data);
  expect(await mask()).toEqual(right);
  expect(new Set(right).size).toBeGreaterThan(1);
  await checkReading(page);
  await look(opened, "nyud-color-hha");
  await segmented(page, () => give(page, "drop", [hha, photo], ".picker[data-input=hha]"));
  expect(await mask(), "the first goes where it was dropped, the next to the other").toEqual(right);
  expect(await page.getByRole("button", { name: "Camera for color" }).count()).toBe(1);
  expect(said).toEqual([]);
});

test("SIFT Flow: a mask, a legend and a palette for each head", { timeout: 180_000 }, async () => {
  const { bundle, visit: opened } = await open("siftflow-fcn8s");
  const { page, said } = opened;
  await segmented(page, () => give(page, "drop", [photo]));
  const heads = await page.locator("#head option").allInnerTexts();
  expect(heads).toHaveLength(2);
  const legends: string[] = [];
  for (const head of heads) {
    await page.selectOption("#head", head);
    const { name, data } = await saved(page, "#download-mask");
    expect(name).toBe(`wallpaper-${HEIGHT}-${WIDTH}-mask-${head}.png`);
    expect(Uint8Array.from(decode(data).data)).toEqual(await predicted(bundle, [photo], head));
    await checkReading(page);
    legends.push(await page.locator("#legend").innerText());
    await look(opened, `siftflow-${head}`);
  }
  expect(legends[0]).not.toEqual(legends[1]);
  expect(said).toEqual([]);
});
