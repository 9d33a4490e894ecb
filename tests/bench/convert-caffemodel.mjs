/**
 * What a 513 MiB caffemodel (voc-fcn8s, made-up weights) costs to convert to a bundle in uint8, as a whole process,
 * against a plain Node program that reads the file and writes it as files of 4 MiB.
 *
 *     node tests/bench/convert-caffemodel.mjs [--rounds 5] [--certified 1] [--json]
 *
 * With a certificate it is measured apart, as often as `--certified` says: the net is run twice then. Wants 1.8 GB of
 * disk. The first three rounds fill the disk's cache and are not counted.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { byTurns, median, option, report } from "./measure.mjs";
import { copy, node, peaks } from "./processes.mjs";
import { writeWantedCaffemodel } from "./wanted-caffemodel.mjs";

const rounds = Number(option("rounds", "5"));
const certifiedRounds = Number(option("certified", "1"));
const folder = mkdtempSync(join(tmpdir(), "fcnc-caffemodel-"));
const weights = join(folder, "weights.caffemodel");
const given = ["--weights", weights, "--quantize", "uint8", "--out", join(folder, "web")];
const compile = ["bin/fcnc.js", "compile", "specs/voc-fcn8s.fcn", ...given];

try {
  const graph = join(folder, "graph");
  node(["bin/fcnc.js", "compile", "specs/voc-fcn8s.fcn", "--out", graph]);
  const largest = writeWantedCaffemodel(join(graph, "weights-wanted.json"), weights);
  const { fcnc, copying } = await byTurns(
    {
      copying: () => copy(weights, join(folder, "copy")),
      fcnc: () => node([...compile, "--no-certify"]),
    },
    rounds,
  );
  report({ name: "caffemodel to uint8", ratio: fcnc / copying, target: 10, milliseconds: fcnc, copying });
  const { compile: peak } = peaks([...compile, "--no-certify"], folder);
  const allowed = (1.3 * largest) / 1e6 + 200;
  report({ name: "its peak memory", ratio: peak / allowed, target: 1, megabytes: peak, allowed });
  if (certifiedRounds > 0) {
    const certified = median(Array.from({ length: certifiedRounds }, () => node(compile)));
    report({ name: "with a certificate", ratio: certified / copying, target: null, milliseconds: certified });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
