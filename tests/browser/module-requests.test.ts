/** What a load asks a server for that lets nothing be kept: every file once, and none in vain. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { compileBundle, SMALL } from "./module-nets.js";
import { closeBrowser, openSite } from "./module-page.js";

const bundle = join(await scratch(), "small");
const missing = chromiumMissing();
beforeAll(async () => {
  if (!missing) await compileBundle(SMALL, bundle);
});
afterAll(() => (missing ? undefined : closeBrowser()));

const EVERY = ["bundle.json", "fcn.js", "group1-shard1of1.bin", "model.json"];
const RUNTIME = ["engine.js", "run.js", "tfjs-core.js", "tfjs-graph-model.js"];

test.for([
  ["wasm", false, ["tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm.js"]],
  ["wasm", true, ["tfjs-backend-wasm-threaded-simd.wasm", "tfjs-backend-wasm.js"]],
  ["cpu", false, ["tfjs-backend-cpu.js", "tfjs-shared.js"]],
] as const)("%s, in an isolated page: %s", async ([backend, isolated, own], { skip }) => {
  if (missing) return skip(missing);
  const site = await openSite(bundle, { isolated, headers: { "Cache-Control": "no-store" } });
  const { page } = await site.open();
  const threads = await page.evaluate(async (backend) => {
    const net = await fcn.load({ backend, threads: 2 });
    await net.segment(new ImageData(3, 3));
    return net.backend.threads;
  }, backend);
  expect(threads).toBe(isolated ? 2 : 1);
  const wanted = [...EVERY, ...[...RUNTIME, ...own].map((name) => `runtime/${name}`)];
  expect(site.server.asked.filter((path) => path !== "/").sort()).toEqual(
    wanted.map((name) => `/bundle/${name}`).sort(),
  );
  await page.close();
  await site.close();
});
