/** The library in a page: bundled as a page's author would, it gives what it gives in Node. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type * as Library from "../../src/index.js";
import { compile } from "../../src/compile.js";
import { nodeHost } from "../../src/node-host.js";
import { chromiumMissing, launchChromium } from "../browser/chromium.js";
import { serve, type StaticServer } from "../browser/static-server.js";
import { SMALL } from "../cli/material.js";
import { root } from "../cli/run.js";

/** Takes down what is asked for of Node, which a page has not. */
const builtinsAsked = {
  name: "builtins-asked",
  resolveId: (id: string) => {
    if (id.startsWith("node:")) builtins.push(id);
    return null;
  },
};
const builtins: string[] = [];

let folder = "";
let server: StaticServer | null = null;
let browser: Browser | null = null;
const imports: string[] = [];
const warnings: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fcnc-page-"));
  const bundle = await rolldown({
    input: join(root, "dist/index.js"),
    platform: "browser",
    plugins: [builtinsAsked],
    onLog: (level, { message }) => level === "warn" && warnings.push(message),
  });
  const { output } = await bundle.write({ file: join(folder, "fcnc.js"), format: "esm", codeSplitting: false });
  await bundle.close();
  for (const file of output) if (file.type === "chunk") imports.push(...file.imports, ...file.dynamicImports);
  if (chromiumMissing() !== null) return;
  await writeFile(join(folder, "start.js"), 'import * as fcnc from "./fcnc.js";\nglobalThis.fcnc = fcnc;\n');
  const page = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page/start.js"></script>';
  server = await serve({ folders: { page: folder, library: join(root, "specs") }, pages: { "/": page } });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true });
});

test("nothing is left to import", () => {
  expect({ imports, warnings }).toEqual({ imports: [], warnings: [] });
});

test("nothing of Node is asked for", () => {
  expect(builtins).toEqual([]);
});

beforeEach((context) => {
  const missing = chromiumMissing();
  if (missing && context.task.name.startsWith("in a page")) context.skip(missing);
});

/** Runs a function in the page; it sees its argument and the library. */
async function inPage<Asked, Result>(
  work: (library: typeof Library, asked: Asked) => Promise<Result>,
  asked: Asked,
): Promise<Result> {
  if (!browser || !server) throw new Error("no page");
  const tab = await browser.newPage();
  const faults: string[] = [];
  tab.on("pageerror", (error) => faults.push(error.message));
  await tab.goto(server.origin, { waitUntil: "load" });
  const text = `(${work.toString()})(globalThis.fcnc, ${JSON.stringify(asked)})`;
  const result = (await tab.evaluate(text)) as Result;
  await tab.close();
  expect(faults).toEqual([]);
  return result;
}

test("in a page a spec compiles to the plan that Node makes", async () => {
  const files = { "net.fcn": SMALL };
  const page = await inPage(async ({ compile, memoryHost }, given) => compile("net.fcn", memoryHost(given)), files);
  const { plan } = await compile({ text: SMALL, path: "net.fcn" }, nodeHost);
  expect(page.plan).toEqual(JSON.parse(JSON.stringify(plan)));
});

test("in a page the library of specs comes by a host that fetches it", async () => {
  const text = await readFile(join(root, "specs/voc-fcn8s.fcn"), "utf8");
  const asked = { text: text.replace('"./backbones/', '"fcnc/backbones/') };
  expect(asked.text).toContain('"fcnc/backbones/vgg16.fcn"');
  const page = await inPage(async ({ compile, HostError }, { text }) => {
    const host = {
      async read(path: string): Promise<string> {
        const response = await fetch(path.replace(/^fcnc\//, "/library/"));
        if (!response.ok) throw new HostError("not-found", `there is no file \`${path}\``);
        return response.text();
      },
    };
    const { plan, diagnostics } = await compile({ text }, host);
    return { digest: plan?.digest, labels: plan?.outputs[0]?.labels?.classes.length, diagnostics };
  }, asked);
  const { plan } = await compile({ path: join(root, "specs/voc-fcn8s.fcn") }, nodeHost);
  expect(page).toEqual({ digest: plan?.digest, labels: 21, diagnostics: [] });
});

test("in a page faults are told, shown and mended", async () => {
  const page = await inPage(
    async ({ check, diagnosticsJson, format, memoryHost, renderTerminal }, text) => {
      const { diagnostics, sources, nets } = await check({ text }, memoryHost({}));
      return {
        nets,
        told: diagnosticsJson(diagnostics, sources).map(({ code, line }) => ({ code, line })),
        shown: renderTerminal(diagnostics, sources, { color: false }),
        formatted: format(text.replaceAll(/ +=/g, "=")),
      };
    },
    SMALL.replace("maxpool(2)", "maxpol(2)"),
  );
  expect(page.nets).toEqual(["small"]);
  expect(page.told).toEqual([{ code: "unknown-layer", line: 6 }]);
  expect(page.shown).toContain("did you mean `maxpool`?");
  expect(page.formatted).toEqual({ text: SMALL.replace("maxpool(2)", "maxpol(2)") });
});

test("in a page what is not there is a diagnostic", async () => {
  const page = await inPage(async ({ compile, memoryHost }) => {
    const { diagnostics } = await compile("none.fcn", memoryHost({}));
    return diagnostics.map(({ message }) => message);
  }, null);
  expect(page).toEqual(["there is no file `none.fcn`"]);
});
