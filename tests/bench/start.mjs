/**
 * What `fcnc check` costs as a whole process: on a reference net, against an empty Node program, and on a net of 10,000
 * layers, against one of 1,000.
 *
 *     node tests/bench/start.mjs [--rounds 15] [--json]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { byTurns, option, report } from "./measure.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const rounds = Number(option("rounds", "15"));
const fcnc = join(root, "bin/fcnc.js");

/** @param {readonly string[]} args */
function node(args) {
  const start = performance.now();
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  const time = performance.now() - start;
  if (run.status !== 0) throw new Error(`node ${args.join(" ")} ends with ${run.status}:\n${run.stdout}${run.stderr}`);
  return time;
}

/**
 * A net of that many layers as people write deep ones: convolutions, their ReLUs and residual sums, five poolings on the
 * way down, and an upsampling with its crop at the end.
 * @param {number} layers
 */
function deepNet(layers) {
  const lines = ["fcn 1", "", "net deep {", "  input image: rgb[H, W, 3] { mean: [123, 117, 104] }", ""];
  const trunk = layers - 3;
  const poolings = new Set([1, 2, 3, 4, 5].map((part) => Math.floor((trunk * part) / 6)));
  let residual = "";
  for (let index = 0, step = 0; index < trunk; index++) {
    const name = `layer${index}`;
    if (poolings.has(index)) {
      lines.push(`  ${name} = maxpool(2)`);
      step = 0;
    } else {
      const previous = `layer${index - 1}`;
      const calls = ["conv(8, 3, pad: 1)", "relu()", "conv(8, 3, pad: 1)", `sum(${previous}, ${residual})`];
      if (step === 0) residual = name;
      lines.push(`  ${name} = ${index === 0 ? "image -> " : ""}${calls[step]}`);
      step = (step + 1) % calls.length;
    }
  }
  lines.push(
    "  scores = conv(21, 1)",
    "  coarse = upsample(32x)",
    "  score = crop(to: image)",
    "  output score",
    "}",
    "",
  );
  return lines.join("\n");
}

const folder = mkdtempSync(join(tmpdir(), "fcnc-start-"));
try {
  const files = { small: join(folder, "small.fcn"), large: join(folder, "large.fcn") };
  writeFileSync(files.small, deepNet(1000));
  writeFileSync(files.large, deepNet(10_000));
  if (process.argv.includes("--print")) console.log(deepNet(30));

  const empty = () => node(["-e", "0"]);
  const start = await byTurns({ empty, check: () => node([fcnc, "check", "specs/voc-fcn8s.fcn"]) }, rounds);
  report({
    name: "check of voc-fcn8s against an empty program",
    ratio: start.check / start.empty,
    target: 3,
    "check (ms)": start.check,
    "empty (ms)": start.empty,
  });

  const growth = await byTurns(
    { empty, small: () => node([fcnc, "check", files.small]), large: () => node([fcnc, "check", files.large]) },
    Math.ceil(rounds / 3),
  );
  report({
    name: "check of 10,000 layers against 1,000",
    ratio: growth.large / growth.small,
    target: 12,
    "10,000 (ms)": growth.large,
    "1,000 (ms)": growth.small,
    // Without what every Node program pays, the growth shows less kindly.
    "ratio less Node's start": (growth.large - growth.empty) / (growth.small - growth.empty),
  });
} finally {
  rmSync(folder, { recursive: true });
}
