/**
 * The paper's FCN-8s as it is shipped: the mask of `fcnc predict`, in the memory that bundle.json says. At full width it
 * has 134 million weights (134 MB as uint8), which takes a minute and 4 GB: FCNC_FULL_WIDTH=1 asks for it.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { BundleJson } from "../../targets/certificate.js";
import type { TargetOptions } from "../../targets/target.js";
import type { BrowserFacts } from "../../targets/web/browser-facts.js";
import { bytesOf } from "../../targets/web/memory-term.js";
import { webTarget } from "../../targets/web/web.js";
import { writeRandomWeights } from "../judges/random-weights.js";
import { compileVoc } from "../numbers/compiled.js";
import { fileWeights } from "../numbers/weights.js";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { predicted, writePicture } from "./module-nets.js";
import { bytesOf as decoded, closeBrowser, openSite } from "./module-page.js";

const folder = await scratch();
const pictures = join(folder, "pictures");
const [HEIGHT, WIDTH] = [67, 100];

const missing = chromiumMissing();
const notWide = process.env["FCNC_FULL_WIDTH"] === undefined ? "FCNC_FULL_WIDTH=1 asks for it" : null;
beforeAll(() => {
  mkdirSync(pictures);
});
afterAll(async () => {
  if (!missing) await closeBrowser();
});
beforeEach((context) => {
  if (missing) context.skip(missing);
});

const UINT8: TargetOptions = { quantize: [{ pattern: null, type: "uint8" }] };
const ONNX: TargetOptions = { runtime: "onnxruntime-web" };

test.for([
  ["a quarter of its width in uint8", 1 / 4, UINT8],
  ["a quarter of its width on ONNX Runtime Web", 1 / 4, ONNX],
  ["its full width in uint8", 1, UINT8],
  ["its full width on ONNX Runtime Web", 1, ONNX],
] as const)("FCN-8s in %s", { timeout: 300_000 }, async ([title, width, options], { skip }) => {
  if (width === 1 && notWide) return skip(notWide);
  const bundle = join(folder, title.replaceAll(/\W+/g, "-"));
  const plan = await compileVoc("voc-fcn8s", { width });
  writeRandomWeights(`${bundle}.safetensors`, plan.tensors, { seed: 9 });
  const weights = await fileWeights(plan, `${bundle}.safetensors`);
  await webTarget.write(plan, weights, bundle, options);
  const reference = options === ONNX ? `${bundle}-tfjs` : bundle;
  if (reference !== bundle) await webTarget.write(plan, weights, reference);
  await weights.close();
  const site = await openSite(bundle, { folders: { pictures }, isolated: true });
  const picture = writePicture(pictures, HEIGHT, WIDTH);
  const tab = await site.open();
  const found = await tab.page.evaluate(
    async (address) => {
      const memories: WebAssembly.Memory[] = [];
      WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
        construct(target, given: [WebAssembly.MemoryDescriptor]) {
          const memory = new target(...given);
          memories.push(memory);
          return memory;
        },
      });
      const taken = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
      const net = await fcn.load({ backend: "wasm", worker: false });
      const { bytes } = await net.memory();
      const { mask } = await fcn.segment(net, address);
      return { backend: net.backend.description, bytes, taken: taken(), mask };
    },
    `/pictures/${basename(picture)}`,
  );
  await tab.close();
  await site.close();
  const { browser } = JSON.parse(readFileSync(join(bundle, "bundle.json"), "utf8")) as BundleJson;
  const { memory } = browser as BrowserFacts;
  const told = memory.weights + memory.prepared + bytesOf(memory.maps, HEIGHT, WIDTH);
  expect(found.bytes).toBeGreaterThan(0.8 * memory.weights);
  expect(found.bytes).toBeLessThanOrEqual(memory.weights);
  expect(found.taken).toBeGreaterThan(memory.weights);
  // What is taken is what is told; it is taken from the browser in steps of a fifth.
  expect(found.taken).toBeLessThan(1.2 * told);
  const mask = decoded(found.mask);
  expect(new Set(mask).size, "classes in the mask").toBeGreaterThan(1);
  const expected = await predicted(reference, [picture]);
  const off = mask.filter((index, at) => index !== expected[at]).length;
  // TF.js adds up as `fcnc predict` does; where ONNX Runtime does not, near ties may change places.
  expect(off).toBeLessThanOrEqual(options === ONNX ? mask.length / 1000 : 0);
});
