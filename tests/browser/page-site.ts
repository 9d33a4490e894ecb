/** The page of a bundle in Chromium, served as `fcnc serve` does it, and what tests do to it. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Browser, Page } from "playwright-core";
import { startServer } from "../../src/serve/server.js";
import { launchChromium } from "./chromium.js";

const CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

const LOOKS = 10;

export interface Visit {
  readonly page: Page;
  /** What the page's console and errors said. */
  readonly said: readonly string[];
  /** Addresses that were asked for elsewhere than on the page's own server. */
  readonly strayed: readonly string[];
  close(): Promise<void>;
}

export interface Look {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
  readonly reducedMotion?: "reduce" | "no-preference";
}

let browser: Promise<Browser> | null = null;

export async function visit(bundle: string, { width = 1280, ...look }: Look = {}): Promise<Visit> {
  browser ??= launchChromium(CAMERA);
  const server = await startServer(bundle);
  const context = await (
    await browser
  ).newContext({ viewport: { width, height: 860 }, permissions: ["clipboard-read", "clipboard-write"], ...look });
  const page = await context.newPage();
  const said: string[] = [];
  const strayed: string[] = [];
  page.on("pageerror", (error) => said.push(error.message));
  page.on("console", (message) => said.push(message.text()));
  page.on("request", (request) => {
    const isOwn = [server.url, `blob:${server.url}`, "data:"].some((start) => request.url().startsWith(start));
    if (!isOwn) strayed.push(request.url());
  });
  await page.goto(server.url);
  return {
    page,
    said,
    strayed,
    async close() {
      await context.close();
      await server.close();
    },
  };
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = null;
}

/** Does something that starts a run, and waits until its result is on the page. */
export async function segmented(page: Page, start: () => Promise<unknown>): Promise<void> {
  // The mark is gone as soon as the page shows another result.
  await page.locator("#took").evaluate((took) => (took.textContent = "waiting"));
  await start();
  await page.waitForFunction(
    () =>
      !document.getElementById("details")?.hidden &&
      document.getElementById("took")?.textContent?.includes(" at ") === true,
  );
}

/** Gives files to the page by an event, as a browser does it. */
export async function give(page: Page, kind: "drop" | "paste", files: readonly string[], at = "body"): Promise<void> {
  const given = await Promise.all(
    files.map(async (file) => ({ name: basename(file), base64: (await readFile(file)).toString("base64") })),
  );
  await page
    .locator(at)
    .first()
    .evaluate(
      (target, { kind, given }) => {
        const transfer = new DataTransfer();
        for (const { name, base64 } of given) {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          transfer.items.add(new File([bytes], name, { type: name.endsWith(".png") ? "image/png" : "text/plain" }));
        }
        const event =
          kind === "drop"
            ? new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true })
            : new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true });
        target.dispatchEvent(event);
      },
      { kind, given },
    );
}

/** What a button saves: its name and bytes. */
export async function saved(page: Page, button: string): Promise<{ readonly name: string; readonly data: Uint8Array }> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return { name: download.suggestedFilename(), data: await readFile(await download.path()) };
}

/**
 * What a page keeps while it works, in bytes of its heap and buffers, nodes of its document, and listeners: the least of
 * some looks, as most of them fall into its work. A collection that a page asks for by `gc()` is none of these: it spares
 * what the browser made for objects that the stack may still name.
 */
export async function keptBy(page: Page): Promise<{ bytes: number; nodes: number; listeners: number }> {
  const devtools = await page.context().newCDPSession(page);
  const least = { bytes: Infinity, nodes: Infinity, listeners: Infinity };
  for (let look = 0; look < LOOKS; look++) {
    await devtools.send("HeapProfiler.collectGarbage");
    const heap: { usedSize: number; backingStorageSize?: number } = await devtools.send("Runtime.getHeapUsage");
    const { nodes, jsEventListeners } = await devtools.send("Memory.getDOMCounters");
    least.bytes = Math.min(least.bytes, heap.usedSize + (heap.backingStorageSize ?? 0));
    least.nodes = Math.min(least.nodes, nodes);
    least.listeners = Math.min(least.listeners, jsEventListeners);
  }
  await devtools.detach();
  return least;
}
