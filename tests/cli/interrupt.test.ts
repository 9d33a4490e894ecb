import { readdir, readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { SMALL, workplace } from "./material.js";
import { run } from "./run.js";

/** 400 MB of fresh weights, which take some seconds. */
const LONG = `fcn 1

net long {
  input image: bgr[H, W, 3]
  wide  = conv(2048, 1)
  deep  = conv(2048, 5, pad: 2)
  score = conv(2, 1)
  output score
}
`;

const place = await workplace();
const cwd = place.folder;
await place.write("small.fcn", SMALL);
await place.write("long.fcn", LONG);

test.each(["SIGINT", "SIGTERM"] as const)("%s in the middle of writing leaves the old bundle", async (signal) => {
  await run(["compile", "small.fcn", "--out", "web"], { cwd });
  const before = await readFile(place.path("web", "model.json"));
  let seen: string[] = [];
  const { code, err } = await run(["compile", "long.fcn", "--weights", "init", "--out", "web"], {
    cwd,
    started: (child) => void interrupt(child),
  });
  async function interrupt(child: { kill(signal: NodeJS.Signals): boolean; exitCode: number | null }): Promise<void> {
    while (child.exitCode === null) {
      const partial = (await readdir(cwd)).find((name) => name.startsWith(".web.partial-"));
      seen = partial === undefined ? [] : await readdir(place.path(partial)).catch(() => []);
      if (seen.some((name) => name.endsWith(".bin"))) break;
      await setTimeout(5);
    }
    child.kill(signal);
  }
  expect(seen, "it was writing").toContain("plan.json");
  expect({ code, err }).toEqual({ code: 130, err: "interrupted; what was there before is unchanged\n" });
  expect(await readFile(place.path("web", "model.json"))).toEqual(before);
  expect((await readdir(cwd)).sort()).toEqual(["long.fcn", "small.fcn", "web"]);
});
