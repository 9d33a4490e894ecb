/** A page that has a bundle's own module, as its user would have it, and what tests ask of it. */
import type { Browser, Page } from "playwright-core";
import type { load as loadBundle } from "../../targets/web/runtime/fcn.js";
import type { LoadOptions, Net, Segmentation, SegmentOptions } from "../../targets/web/runtime/types.js";
import { launchChromium } from "./chromium.js";
import { serve, type Served, type StaticServer } from "./static-server.js";

/** Every backend that Chromium can have without a graphics processor: WebGL and WebGPU on SwiftShader. */
const GRAPHICS = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-unsafe-swiftshader",
  "--js-flags=--expose-gc",
];

export interface ModuleSite {
  readonly server: StaticServer;
  /** A page of its own, empty, at the site's origin. */
  open(): Promise<ModulePage>;
  close(): Promise<void>;
}

export interface ModulePage {
  readonly page: Page;
  /** What the page's console and errors said. */
  readonly said: readonly string[];
  close(): Promise<void>;
}

let browser: Promise<Browser> | null = null;

/** A site with a bundle at `/bundle/`. All sites of a test file share one browser. */
export async function openSite(bundle: string, served: Partial<Served> = {}): Promise<ModuleSite> {
  browser ??= launchChromium(GRAPHICS);
  const server = await serve({
    ...served,
    folders: { bundle, ...served.folders },
    // The address of an empty icon, or the browser asks for one and reports that there is none.
    pages: { "/": `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">`, ...served.pages },
  });
  const chromium = await browser;
  return {
    server,
    async open() {
      const page = await chromium.newPage();
      const said: string[] = [];
      page.on("pageerror", (error) => said.push(error.message));
      page.on("console", (message) => said.push(message.text()));
      // As a text: tests are compiled to something where a page's `import` has another name.
      await page.addInitScript("globalThis.bring = (path) => import(path)");
      await page.addInitScript(inEveryPage);
      await page.goto(server.origin);
      return { page, said, close: () => page.close() };
    },
    close: () => server.close(),
  };
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = null;
}

/** What every page has, as `fcn`: sent to it as text. */
export interface PageTools {
  load(options?: LoadOptions, address?: string): Promise<Net>;
  /** The error's name, code and message, or the value where there is none. */
  fault(work: () => Promise<unknown>): Promise<{ name: string; code: string; message: string }>;
  file(address: string): Promise<Blob>;
  base64(bytes: ArrayBufferView): string;
  result(segmentation: Segmentation): Promise<PageResult>;
  segment(net: Net, address: string, options?: SegmentOptions): Promise<PageResult>;
}

export interface PageResult {
  readonly width: number;
  readonly height: number;
  readonly mask: string;
  readonly bytesPerPixel: number;
  readonly classes: Segmentation["classes"];
  readonly scores: string | null;
  readonly tiles: number;
  readonly notes: readonly string[];
}

declare global {
  /** In pages alone. */
  var fcn: PageTools;
  /** Kept from one call to the next. */
  var net: Net;
  var bring: (path: string) => Promise<unknown>;
}

function inEveryPage(): void {
  const tools: PageTools = {
    async load(options = {}, address = "/bundle/") {
      const { load } = (await bring(`${address}fcn.js`)) as { load: typeof loadBundle };
      return load(address, options);
    },
    async fault(work) {
      try {
        const value = await work();
        return { name: "none", code: "none", message: JSON.stringify(value) ?? "" };
      } catch (error) {
        const { name, message, code } = error as Error & { code?: string };
        return { name, code: String(code), message };
      }
    },
    async file(address) {
      return (await fetch(address)).blob();
    },
    base64(view) {
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      let text = "";
      for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
      return btoa(text);
    },
    async result({ width, height, mask, classes, scores, tiles, notes }) {
      return {
        width,
        height,
        mask: tools.base64(mask),
        bytesPerPixel: mask.BYTES_PER_ELEMENT,
        classes,
        scores: scores ? tools.base64(scores) : null,
        tiles,
        notes,
      };
    },
    async segment(net, address, options = {}) {
      return tools.result(await net.segment(await tools.file(address), options));
    },
  };
  globalThis.fcn = tools;
}

export const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));
export function floatsOf(base64: string): Float32Array {
  const bytes = bytesOf(base64);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}
