/**
 * Time to scores of a bundle on ONNX Runtime Web, through its module, against ONNX Runtime Web on the same net with a
 * dense ConvTranspose, in one page of Chromium, by turns: pixels in, scores out, the same weights, WASM, as many threads.
 *
 *     node tests/bench/onnx-web.mjs [--rounds 15] [--side 224] [--threads 2] [--json]
 *
 * FCNC_CHROMIUM may name the browser. FCN-32s is at a quarter of VGG's width, without the large padding.
 *
 * The dense net is what `--target onnx` writes: its convolutions are ONNX Runtime's `Conv`. Both graphs have argmax in
 * them, which ONNX Runtime computes whether it is asked for or not.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { loadavg, tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { median, option, report } from "./measure.mjs";
import { writeWeights } from "./vgg.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const rounds = Number(option("rounds", "15"));
const side = Number(option("side", "224"));
const threads = Number(option("threads", "2"));
const TARGET = 0.85;
const CLASSES = 21;
const TYPES = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** @param {readonly string[]} args */
function compile(...args) {
  const run = spawnSync(process.execPath, [join(root, "bin/fcnc.js"), "compile", ...args], {
    cwd: root,
    encoding: "utf8",
  });
  if (run.status !== 0)
    throw new Error(`fcnc compile ${args.join(" ")} ends with ${run.status}:\n${run.stdout}${run.stderr}`);
}

/** @param {Readonly<Record<string, string>>} folders by the first part of an address */
async function serve(folders) {
  const server = createServer(({ url = "/" }, response) => {
    const [, top = "", ...rest] = normalize(new URL(url, "http://localhost").pathname).split(/[/\\]/);
    const path = join(folders[top] ?? "", ...rest);
    // Threads want an isolated page.
    response.setHeader("cross-origin-opener-policy", "same-origin");
    response.setHeader("cross-origin-embedder-policy", "require-corp");
    if (top === "") return response.setHeader("content-type", "text/html").end("<!doctype html>");
    if (!folders[top] || !existsSync(path)) return response.writeHead(404).end();
    return response
      .setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream")
      .end(readFileSync(path));
  });
  await new Promise((started) => server.listen(0, "127.0.0.1", () => started(undefined)));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** Runs in the page. */
async function race({ side, rounds, classes, threads }) {
  const pixels = side * side;
  const data = Uint8Array.from({ length: 3 * pixels }, (_, index) => (index * 7919) % 256);
  const planes = new Float32Array(3 * pixels);
  for (let index = 0; index < 3 * pixels; index++) planes[(index % 3) * pixels + Math.floor(index / 3)] = data[index];

  const { load } = await import("/bundle/fcn.js");
  const net = await load("/bundle/", { backend: "wasm", threads });
  const ort = await import("/onnxruntime/ort.wasm.min.mjs");
  ort.env.wasm.numThreads = threads;
  const dense = await ort.InferenceSession.create("/dense/model.onnx", { executionProviders: ["wasm"] });

  // The bundle's graph without the module around it.
  const { files, outputs } = await (await fetch("/bundle/bundle.json")).json();
  const numberOf = (path) => Number(/shard(\d+)of/.exec(path)[1]);
  const shards = files.map(({ path }) => path).filter((path) => path.startsWith("group1-shard"));
  const parts = [];
  for (const path of shards.sort((a, b) => numberOf(a) - numberOf(b)))
    parts.push(await (await fetch(`/bundle/${path}`)).blob());
  const externalData = [{ path: "weights.bin", data: new Uint8Array(await new Blob(parts).arrayBuffer()) }];
  const graph = await ort.InferenceSession.create("/bundle/model.onnx", { executionProviders: ["wasm"], externalData });
  const scoresOf = async (session, name) => {
    const found = await session.run({ image: new ort.Tensor("float32", planes, [1, 3, side, side]) }, [name]);
    return found[name].data;
  };

  const sides = {
    bundle: async () => (await net.segment({ width: side, height: side, channels: 3, data }, { scores: true })).scores,
    graph: () => scoresOf(graph, outputs[0].scores),
    dense: () => scoresOf(dense, "score"),
  };
  // Faster and wrong would be no news.
  const [ours, theirs] = [await sides.bundle(), await sides.dense()];
  let [apart, low, high] = [0, Infinity, -Infinity];
  for (let pixel = 0; pixel < pixels; pixel++)
    for (let label = 0; label < classes; label++) {
      const score = theirs[label * pixels + pixel];
      apart = Math.max(apart, Math.abs(ours[pixel * classes + label] - score));
      [low, high] = [Math.min(low, score), Math.max(high, score)];
    }
  const times = { bundle: [], graph: [], dense: [] };
  for (let round = -3; round < rounds; round++)
    for (const [name, run] of Object.entries(sides)) {
      // A session's threads go on looking for work for a while, which would be taken from the next one's time.
      await new Promise((rested) => setTimeout(rested, 60));
      const begun = performance.now();
      await run();
      if (round >= 0) times[name].push(performance.now() - begun);
    }
  return { times, apart: apart / (high - low), backend: net.backend.description };
}

const folder = mkdtempSync(join(tmpdir(), "fcnc-onnx-web-"));
let browser;
let server;
try {
  const weights = join(folder, "weights.safetensors");
  const dense = join(folder, "dense.safetensors");
  writeWeights(weights, { width: 1 / 4, classes: CLASSES, threads });
  writeWeights(dense, { width: 1 / 4, classes: CLASSES }, { name: "upscore", kernel: 64 });
  const spec = (name) => join(root, `tests/bench/specs/${name}.fcn`);
  const web = ["--target", "web", "--runtime", "onnxruntime-web", "--no-certify"];
  compile(spec("fcn32s-quarter"), ...web, "--weights", weights, "--out", join(folder, "bundle"));
  compile(spec("fcn32s-quarter-dense"), "--target", "onnx", "--weights", dense, "--out", join(folder, "dense"));
  server = await serve({
    bundle: join(folder, "bundle"),
    dense: join(folder, "dense"),
    onnxruntime: join(root, "node_modules/onnxruntime-web/dist"),
  });
  const executablePath = process.env["FCNC_CHROMIUM"] ?? "/usr/bin/chromium";
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage();
  await page.goto(server.origin);
  const { times, apart, backend } = await page.evaluate(race, { side, rounds, classes: CLASSES, threads });
  if (apart > 1e-4) throw new Error(`the scores differ by ${apart} of their range`);
  const [ours, graph, theirs] = [median(times.bundle), median(times.graph), median(times.dense)];
  report({
    name: `FCN-32s at a quarter of its width, ${side} px, scores on ${backend}`,
    ratio: ours / theirs,
    target: TARGET,
    "bundle (ms)": ours,
    "dense (ms)": theirs,
    "ratio of the bundle's graph alone": graph / theirs,
    "largest difference, of the range": apart,
    "load average": loadavg()
      .map((load) => load.toFixed(1))
      .join(" "),
  });
} finally {
  await browser?.close();
  server?.close();
  rmSync(folder, { recursive: true });
}
