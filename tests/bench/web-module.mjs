/**
 * The module of bundles in Chromium on WASM, one thread, against two rivals:
 *
 * 1. a forward pass of FCN-32s at a quarter of its width against the same net of tf.layers with a dense deconvolution;
 * 2. the time from the import of `fcn.js` to the first mask of that net in uint8 (10 MB with what runs it), served by this
 *    machine and kept nowhere, each time in a fresh page. Against it: the very files that such a load asks for, read by
 *    another fresh page into memory, one after the other; and of the load itself the first `segment`, which is the net's
 *    first run. What reading takes that asks for all files at once is told beside it.
 *
 *     node tests/bench/web-module.mjs [--rounds 9] [--json]      Chromium is found on the PATH, or named in FCNC_CHROMIUM.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { byTurns, median, option, report } from "./measure.mjs";
import { writeWeights } from "./vgg.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(import.meta.url);
const rounds = Number(option("rounds", "9"));
const side = 224;
const folder = mkdtempSync(join(tmpdir(), "fcnc-web-"));

/** @param {string} out @param {readonly string[]} more */
function compile(out, more) {
  const spec = join(root, "tests/bench/specs/fcn32s-quarter.fcn");
  const args = [
    "compile",
    spec,
    "--weights",
    join(folder, "weights.safetensors"),
    "--out",
    join(folder, out),
    "--no-certify",
  ];
  const run = spawnSync(process.execPath, [join(root, "bin/fcnc.js"), ...args, ...more], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`fcnc compile ends with ${run.status}:\n${run.stdout}${run.stderr}`);
}

const packages = ["core", "layers", "backend-wasm"];
const scripts = packages.map((name) => require.resolve(`@tensorflow/tfjs-${name}/dist/tf-${name}.min.js`));
const types = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Files that were asked for. @type {Set<string>} */
const asked = new Set();

/** Bundles, the rival's files and an empty page. */
function serve() {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const places = [
      join(folder, path),
      join(root, "tests", path),
      join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist", path),
    ];
    const file = path === "/" ? undefined : places.find((place) => existsSync(place));
    asked.add(path);
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Content-Type", file ? (types[extname(file)] ?? "application/octet-stream") : "text/html");
    // In a page there is no disk to write weights to.
    const isVgg = file?.endsWith("vgg.mjs") === true;
    const body = file ? readFileSync(file) : '<!doctype html><link rel="icon" href="data:,">';
    response.end(isVgg ? body.toString().replace(/^import .*node:fs.*$/m, "") : body);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

const found = (process.env["FCNC_CHROMIUM"] ?? "").split(delimiter).filter(Boolean);
const onPath = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((place) => ["chromium", "google-chrome"].map((name) => join(place, name)));
const executablePath = [...found, ...onPath].find((path) => existsSync(path));
if (executablePath === undefined) throw new Error("no Chromium: name one in FCNC_CHROMIUM");

writeWeights(join(folder, "weights.safetensors"), { width: 1 / 4, classes: 21 });
compile("float", []);
compile("uint8", ["--quantize", "uint8"]);
const server = await serve();
const origin = `http://127.0.0.1:${server.address().port}/`;
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

/** A page that has the picture of both sides. @param {number} side */
async function open(side) {
  const page = await browser.newPage();
  await page.goto(origin);
  await page.evaluate((side) => {
    const data = Float32Array.from({ length: side * side * 3 }, (_, at) => 127 + 127 * Math.sin(at / 50 + (at % 3)));
    Object.assign(globalThis, { picture: { width: side, height: side, channels: 3, data } });
  }, side);
  return page;
}

async function forward() {
  const [rival, bundle] = [await open(side), await open(side)];
  for (const path of scripts) await rival.addScriptTag({ path });
  await rival.evaluate(`(async () => {
    tf.wasm.setWasmPaths("/");
    await tf.setBackend("wasm");
    const { rivalNet } = await import("/bench/rival.mjs");
    const net = rivalNet(tf, tf, { side: ${side}, width: 1 / 4, padded: false });
    globalThis.run = async () => {
      const start = performance.now();
      const pixels = tf.tensor4d(picture.data, [1, ${side}, ${side}, 3]);
      const result = net(pixels);
      const mask = await result.data();
      tf.dispose([pixels, result]);
      return { time: performance.now() - start, mask: [...mask], backend: tf.getBackend() };
    };
  })()`);
  await bundle.evaluate(`(async () => {
    const { load } = await import("/float/fcn.js");
    const net = await load("/float/", { backend: "wasm" });
    globalThis.run = async () => {
      const start = performance.now();
      const { mask } = await net.segment(picture);
      return { time: performance.now() - start, mask: [...mask], backend: net.backend.name };
    };
  })()`);
  const results = [await rival.evaluate("run()"), await bundle.evaluate("run()")];
  if (results.some(({ backend }) => backend !== "wasm")) throw new Error("not on WASM");
  const agreement = results[0].mask.filter((label, at) => label === results[1].mask[at]).length / side ** 2;
  if (agreement < 0.999) throw new Error(`the masks agree on ${agreement} of the pixels`);
  const time = (page) => async () => (await page.evaluate("run()")).time;
  const { hand, module } = await byTurns({ hand: time(rival), module: time(bundle) }, rounds);
  report({
    name: `FCN-32s at a quarter of its width, ${side} px, in Chromium`,
    ratio: module / hand,
    target: 0.6,
    "module, worker and all (ms)": module,
    "by hand (ms)": hand,
    agreement,
  });
  await rival.close();
  await bundle.close();
}

/** Loads the bundle and runs it once, in a fresh page: milliseconds of both, and of the run. */
async function loadAndRun() {
  const page = await open(side);
  const times = await page.evaluate(`(async () => {
    const begun = performance.now();
    const { load } = await import("/uint8/fcn.js");
    const net = await load("/uint8/", { backend: "wasm" });
    const start = performance.now();
    await net.segment(picture);
    const end = performance.now();
    return { whole: end - begun, first: end - start };
  })()`);
  await page.close();
  return times;
}

/** Milliseconds in which a fresh page reads files into memory. @param {readonly string[]} files @param {boolean} atOnce */
async function read(files, atOnce) {
  const page = await open(side);
  const time = await page.evaluate(
    async ({ files, atOnce }) => {
      const start = performance.now();
      const one = async (path) => (await fetch(path)).arrayBuffer();
      if (atOnce) await Promise.all(files.map(one));
      else for (const path of files) await one(path);
      return performance.now() - start;
    },
    { files, atOnce },
  );
  await page.close();
  return time;
}

async function start() {
  asked.clear();
  await loadAndRun();
  const files = [...asked].filter((path) => path.startsWith("/uint8/"));
  const bytes = files.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);
  const times = { load: [], read: [], readAtOnce: [], first: [] };
  for (let round = 0; round < rounds; round++) {
    times.read.push(await read(files, false));
    times.readAtOnce.push(await read(files, true));
    const { whole, first } = await loadAndRun();
    times.load.push(whole);
    times.first.push(first);
  }
  const load = median(times.load);
  const first = median(times.first);
  const reading = median(times.read);
  report({
    name: `from load to the first mask, ${(bytes / 1e6).toFixed(1)} MB in uint8`,
    ratio: load / (reading + first),
    target: 1.3,
    "load and first mask (ms)": load,
    "reading the same files (ms)": reading,
    "reading them all at once (ms)": median(times.readAtOnce),
    "first run (ms)": first,
  });
}

try {
  await forward();
  await start();
} finally {
  await browser.close();
  server.close();
  rmSync(folder, { recursive: true });
}
