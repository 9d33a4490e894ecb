/** A run as a report tells of it, made here. */
import { writePalettePng } from "../../src/images/palette-png.js";
import { writeRgbPng } from "../../src/images/png-write.js";
import type { ReportRun, Sample } from "../../src/report/report-run.js";
import { parseRunLog } from "../../src/report/run-log.js";
import { madeLog, type MadeLog } from "./made-log.js";

const labels = {
  name: "made",
  classes: [
    { name: "ground", color: [90, 60, 40] },
    { name: "disk", color: [220, 40, 40] },
  ],
  ignore: { name: "void", color: [224, 224, 192] },
} as const;

const [width, height] = [48, 32];

function sample(name: string): Sample {
  const indices = Uint8Array.from({ length: width * height }, (_, at) => {
    const distance = Math.hypot((at % width) - 24, Math.floor(at / width) - 16);
    return distance < 9 ? 1 : distance < 10 ? 255 : 0;
  });
  const shifted = indices.map((_, at) => (indices[at - 2] === 1 ? 1 : 0));
  const data = Uint8Array.from({ length: 3 * width * height }, (_, at) =>
    indices[Math.floor(at / 3)] === 1 ? 200 : 80,
  );
  return {
    name,
    output: "score",
    width,
    height,
    picture: writeRgbPng({ width, height, data }),
    truth: writePalettePng({ width, height, indices }, labels),
    prediction: writePalettePng({ width, height, indices: shifted }, labels),
    classes: ["ground", "disk", "void"],
    pixelAccuracy: 0.9,
  };
}

export const SHORT: MadeLog = { updates: 200, batch: 10, start: 2, every: 40 };

export function madeRun(name: string, made: MadeLog = SHORT): ReportRun {
  return {
    name,
    net: "made <net>",
    facts: [
      ["spec", "made.fcn"],
      ["engine", "by hand"],
    ],
    log: parseRunLog(madeLog(made), name),
    labels: { score: labels },
    spec: "fcn 1\n\nnet made { // a < b & c\n}\n",
    samples: [sample("first"), sample("second")],
    withoutSamples: null,
  };
}
