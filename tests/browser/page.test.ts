/** The page of bundles in Chromium: pictures by every way in, what is read, and what is saved. */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { decode, encode } from "fast-png";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { compileBundle, predicted, wallpaper, writePicture } from "./module-nets.js";
import { sceneBundle, TWO } from "./page-nets.js";
import { closeBrowser, give, keptBy, saved, segmented, visit, type Look, type Visit } from "./page-site.js";

const folder = await scratch();
const scene = join(folder, "scene");
const pictures = join(folder, "pictures");
const [HEIGHT, WIDTH] = [150, 200];
let photo = "";
let large = "";

const missing = chromiumMissing();
beforeAll(async () => {
  if (missing) return;
  mkdirSync(pictures);
  await sceneBundle(scene);
  photo = writePicture(pictures, HEIGHT, WIDTH);
  large = writePicture(pictures, 300, 1024);
});
afterAll(() => closeBrowser());
beforeEach((context) => {
  if (missing) context.skip(missing);
});

const visits: Visit[] = [];
async function open(bundle: string, look?: Look): Promise<Visit> {
  const opened = await visit(bundle, look);
  visits.push(opened);
  return opened;
}
afterEach(async () => {
  for (const { close, strayed } of visits.splice(0)) {
    expect(strayed).toEqual([]);
    await close();
  }
});

const text = (page: Visit["page"], id: string): Promise<string> => page.locator(`#${id}`).innerText();

describe("a picture", () => {
  test.each([
    ["that is chosen", (page: Visit["page"]) => page.setInputFiles("input[type=file]", photo)],
    ["that is dropped", (page: Visit["page"]) => give(page, "drop", [photo])],
    ["that is pasted", (page: Visit["page"]) => give(page, "paste", [photo])],
  ])("%s has the mask of `fcnc predict`, with its palette", async (_, put) => {
    const { page, said } = await open(scene);
    await segmented(page, () => put(page));
    const { name, data } = await saved(page, "#download-mask");
    expect(name).toBe(`wallpaper-${HEIGHT}-${WIDTH}-mask.png`);
    const mask = decode(data);
    expect(mask).toMatchObject({ width: WIDTH, height: HEIGHT, channels: 1, depth: 8 });
    expect(Uint8Array.from(mask.data)).toEqual(await predicted(scene, [photo]));
    expect(mask.palette?.slice(0, 2)).toEqual([
      [0x3d, 0x7a, 0xb8],
      [0xc9, 0xd6, 0xe2],
    ]);
    expect(await text(page, "took")).toMatch(/^[\d.]+ m?s at 200 × 150 px; the first run prepares the net, too$/);
    expect(await text(page, "runs-on")).toMatch(/^WASM with SIMD, [24] threads \(TensorFlow\.js 4\./);
    expect(said).toEqual([]);
  });

  test("that is larger than asked for is resized, and told", async () => {
    const { page } = await open(scene);
    await segmented(page, () => give(page, "drop", [large]));
    expect(await text(page, "took")).toContain(" at 512 × 150 px");
    expect(await text(page, "notes")).toContain("The picture has 1024 × 300 px and was resized for the net.");
    await segmented(page, () => page.selectOption("#limit", "0"));
    expect(await text(page, "took")).toContain(" at 1024 × 300 px");
    const { data } = await saved(page, "#download-mask");
    expect(Uint8Array.from(decode(data).data)).toEqual(await predicted(scene, [large]));
  });

  test("stays where one that was given before it takes longer to read", async () => {
    const { page } = await open(scene);
    await page.evaluate(() => {
      const given = globalThis as { createImageBitmap: (blob: Blob) => Promise<ImageBitmap> };
      const own = given.createImageBitmap;
      given.createImageBitmap = async (blob) => {
        given.createImageBitmap = own;
        await new Promise((resolve) => setTimeout(resolve, 1500));
        document.body.dataset["late"] = "read";
        return own(blob);
      };
    });
    await give(page, "drop", [large]);
    await segmented(page, () => give(page, "drop", [photo]));
    await page.locator("body[data-late=read]").waitFor();
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
    expect(await page.locator(".picker p").first().innerText()).toBe(`${basename(photo)}, ${WIDTH} × ${HEIGHT} px`);
    expect(await page.locator("#picture").evaluate((canvas: HTMLCanvasElement) => canvas.width)).toBe(WIDTH);
  });

  test("comes from the camera", async () => {
    const { page, said } = await open(scene);
    await page.getByRole("button", { name: "Camera" }).click();
    await page.locator("#camera-cancel").click();
    expect(await page.locator("#camera").isVisible()).toBe(false);
    await page.getByRole("button", { name: "Camera" }).click();
    await segmented(page, () => page.locator("#camera-take").click());
    expect(await page.locator("#camera").isVisible()).toBe(false);
    expect(await text(page, "pickers")).toMatch(/camera\.png, \d+ × \d+ px/);
    expect(said).toEqual([]);
  });

  test(
    "comes from the camera again and again until that is stopped, and the page keeps nothing of sixty pictures",
    { timeout: 180_000 },
    async () => {
      const { page, said } = await open(scene);
      await page.selectOption("#limit", "256");
      await page.getByRole("button", { name: "Camera" }).click();
      await page.getByRole("button", { name: "Segment live" }).click();
      const live = async () => Number(/live, picture (\d+)$/.exec(await text(page, "took"))?.[1]);
      const reached = (frame: number) => expect.poll(live, { timeout: 60_000 }).toBeGreaterThanOrEqual(frame);
      // The first pictures make programs and buffers that stay.
      await reached(30);
      const before = await keptBy(page);
      await reached((await live()) + 60);
      const after = await keptBy(page);
      // Of one picture the mask is 49 kB, and its overlay 197 kB.
      expect((after.bytes - before.bytes) / 60).toBeLessThan(4000);
      expect(after.nodes - before.nodes).toBeLessThan(30);
      expect(after.listeners - before.listeners).toBeLessThan(30);
      expect(await text(page, "took")).toMatch(/^[\d.]+ m?s at 256 × \d+ px · live, picture \d+$/);
      expect(await text(page, "reading")).toContain("Scores are not kept of live pictures.");
      await page.locator("#stage").focus();
      await page.keyboard.press("Home");
      const frame = await live();
      await reached(frame + 2);
      expect(await text(page, "reading"), "the place that is read stays").toContain("column 0, row");
      await page.locator("#legend input").first().focus();
      await page.click("#live-stop");
      await expect.poll(() => text(page, "took")).toMatch(/ at 256 × \d+ px$/);
      expect(await page.locator("#live").isVisible()).toBe(false);
      expect(await text(page, "pickers")).toMatch(/camera\.png, 256 × \d+ px/);
      expect(await text(page, "reading")).toMatch(/: −?[\d.]+/);
      expect(said).toEqual([]);
    },
  );

  test("takes the place of the camera's", async () => {
    const { page, said } = await open(scene);
    await page.getByRole("button", { name: "Camera" }).click();
    await page.getByRole("button", { name: "Segment live" }).click();
    await page.locator("#live-stop").waitFor();
    await segmented(page, () => give(page, "drop", [photo]));
    await expect.poll(() => page.locator("#live").isVisible()).toBe(false);
    await expect.poll(() => text(page, "took")).toMatch(/ at 200 × 150 px$/);
    expect(said).toEqual([]);
  });

  test("is the sample, whose surfaces are told apart", async () => {
    const { page } = await open(scene);
    await segmented(page, () => page.click("#sample"));
    const entries = await page.locator("#legend li").allInnerTexts();
    expect(entries.map((entry) => entry.replace(/\s+/g, " ").replace(/ [\d.]+%$/, "")).sort()).toEqual(
      ["cloud", "grass", "hill", "house", "roof", "sky", "tree", "water"].sort(),
    );
    const shares = entries.map((entry) => Number(/([\d.]+)%/.exec(entry)?.[1]));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(await text(page, "others-title")).toBe("1 class is not in it");
    expect(await page.locator("#status").textContent()).toMatch(/^Done in \d.*s\. (\w+ \d+ percent(, |\.$)){3}/);
  });
});

test("a bundle that was compiled with a sample offers that", async () => {
  const bundle = await sceneBundle(join(folder, "with-sample"), { samples: { image: photo } });
  const { page } = await open(bundle);
  await segmented(page, () => page.click("#sample"));
  expect(await text(page, "pickers")).toContain("sample-image.png, 200 × 150 px");
  const { data } = await saved(page, "#download-mask");
  expect(Uint8Array.from(decode(data).data)).toEqual(await predicted(bundle, [photo]));
});

describe("the segmentation", () => {
  test("is drawn over the picture as strongly as the slider says, on the page and in the file", async () => {
    const { page } = await open(scene);
    await segmented(page, () => give(page, "drop", [photo]));
    await page.locator("#opacity").fill("80");
    expect(await text(page, "opacity-value")).toBe("80%");
    expect(await page.locator("#overlay").evaluate((overlay) => overlay.style.opacity)).toBe("0.8");
    const { name, data } = await saved(page, "#download-overlay");
    expect(name).toBe(`wallpaper-${HEIGHT}-${WIDTH}-overlay.png`);
    const overlay = decode(data);
    const mask = decode((await saved(page, "#download-mask")).data);
    const colors = mask.palette ?? [];
    const picture = wallpaper(HEIGHT, WIDTH).data;
    const furthest = [...mask.data.keys()].reduce((most, at) => {
      const distance = [0, 1, 2].map((channel) => {
        const blended = 0.2 * (picture[3 * at + channel] ?? 0) + 0.8 * (colors[mask.data[at] ?? 0]?.[channel] ?? 0);
        return Math.abs(blended - (overlay.data[overlay.channels * at + channel] ?? 0));
      });
      return Math.max(most, ...distance);
    }, 0);
    expect(furthest).toBeLessThanOrEqual(2);
  });

  test("is read by pointer and by keys", async () => {
    const { page } = await open(scene);
    await segmented(page, () => give(page, "drop", [photo]));
    const mask = await predicted(scene, [photo]);
    const names = ["sky", "cloud", "hill", "grass", "tree", "house", "roof", "water", "rocket"];
    const nameAt = (x: number, y: number) => names[mask[y * WIDTH + x] ?? -1];
    const box = await page.locator("#stage").boundingBox();
    if (!box) throw new Error("no stage");
    for (const [x, y] of [
      [3, 4],
      [150, 20],
      [199, 149],
    ] as const) {
      await page.mouse.move(box.x + ((x + 0.5) * box.width) / WIDTH, box.y + ((y + 0.5) * box.height) / HEIGHT);
      const reading = (await text(page, "reading")).split("\n").filter((line) => line !== "");
      expect(reading.slice(0, 2)).toEqual([nameAt(x, y), `column ${x}, row ${y}`]);
      const scores = reading.slice(2).map((line) => Number(line.replace("−", "-").replace(/^.*: /, "")));
      expect(reading[2]?.replace(/:.*/, "")).toBe(nameAt(x, y));
      expect(scores.length).toBe(3);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
    }
    await page.locator("#stage").focus();
    for (const [keys, x, y] of [
      ["Home", 0, 149],
      ["ArrowLeft", 0, 149],
      ["Shift+ArrowRight", 10, 149],
      ["ArrowUp", 10, 148],
      ["Shift+ArrowUp", 10, 138],
      ["ArrowDown", 10, 139],
      ["End", 199, 139],
    ] as const) {
      await page.keyboard.press(keys);
      expect(await text(page, "reading")).toContain(`column ${x}, row ${y}`);
    }
    await expect.poll(() => page.locator("#spoken").textContent()).toBe(`${nameAt(199, 139)}, column 199, row 139`);
    expect(await page.locator("#cursor").isVisible()).toBe(true);
  });

  test("leaves classes clear that are not ticked, also in the next picture", async () => {
    const { page } = await open(scene);
    await segmented(page, () => page.click("#sample"));
    const skyAlpha = () =>
      page.evaluate(() => {
        const overlay = document.getElementById("overlay") as HTMLCanvasElement;
        return overlay.getContext("2d")?.getImageData(2, 2, 1, 1).data[3];
      });
    expect(await skyAlpha()).toBe(255);
    await page.getByRole("checkbox", { name: /^sky/ }).focus();
    await page.keyboard.press("Space");
    expect(await skyAlpha()).toBe(0);
    await segmented(page, () => page.click("#again"));
    expect(await skyAlpha()).toBe(0);
    expect(await page.getByRole("checkbox", { name: /^sky/ }).isChecked()).toBe(false);
    await page.getByRole("checkbox", { name: /^sky/ }).check();
    expect(await skyAlpha()).toBe(255);
  });
});

test("a net of two inputs and two heads has a picker for each, and a switch", async () => {
  const bundle = await compileBundle(TWO, join(folder, "two"));
  const { page, said } = await open(bundle);
  await expect
    .poll(() => text(page, "facts"))
    .toMatch(/^2 inputs · surface: 4 classes, place: 3 classes · 1 kB of weights/);
  const distances = join(pictures, "distances.png");
  const gray = wallpaper(HEIGHT, WIDTH).data.filter((_, at) => at % 3 === 1);
  writeFileSync(distances, encode({ width: WIDTH, height: HEIGHT, channels: 1, data: gray }));
  await give(page, "drop", [distances], ".picker[data-input=depth]");
  await expect.poll(() => text(page, "empty")).toBe("Give a picture for color, too.");
  await segmented(page, () => page.locator(".picker[data-input=color] input").setInputFiles(photo));
  const right = [`color=${photo}`, `depth=${distances}`];
  for (const head of ["surface", "place"]) {
    await page.selectOption("#head", head);
    const { name, data } = await saved(page, "#download-mask");
    expect(name).toBe(`wallpaper-${HEIGHT}-${WIDTH}-mask-${head}.png`);
    expect(Uint8Array.from(decode(data).data)).toEqual(await predicted(bundle, right, head));
  }
  await segmented(page, () => page.click("#sample"));
  expect(await page.locator("#head").inputValue()).toBe("place");
  await segmented(page, () => give(page, "drop", [large, large]));
  expect(await text(page, "took")).toContain(" at 512 × 150 px");
  expect(said).toEqual([]);
});

test("a bundle for ONNX Runtime Web has the same page, with the backends of that", async () => {
  const bundle = await sceneBundle(join(folder, "onnx"), { runtime: "onnxruntime-web" });
  const { page, said } = await open(bundle);
  await segmented(page, () => give(page, "drop", [photo]));
  expect(await text(page, "runs-on")).toMatch(/^WASM with SIMD, [24] threads \(ONNX Runtime Web /);
  const offered = await page
    .locator("#backend option")
    .evaluateAll((options) => options.map((option) => option.textContent));
  expect(offered).toEqual(["The fastest here", "WebGPU", "WebAssembly"]);
  const { data } = await saved(page, "#download-mask");
  expect(Uint8Array.from(decode(data).data)).toEqual(await predicted(scene, [photo]));
  expect(said).toEqual([]);
});
