/**
 * What `fcnc weights convert` holds of a file of VGG16's size (537 MB, the largest tensor 411 MB) at most, for every pair
 * of formats, against 1.3 times the largest tensor and 200 MB.
 *
 *     node tests/bench/convert-memory.mjs [--formats safetensors,npz] [--json]
 *
 * Wants 3 GB of disk and a build (`npm run build`).
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { option, report } from "./measure.mjs";
import { trunk, writeWeights } from "./vgg.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const shape = { width: 1, classes: 21 };
const places = { caffemodel: "w.caffemodel", npz: "w.npz", safetensors: "w.safetensors", tfjs: "w/model.json" };
const names = option("formats", Object.keys(places).join(",")).split(",");
const folder = mkdtempSync(join(tmpdir(), "fcnc-convert-"));
const memory = join(folder, "memory");
const watcher = `data:text/javascript,${encodeURIComponent(
  `import { writeFileSync } from "node:fs";
   process.on("exit", () => writeFileSync(${JSON.stringify(memory)}, String(process.resourceUsage().maxRSS)));`,
)}`;

/** Converts a file; gives the peak of memory in MB. @param {string} from @param {string} to */
function convert(from, to) {
  const args = ["--import", watcher, "bin/fcnc.js", "weights", "convert", from, to];
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`convert ${from} ${to} ends with ${run.status}:\n${run.stdout}${run.stderr}`);
  return (Number(readFileSync(memory, "utf8")) * 1024) / 1e6;
}

const sizes = trunk(shape).flatMap((layer) =>
  "name" in layer ? [4 * layer.outputs * layer.inputs * layer.kernel ** 2] : [],
);
const largest = Math.max(...sizes) / 1e6;
const allowed = 1.3 * largest + 200;
const original = join(folder, "vgg.safetensors");
let missed = 0;

try {
  writeWeights(original, shape);
  for (const from of names) {
    const input = join(folder, "from", places[from]);
    mkdirSync(join(folder, "from"));
    convert(original, input);
    for (const to of names) {
      const output = join(folder, "to", places[to]);
      mkdirSync(join(folder, "to"));
      const megabytes = convert(input, output);
      const ratio = megabytes / allowed;
      if (ratio > 1) missed++;
      report({ name: `${from} to ${to}: peak memory`, ratio, target: 1, megabytes, allowed, largest });
      rmSync(join(folder, "to"), { recursive: true });
    }
    rmSync(join(folder, "from"), { recursive: true });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (missed > 0) process.exitCode = 1;
