/**
 * Gives every reader of strangers' files mutated ones: what is not read must be refused in words, soon, and without
 * taking memory for what is not there. Equal seeds make equal files. The thread that reads HDF5 is that of the build.
 *
 *     node tests/fuzz/run.mjs [--cases 1000000] [--seed 1] [--jobs 2] [--reader NAME] [--json FILE]
 *     node tests/fuzz/run.mjs --reader npz --case 1234 [--seed 1] --write FILE    one case, as a file
 *
 * Exit codes: 0 nothing was found, 1 something was.
 */
import { writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { built } from "./build.mjs";

const SECONDS = 10;
const MEMORY = 96 * 2 ** 20;
const LEAST = 100;
/** Of one worker; more ends it, which is a finding. */
const HEAP_MIB = 768;

const { values: options } = parseArgs({
  options: {
    cases: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "2" },
    reader: { type: "string" },
    json: { type: "string" },
    case: { type: "string" },
    write: { type: "string" },
  },
});
setPriority(15);
const program = await built("worker");
const { readers, caseOf } = await import(pathToFileURL(await built("readers")).href);
const { Random } = await import(pathToFileURL(await built("random")).href);
const seed = Number(options.seed);
const chosen = readers
  .map((/** @type {object} */ reader, /** @type {number} */ place) => ({ ...reader, place }))
  .filter((/** @type {{ name: string }} */ { name }) => options.reader === undefined || options.reader === name);
if (chosen.length === 0) throw new Error(`there is no reader ${options.reader}`);

if (options.write !== undefined) {
  const [{ place }] = chosen;
  writeFileSync(options.write, caseOf(readers[place], new Random(seed, place, Number(options.case))));
} else {
  const whole = chosen.reduce(
    (/** @type {number} */ sum, /** @type {{ share: number }} */ { share }) => sum + share,
    0,
  );
  const queue = chosen.map((/** @type {{ name: string, place: number, share: number }} */ { name, place, share }) => ({
    name,
    place,
    cases: Math.max(LEAST, Math.ceil((Number(options.cases) * share) / whole)),
  }));
  const begin = performance.now();
  /** @type {{ name: string, cases: number, seconds: number, findings: { case: number, what: string }[] }[]} */
  const results = [];
  const save = () =>
    options.json === undefined ||
    writeFileSync(options.json, JSON.stringify({ seed, node: process.version, results }, null, 1));
  await Promise.all(
    Array.from({ length: Number(options.jobs) }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const result = await fuzz(next.place, next.cases);
        results.push({ name: next.name, ...result });
        const rate = Math.round(result.cases / result.seconds);
        console.log(`${next.name}: ${result.cases} files, ${rate} a second, ${result.findings.length} findings`);
        for (const finding of result.findings.slice(0, 8)) console.log(`  case ${finding.case}: ${finding.what}`);
        save();
      }
    }),
  );
  const cases = results.reduce((sum, result) => sum + result.cases, 0);
  const found = results.reduce((sum, { findings }) => sum + findings.length, 0);
  console.log(`${cases} files in ${Math.round((performance.now() - begin) / 1000)} s, seed ${seed}: ${found} findings`);
  process.exitCode = found > 0 ? 1 : 0;
}

/**
 * All cases of a reader. A case that takes too long, or ends its thread, is a finding; a new thread goes on behind it.
 * @param {number} reader
 * @param {number} cases
 */
async function fuzz(reader, cases) {
  const start = performance.now();
  /** @type {{ case: number, what: string }[]} */
  const findings = [];
  let ended = 0;
  for (let from = 0; from < cases;) {
    const clock = new BigInt64Array(new SharedArrayBuffer(16));
    clock.fill(BigInt(-1));
    const fault = await /** @type {Promise<string | null>} */ (
      new Promise((resolve) => {
        const worker = new Worker(program, {
          workerData: { reader, seed, from, to: cases, clock, memory: MEMORY },
          resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
          stderr: false,
        });
        const watch = setInterval(() => {
          const since = Number(Atomics.load(clock, 1));
          if (since > 0 && Date.now() - since > 1000 * SECONDS) {
            resolve(`it takes more than ${SECONDS} s`);
            void worker.terminate();
          }
        }, 1000);
        worker.on("message", (message) => {
          ended += message.done;
          from = message.next;
          findings.push(...message.findings);
        });
        worker.on("error", (error) => resolve(`it ends the thread: ${error.stack ?? error}`));
        worker.on("exit", (code) => {
          clearInterval(watch);
          resolve(code === 0 ? null : `it ends the thread with ${code}`);
        });
      })
    );
    if (fault === null) continue;
    const at = Number(Atomics.load(clock, 0));
    findings.push({ case: at, what: fault });
    from = at + 1;
    if (at < 0 || findings.length > 200) break;
  }
  return { cases: ended, seconds: (performance.now() - start) / 1000, findings };
}
