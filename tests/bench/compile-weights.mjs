/**
 * What `fcnc compile specs/voc-fcn8s.fcn --weights FILE` costs as a whole process with 513 MiB of safetensors, against a
 * plain Node program that reads the file and writes it as files of 4 MiB; and its peak memory, against 1.3 times the
 * largest tensor and 200 MB. The certificate is made by a process of its own, which runs the net: its time and memory
 * are printed beside, once.
 *
 *     node tests/bench/compile-weights.mjs [--rounds 5] [--json]
 *
 * Wants 2.2 GB of disk. The first three rounds fill the disk's cache and are not counted.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { byTurns, option, report } from "./measure.mjs";
import { copy, node, peaks } from "./processes.mjs";
import { writeWanted } from "./wanted-weights.mjs";

const rounds = Number(option("rounds", "5"));
const folder = mkdtempSync(join(tmpdir(), "fcnc-weights-"));
const weights = join(folder, "weights.safetensors");
const compile = ["bin/fcnc.js", "compile", "specs/voc-fcn8s.fcn", "--weights", weights, "--out", join(folder, "web")];

try {
  const graph = join(folder, "graph");
  node(["bin/fcnc.js", "compile", "specs/voc-fcn8s.fcn", "--out", graph]);
  const largest = writeWanted(join(graph, "weights-wanted.json"), weights);
  const { fcnc, copying } = await byTurns(
    {
      copying: () => copy(weights, join(folder, "copy")),
      fcnc: () => node([...compile, "--no-certify"]),
    },
    rounds,
  );
  report({ name: "compile with weights", ratio: fcnc / copying, target: 6, milliseconds: fcnc, copying });
  const start = performance.now();
  const { compile: peak, certify } = peaks(compile, folder);
  const certified = performance.now() - start;
  const allowed = (1.3 * largest) / 1e6 + 200;
  report({ name: "its peak memory", ratio: peak / allowed, target: 1, megabytes: peak, allowed });
  report({
    name: "with a certificate",
    ratio: certified / copying,
    target: null,
    milliseconds: certified,
    megabytesOfItsProcess: certify,
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
