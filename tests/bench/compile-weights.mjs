/**
 * What `fcnc compile specs/voc-fcn8s.fcn --weights FILE` costs as a whole process with 513 MiB of safetensors, against a
 * plain Node program that reads the file and writes it as files of 4 MiB; and its peak memory, against 1.3 times the
 * largest tensor and 200 MB.
 *
 *     node tests/bench/compile-weights.mjs [--rounds 5] [--json]
 *
 * Wants 2.2 GB of disk. The first three rounds fill the disk's cache and are not counted.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { byTurns, option, report } from "./measure.mjs";
import { writeWanted } from "./wanted-weights.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const rounds = Number(option("rounds", "5"));
const folder = mkdtempSync(join(tmpdir(), "fcnc-weights-"));
const weights = join(folder, "weights.safetensors");

/** @param {readonly string[]} args */
function node(args) {
  const start = performance.now();
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  const time = performance.now() - start;
  if (run.status !== 0) throw new Error(`node ${args.join(" ")} ends with ${run.status}:\n${run.stdout}${run.stderr}`);
  return time;
}

const copier = `
  import { mkdirSync, rmSync } from "node:fs";
  import { open, writeFile } from "node:fs/promises";
  const [from, to] = process.argv.slice(1);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to);
  const file = await open(from);
  const bytes = Buffer.alloc(4 * 1024 * 1024);
  for (let index = 0; ; index++) {
    const { bytesRead } = await file.read(bytes, 0, bytes.length);
    if (bytesRead === 0) break;
    await writeFile(to + "/" + index + ".bin", bytes.subarray(0, bytesRead));
  }
  await file.close();
`;
const memory = join(folder, "memory");
const watcher = `data:text/javascript,${encodeURIComponent(
  `import { writeFileSync } from "node:fs";
   process.on("exit", () => writeFileSync(${JSON.stringify(memory)}, String(process.resourceUsage().maxRSS)));`,
)}`;
const compile = ["bin/fcnc.js", "compile", "specs/voc-fcn8s.fcn", "--weights", weights, "--out", join(folder, "web")];

try {
  const graph = join(folder, "graph");
  node(["bin/fcnc.js", "compile", "specs/voc-fcn8s.fcn", "--out", graph]);
  const largest = writeWanted(join(graph, "weights-wanted.json"), weights);
  const { fcnc, copy } = await byTurns(
    {
      copy: () => node(["--input-type=module", "--eval", copier, weights, join(folder, "copy")]),
      fcnc: () => node(compile),
    },
    rounds,
  );
  report({ name: "compile with weights", ratio: fcnc / copy, target: 6, milliseconds: fcnc, copying: copy });
  node(["--import", watcher, ...compile]);
  const peak = Number(readFileSync(memory, "utf8")) / 1000;
  const allowed = (1.3 * largest) / 1e6 + 200;
  report({ name: "its peak memory", ratio: peak / allowed, target: 1, megabytes: peak, allowed });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
