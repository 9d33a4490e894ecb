/** What a page can meet: each is a typed error with a sentence for people, or a fallback that is told, and the page goes on. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { BundleJson } from "../../targets/certificate.js";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { compileBundle, SMALL } from "./module-nets.js";
import { closeBrowser, openSite, type ModulePage, type ModuleSite } from "./module-page.js";
import type { Answer } from "./static-server.js";

const folder = await scratch();
const bundle = join(folder, "small");
const answers: Record<string, Answer | undefined> = {};
const shard = "/bundle/group1-shard1of1.bin";
let site: ModuleSite | undefined;
let strict: ModuleSite | undefined;
let tab: ModulePage | undefined;

const missing = chromiumMissing();
beforeAll(async () => {
  if (missing) return;
  await compileBundle(SMALL, bundle);
  site = await openSite(bundle, { answers });
  strict = await openSite(bundle, {
    headers: { "Content-Security-Policy": "script-src 'self' 'unsafe-eval' 'unsafe-inline'; worker-src 'none'" },
  });
  tab = await site.open();
});
afterAll(async () => {
  if (missing) return;
  await closeBrowser();
  await site?.close().catch(() => undefined);
  await strict?.close();
});
beforeEach((context) => {
  if (missing) context.skip(missing);
  for (const address of Object.keys(answers)) answers[address] = undefined;
});

const text = (name: string): string => readFileSync(join(bundle, name), "utf8");
const loadFault = (options: object = {}) =>
  tab?.page.evaluate((options) => fcn.fault(() => fcn.load({ backend: "cpu", ...options })), options);

describe("a bundle that is not whole", () => {
  test.each([
    ["no bundle", "/bundle/bundle.json", { status: 404, body: "" }, "not-found", /bundle\.json is not there/],
    ["a server's error", "/bundle/model.json", { status: 503, body: "" }, "network", /the server answers 503/],
    ["a missing shard", shard, { status: 404, body: "" }, "not-found", /shard1of1\.bin is not there: .* 404/],
    ["a page for a shard", shard, { type: "text/html", body: "<p>" }, "not-a-bundle", /answers with a web page/],
    ["a page for bundle.json", "/bundle/bundle.json", { type: "text/html", body: "<p>" }, "not-a-bundle", /a web page/],
    ["broken JSON", "/bundle/model.json", { body: '{"format":' }, "not-a-bundle", /model\.json is not JSON/],
    ["JSON of something else", "/bundle/bundle.json", { body: '{"name":"x"}' }, "not-a-bundle", /no bundle of fcnc/],
    [
      "a graph of something else",
      "/bundle/model.json",
      { body: "[]" },
      "not-a-bundle",
      /model\.json: it is not a table/,
    ],
    ["a short shard", shard, { body: "abc" }, "damaged", /has 3 bytes where bundle\.json says \d+/],
    ["a long shard", shard, { body: new Uint8Array(99_999) }, "damaged", /has more bytes where/],
  ] as const)("%s", async (_, address, answer, code, message) => {
    answers[address] = answer;
    expect(await loadFault()).toMatchObject({ name: "FcnError", code, message: expect.stringMatching(message) });
    answers[address] = undefined;
    expect(await loadFault(), "the page goes on").toMatchObject({ code: "none" });
  });

  test("one of a newer fcnc", async () => {
    const json = JSON.parse(text("bundle.json")) as BundleJson;
    answers["/bundle/bundle.json"] = { body: JSON.stringify({ ...json, version: 2 }) };
    expect(await loadFault()).toMatchObject({
      code: "newer-version",
      message: expect.stringContaining("has version 2, and this module reads up to 1"),
    });
  });

  test("a byte that has changed is found where digests are asked for", async () => {
    const bytes = readFileSync(join(bundle, "group1-shard1of1.bin"));
    bytes[5] = (bytes[5] ?? 0) ^ 1;
    answers[shard] = { body: bytes };
    expect(await loadFault()).toMatchObject({ code: "none" });
    expect(await loadFault({ verify: true })).toMatchObject({
      code: "damaged",
      message: expect.stringContaining("its SHA-256 differs"),
    });
    answers[shard] = undefined;
    expect(await loadFault({ verify: true })).toMatchObject({ code: "none" });
  });
});

describe("pictures that are none", () => {
  test.each([
    ["a text", () => new Blob(["hello"], { type: "text/plain" }), "image", /\(text\/plain\) is no picture/],
    ["a number", () => 7, "image", /is no picture: give an image/],
    ["an image that is not there", () => Object.assign(new Image(), { src: "/nothing.png" }), "image", /was not found/],
    ["an empty canvas", () => new OffscreenCanvas(0, 0), "image", /has no pixels/],
    ["a video that has not started", () => document.createElement("video"), "video", /has no frame yet: play it/],
    ["too few values", () => ({ width: 2, height: 2, channels: 3, data: new Uint8Array(3) }), "inputs", /are 3, and/],
  ] satisfies readonly (readonly [string, () => unknown, string, RegExp])[])("%s", async (_, make, code, message) => {
    const given = await tab?.page.evaluateHandle(make as () => unknown);
    const found = await tab?.page.evaluate(async (source) => {
      const net = await fcn.load({ backend: "cpu" });
      const fault = await fcn.fault(() => net.segment(source as Blob));
      const { mask } = await net.segment(new ImageData(2, 2));
      net.dispose();
      return { fault, length: mask.length };
    }, given);
    expect(found?.fault).toMatchObject({ name: "FcnError", code, message: expect.stringMatching(message) });
    expect(found?.length, "the net goes on").toBe(4);
  });

  test("one whose scores are more than browsers hand on", async () => {
    const found = await tab?.page.evaluate(async () => {
      const net = await fcn.load({ backend: "cpu" });
      const [width, height] = [16_384, 16_384];
      const gray = { width, height, channels: 1, data: new Uint8Array(width * height) };
      const fault = await fcn.fault(() => net.segment(gray, { scores: true }));
      net.dispose();
      return fault;
    });
    expect(found).toMatchObject({
      name: "FcnError",
      code: "out-of-memory",
      message: expect.stringMatching(/^The scores of 16384 x 16384 pixels and \d+ classes take \d+ bytes/),
    });
  });

  test("of a GIF the first frame is taken, as an image shows it", async () => {
    const length = await tab?.page.evaluate(async () => {
      const net = await fcn.load({ backend: "cpu" });
      const gif = Uint8Array.from(atob("R0lGODlhAQABAIAAAP8AAAAAACwAAAAAAQABAAACAkQBADs="), (letter) =>
        letter.charCodeAt(0),
      );
      return (await net.segment(new Blob([gif], { type: "image/gif" }))).mask.length;
    });
    expect(length).toBe(1);
  });

  test("one of another site that does not share it", async () => {
    const other = await openSite(bundle, { folders: { images: join(import.meta.dirname, "../images/fixtures") } });
    const fault = await tab?.page.evaluate(async (origin) => {
      const net = await fcn.load({ backend: "cpu" });
      const image = Object.assign(new Image(), { src: `${origin}/images/dot.jpg` });
      return fcn.fault(() => net.segment(image));
    }, other.server.origin);
    await other.close();
    expect(fault).toMatchObject({ code: "cross-origin", message: expect.stringContaining("`crossorigin`") });
  });
});

describe("giving up", () => {
  test("a cancelled load asks for nothing more, and says why it ended", async () => {
    answers[shard] = { body: readFileSync(join(bundle, "group1-shard1of1.bin")), delay: 2000 };
    const faults = await tab?.page.evaluate(async () => {
      const controller = new AbortController();
      const onProgress = () => setTimeout(() => controller.abort(), 50);
      const whileLoading = await fcn.fault(() => fcn.load({ backend: "cpu", signal: controller.signal, onProgress }));
      const before = await fcn.fault(() => fcn.load({ signal: AbortSignal.abort(new Error("not today")) }));
      return { whileLoading, before };
    });
    expect(faults?.whileLoading).toMatchObject({ name: "AbortError" });
    expect(faults?.before).toMatchObject({ message: "not today" });
    await expect.poll(() => site?.server.forsaken).toContain(shard);
  });

  test("a cancelled picture, and a net that was disposed of", async () => {
    const found = await tab?.page.evaluate(async () => {
      const net = await fcn.load({ backend: "cpu" });
      const controller = new AbortController();
      const large = fcn.fault(() => net.segment(new ImageData(200, 200), { signal: controller.signal }));
      setTimeout(() => controller.abort(), 20);
      const cancelled = await large;
      const { mask } = await net.segment(new ImageData(2, 2));
      const running = fcn.fault(() => net.segment(new ImageData(300, 300)));
      setTimeout(() => net.dispose(), 20);
      return {
        cancelled,
        length: mask.length,
        ended: await running,
        after: await fcn.fault(() => net.segment(new ImageData(2, 2))),
      };
    });
    expect(found).toMatchObject({
      cancelled: { name: "AbortError" },
      length: 4,
      ended: { code: "disposed" },
      after: { code: "disposed" },
    });
  });
});

describe("giving up, where that has to be heard first", () => {
  test("a load whose engine does not come", async () => {
    // In a tab of its own, as Chromium asks for no file twice at once.
    const page = await site?.open();
    answers["/bundle/runtime/engine.js"] = { type: "text/javascript", body: "", delay: 3000 };
    answers["/later"] = { body: "", delay: 3000 };
    const first = await page?.page.evaluate(() => {
      const fault = fcn.fault(() => fcn.load({ signal: AbortSignal.timeout(200) })).then(({ name }) => name);
      return Promise.race([fault, fetch("/later").then(() => "the engine")]);
    });
    expect(first).toBe("TimeoutError");
    await page?.close();
  });

  test("a picture in tiles, which the worker does not go on with", async () => {
    const found = await tab?.page.evaluate(async () => {
      const net = await fcn.load({ backend: "wasm" });
      const large = () => new ImageData(60, 60);
      const timed = async (work: () => Promise<unknown>) => {
        const begun = performance.now();
        const { name } = await fcn.fault(work);
        return { name, took: performance.now() - begun };
      };
      const whole = await timed(() => net.segment(large(), { tile: 1 }));
      const controller = new AbortController();
      const onProgress = () => controller.abort();
      const ended = await timed(() => net.segment(large(), { tile: 1, signal: controller.signal, onProgress }));
      const next = await timed(() => net.segment(new ImageData(2, 2)));
      net.dispose();
      return { names: [whole.name, ended.name, next.name], ratio: (ended.took + next.took) / whole.took };
    });
    expect(found?.names).toEqual(["none", "AbortError", "none"]);
    expect(found?.ratio).toBeLessThan(0.5);
  });

  test("a net in the page that was disposed of", async () => {
    const found = await tab?.page.evaluate(async () => {
      const net = await fcn.load({ backend: "cpu", worker: false });
      const running = [1, 2].map(() => fcn.fault(() => net.segment(new ImageData(40, 40), { tile: 1 })));
      setTimeout(() => net.dispose());
      return [...(await Promise.all(running)), await fcn.fault(() => net.memory())];
    });
    expect(found?.map(({ code }) => code)).toEqual(["disposed", "disposed", "disposed"]);
  });
});

describe("a policy for scripts and workers, in an isolated page", () => {
  test.each([
    ["worker-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", 1],
    ["worker-src 'self' blob:", "script-src 'self' 'wasm-unsafe-eval'", 1],
    ["worker-src 'self' blob:", "script-src 'self' 'wasm-unsafe-eval' blob:", 2],
  ])("%s; %s", async (workers, scripts, threads) => {
    const headers = { "Content-Security-Policy": `${workers}; ${scripts}` };
    const own = await openSite(bundle, { isolated: true, headers });
    const page = await own.open();
    const found = await page.page.evaluate(async () => {
      const loaded = async (worker: boolean) => {
        const net = await fcn.load({ backend: "wasm", threads: 2, worker });
        const { mask } = await net.segment(new ImageData(3, 3));
        const { notes, passedOver } = net;
        return { worker: net.worker, threads: net.backend.threads, passedOver, notes, length: mask.length };
      };
      return [await loaded(true), await loaded(false)];
    });
    // In a page TF.js takes half the cores at most, and the machine may have two.
    if (threads > 1) found.pop();
    const refused = "wasm with threads: the page's policy does not allow `blob:` in worker-src and script-src";
    const passedOver = threads === 1 ? [refused] : [];
    for (const [index, one] of found.entries())
      expect(one).toEqual({ worker: index === 0, threads, passedOver, notes: [], length: 9 });
    await page.close();
    await own.close();
  });
});

test("a policy against workers leaves the net in the page, and that is told", async () => {
  const page = await strict?.open();
  const found = await page?.page.evaluate(async () => {
    const net = await fcn.load({ backend: "wasm" });
    const { mask } = await net.segment(new ImageData(3, 3));
    return { worker: net.worker, notes: net.notes, length: mask.length };
  });
  expect(found).toMatchObject({ worker: false, length: 9 });
  expect(found?.notes).toEqual([expect.stringMatching(/^The net runs in the page.*: no worker starts/)]);
});

test("a lost GPU context is an error, and the next call starts anew", async () => {
  const page = await site?.open();
  const found = await page?.page.evaluate(async () => {
    const contexts: WebGL2RenderingContext[] = [];
    for (const kind of [OffscreenCanvas, HTMLCanvasElement]) {
      const { prototype } = kind as unknown as { prototype: { getContext(...given: unknown[]): unknown } };
      const { getContext } = prototype;
      prototype.getContext = function (this: unknown, ...given: unknown[]) {
        const context = getContext.apply(this, given);
        if (String(given[0]).startsWith("webgl")) contexts.push(context as WebGL2RenderingContext);
        return context;
      };
    }
    const net = await fcn.load({ backend: ["webgl", "cpu"], worker: false });
    const picture = () =>
      new ImageData(
        new Uint8ClampedArray(400).map((_, at) => (at % 4 === 3 ? 255 : at)),
        10,
        10,
      );
    const before = [...(await net.segment(picture())).mask];
    const lose = () => {
      for (const context of contexts)
        if (!context.isContextLost()) context.getExtension("WEBGL_lose_context")?.loseContext();
    };
    lose();
    const fault = await fcn.fault(() => net.segment(picture()));
    const after = [...(await net.segment(picture())).mask];
    const first = { backend: net.backend.name, passedOver: net.passedOver };
    lose();
    const again = await fcn.fault(() => net.segment(picture()));
    const last = [...(await net.segment(picture())).mask];
    return { before, fault, after, first, again, last, backend: net.backend.name, passedOver: net.passedOver };
  });
  expect(found?.fault).toMatchObject({ name: "FcnError", code: "context-lost" });
  expect(found?.after).toEqual(found?.before);
  expect(found?.last).toEqual(found?.before);
  expect(found?.first.passedOver).toEqual([expect.stringMatching(/^webgl: The graphics processor is gone/)]);
  expect(found?.first.backend).toMatch(/webgl|cpu/);
  expect(found?.backend).toBe("cpu");
  await page?.close();
});

test("a loaded net needs no server", async () => {
  const alone = await openSite(bundle);
  const page = await alone.open();
  await page.page.evaluate(async () => {
    globalThis.net = await fcn.load({ backend: "wasm" });
  });
  await alone.close();
  const length = await page.page.evaluate(async () => (await globalThis.net.segment(new ImageData(9, 7))).mask.length);
  expect(length).toBe(63);
  expect(await page.page.evaluate(() => fcn.fault(() => fcn.load({}, "/bundle/")))).toMatchObject({
    name: "FcnError",
    code: "network",
  });
  await page.close();
});
