/** The metrics beside NumPy's, by the formulas of the reference repository's score.py. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeNpy } from "../../src/images/npy.js";
import { addToConfusion, makeConfusion } from "../../src/metrics/confusion.js";
import { metricsOf, type Metrics } from "../../src/metrics/metrics.js";
import { pythonMissing, runJudge } from "../judges/python.js";

/** Some two million pixels in runs, with void; class 30 is absent, 31 predicted alone, 32 in the truth alone. */
function maps(): { mask: Int32Array; labels: Uint8Array } {
  const count = 2 ** 21;
  const mask = new Int32Array(count);
  const labels = new Uint8Array(count);
  let state = 12345;
  const random = (below: number): number => (state = (state * 1103515245 + 12345) % 2 ** 31) % below;
  for (let at = 0; at < count;) {
    const end = Math.min(count, at + 1 + random(40));
    const [truth, guess] = [random(30), random(30)];
    mask.fill(random(3) === 0 ? guess : truth, at, end);
    labels.fill(random(20) === 0 ? 255 : truth, at, end);
    at = end;
  }
  mask.fill(31, 100, 140);
  labels.fill(32, 500, 520);
  return { mask, labels };
}

it("equals score.py on two million pixels", async (context) => {
  const missing = pythonMissing("numpy");
  if (missing) context.skip(missing);
  const folder = await mkdtemp(join(tmpdir(), "fcnc-score-"));
  try {
    const { mask, labels } = maps();
    const files = [join(folder, "mask.npy"), join(folder, "labels.npy")] as const;
    await writeFile(files[0], writeNpy([mask.length], Float32Array.from(mask)));
    await writeFile(files[1], writeNpy([labels.length], Float32Array.from(labels)));
    const theirs = JSON.parse(await runJudge("score.py", ["33", ...files])) as Metrics & { hist: number[] };
    const confusion = makeConfusion(33);
    addToConfusion(confusion, mask, labels, 255);
    expect([...confusion.counts]).toEqual(theirs.hist);
    const ours = metricsOf(confusion);
    expect(ours.meanIU).not.toBe(ours.meanIUInTruth);
    for (const key of Object.keys(ours) as (keyof Metrics)[]) expect(ours[key], key).toBeCloseTo(theirs[key], 12);
  } finally {
    await rm(folder, { recursive: true });
  }
});
