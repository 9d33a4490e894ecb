/**
 * Forward time of compiled bundles on WASM against the same nets written by hand with tf.layers and a dense
 * Conv2DTranspose: pixels in, mask out, the same weights, each in a process of its own, by turns.
 *
 *     node tests/bench/forward-wasm.mjs [--full] [--rounds 15] [--json] [--rival]
 *
 * FCN-32s at a quarter of VGG's width at 224 px without the large padding, and with `--full` the whole voc-fcn32s, which
 * takes minutes and some 4 GB. `--rival` times the hand-written net alone.
 */
import { fork, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { byTurns, median, option, report } from "./measure.mjs";
import { writeWeights } from "./vgg.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const rounds = Number(option("rounds", "15"));
const pixels = Number(option("side", "224"));

/** @typedef {{ run(): Promise<{ time: number, cpu: number, mask: string }>, end(): void }} Worker */

/** @param {"rival" | "bundle"} which @param {object} settings @returns {Promise<Worker>} */
async function start(which, settings) {
  const child = fork(join(root, "tests/bench/forward-side.mjs"), [which, JSON.stringify(settings)]);
  /** @returns {Promise<any>} */
  const answer = () =>
    new Promise((resolve, reject) => {
      const gone = (code) => reject(new Error(`the ${which} ended with ${code}`));
      child.once("exit", gone);
      child.once("message", (message) => {
        child.off("exit", gone);
        resolve(message);
      });
    });
  await answer();
  const run = () => {
    const answered = answer();
    child.send("run");
    return answered;
  };
  return { run, end: () => child.disconnect() };
}

/** @param {string} spec @param {string} weights @param {string} out */
function compile(spec, weights, out) {
  const args = [join(root, "bin/fcnc.js"), "compile", spec, "--target", "web", "--weights", weights, "--out", out];
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`fcnc compile ${spec} ends with ${run.status}:\n${run.stdout}${run.stderr}`);
}

/** @param {string} first @param {string} second */
function agreement(first, second) {
  const [one, other] = [first, second].map((text) => Buffer.from(text, "base64"));
  return one.filter((label, index) => label === other[index]).length / one.length;
}

/** @param {{ name: string, spec: string, width: number, padded: boolean, target: number, rounds: number }} net */
async function measure({ name, spec, width, padded, target, rounds }) {
  const folder = mkdtempSync(join(tmpdir(), "fcnc-forward-"));
  const workers = [];
  try {
    const settings = { side: pixels, width, padded, bundle: join(folder, "bundle") };
    const rival = await start("rival", settings);
    workers.push(rival);
    if (process.argv.includes("--rival")) {
      const { hand } = await byTurns({ hand: async () => (await rival.run()).time }, rounds);
      report({ name: `${name}, by hand alone`, ratio: 1, target: null, "by hand (ms)": hand });
      return;
    }
    const weights = join(folder, "weights.safetensors");
    writeWeights(weights, { width, classes: 21 });
    compile(spec, weights, settings.bundle);
    const bundle = await start("bundle", settings);
    workers.push(bundle);

    // Faster and wrong would be no news.
    const masks = [await rival.run(), await bundle.run()].map(({ mask }) => mask);
    const agreed = agreement(masks[0], masks[1]);
    if (agreed < 0.999) throw new Error(`the masks agree on ${agreed} of the pixels`);
    const classes = new Set(Buffer.from(masks[0], "base64")).size;

    const cpu = { hand: [], compiled: [] };
    /** @param {Worker} worker @param {number[]} times */
    const side = (worker, times) => async () => {
      const run = await worker.run();
      times.push(run.cpu);
      return run.time;
    };
    const sides = { hand: side(rival, cpu.hand), compiled: side(bundle, cpu.compiled) };
    const { hand, compiled } = await byTurns(sides, rounds);
    report({
      name,
      ratio: compiled / hand,
      target,
      // What else a machine does stretches the time of a forward pass, and hardly the processor's.
      "ratio of processor time": median(cpu.compiled) / median(cpu.hand),
      "compiled (ms)": compiled,
      "by hand (ms)": hand,
      agreement: agreed,
      "classes in the mask": classes,
    });
  } finally {
    for (const worker of workers) worker.end();
    rmSync(folder, { recursive: true });
  }
}

const quarter = { spec: "tests/bench/specs/fcn32s-quarter.fcn", width: 1 / 4, padded: false, target: 0.6, rounds };
await measure({ name: `FCN-32s at a quarter of its width, ${pixels} px, unpadded`, ...quarter });
if (process.argv.includes("--full")) {
  const full = { spec: "specs/voc-fcn32s.fcn", width: 1, padded: true, target: 1, rounds: Math.ceil(rounds / 3) };
  await measure({ name: `voc-fcn32s, ${pixels} px`, ...full });
}
