/** kill -9 at random moments costs no more than the steps since the last checkpoint, and changes nothing. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { readCheckpoint } from "../../src/train/checkpoint.js";
import { bits, stream } from "../../src/weights/random.js";
import { workplace } from "../cli/material.js";
import { run, type Ran } from "../cli/run.js";
import { nativeFolder, WHY_NO_NATIVE } from "../engines/every-engine.js";
import { linesOf, RECIPES, shapesSet, timeless, tinySpec } from "./tiny-run.js";

const SNAPSHOT = 10;
const KILLS = 12;

const place = await workplace();
const cwd = place.folder;
await shapesSet(place.path("shapes"));
await place.write(
  "tiny.fcn",
  tinySpec(RECIPES.momentum, `steps: 600\n  snapshot: ${SNAPSHOT}`).replace(/.*validate.*\n/, ""),
);
const env = { FCNC_NATIVE: nativeFolder ?? "" };

/** @param after milliseconds from the first step on, or null to let it come to its end */
async function train(out: string, after: number | null): Promise<Ran> {
  return run(["train", "tiny.fcn", "--out", out, "--resume", "--engine", "native"], {
    cwd,
    env,
    started(child) {
      if (after === null) return;
      child.stderr.on("data", (data: Buffer) => {
        if (data.toString().includes("step ")) void setTimeout(after).then(() => child.kill("SIGKILL"));
      });
    },
  });
}

test.skipIf(nativeFolder === null)(
  `${KILLS} times${nativeFolder === null ? ` (${WHY_NO_NATIVE})` : ""}`,
  { timeout: 240_000 },
  async () => {
    expect((await train("whole", null)).code).toBe(0);
    const moments = stream(20, "kill");
    let [kills, reached] = [0, 0];
    while (kills < KILLS) {
      const ran = await train("killed", (bits(moments, kills) >>> 0) % 150);
      if (ran.code === 0) break;
      expect(ran.code, ran.err).toBe("SIGKILL");
      kills++;
      const { updates } = await readCheckpoint(place.path("killed", "last.safetensors"));
      const logged = Math.max(0, ...(await linesOf(place.path("killed"))).map(({ step }) => step));
      expect(logged - updates).toBeLessThanOrEqual(SNAPSHOT);
      expect(updates % SNAPSHOT).toBe(0);
      expect(updates).toBeGreaterThanOrEqual(reached);
      reached = updates;
    }
    expect(kills, "the run is long enough").toBeGreaterThan(4);
    expect((await train("killed", null)).code).toBe(0);
    expect(timeless(await linesOf(place.path("killed")))).toEqual(timeless(await linesOf(place.path("whole"))));
    const files = (name: string) => Promise.all(["whole", "killed"].map((folder) => readFile(join(cwd, folder, name))));
    for (const name of ["last.safetensors", "weights.safetensors"]) {
      const [whole, killed] = await files(name);
      expect(killed, name).toEqual(whole);
    }
  },
);
