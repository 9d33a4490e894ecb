/** Native engines that fail in every way there is: the trial says which, and nobody else is taken down. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Trial } from "../../src/engines/trial-process.js";
import { tryInProcess } from "../../src/engines/trial-process.js";
import { program } from "../cli/run.js";
import { scratch } from "../weights/scratch.js";
import { nativeFolder, WHY_NO_NATIVE } from "./every-engine.js";
import { COMPUTES_WRONGLY, WORKS, writePackage } from "./native-fixture.js";

const folder = await scratch();
let count = 0;

async function trialOf(text: string, limit = 30_000): Promise<Trial> {
  const place = join(folder, String(++count));
  await writePackage(place, text);
  return tryInProcess("native", { command: [program, "engine", "try", "native", "--dir", place], limit });
}

describe("a package that", () => {
  test("works", async () => {
    const trial = await trialOf(WORKS);
    expect(trial).toMatchObject({ name: "native", works: true, facts: { native: { tensorflow: "9.8.7" } } });
  });

  test.each<[string, string, RegExp]>([
    [
      "throws",
      `throw new Error("libtensorflow.so.2: no such file\\nmore")`,
      /does not start: libtensorflow.so.2: no such/,
    ],
    ["crashes", "process.abort()", /^its process ends with SIGABRT/],
    ["ends the process", "process.exit(0)", /^its process ends with code 0 and no answer$/],
    ["ends it in anger", `console.error("bad driver"); process.exit(3)`, /code 3 and no answer: bad driver$/],
    ["is empty", "", /./],
    ["prints an answer that is none", `console.log('{"name":"native"}'); process.exit(0)`, /no answer/],
    ["computes wrongly", COMPUTES_WRONGLY, /^it computes wrongly: a convolution that is 4321 came out as 8642$/],
  ])("%s", async (_, text, reason) => {
    expect(await trialOf(text)).toEqual({
      name: "native",
      works: false,
      installed: true,
      reason: expect.stringMatching(reason),
    });
  });

  test("hangs", async () => {
    const trial = await trialOf("for (;;);", 1500);
    expect(trial).toMatchObject({ works: false, reason: "it does not answer within 2 s" });
  });

  test("is not there", async () => {
    const command = [program, "engine", "try", "native", "--dir", join(folder, "none")];
    const trial = await tryInProcess("native", { command, limit: 30_000 });
    expect(trial).toEqual({
      name: "native",
      works: false,
      installed: false,
      reason: "@tensorflow/tfjs-node is not installed",
    });
  });
});

/** Takes away what Node 23 took away. */
const LIKE_NODE_23 = `import util from "node:util"; delete util.isNullOrUndefined; delete util.isArray;
  if ("isNullOrUndefined" in util || "isArray" in util) process.exit(9);`;

test("the native engine runs on a Node whose util lacks what tfjs-node calls", async ({ skip }) => {
  if (nativeFolder === null) return skip(WHY_NO_NATIVE);
  const without = ["--import", `data:text/javascript,${encodeURIComponent(LIKE_NODE_23)}`];
  const command = [...without, program, "engine", "try", "native", "--dir", nativeFolder];
  expect(await tryInProcess("native", { command, limit: 60_000 })).toMatchObject({ works: true });
});

test("the native engine takes no argument of the program for its own", async ({ skip }) => {
  if (nativeFolder === null) return skip(WHY_NO_NATIVE);
  // node-pre-gyp knows `--target` and `--directory`, also when it is shortened.
  const command = [program, "engine", "try", "native", "--dir", nativeFolder];
  const trial = await tryInProcess("native", { command, limit: 60_000 });
  expect(trial).toMatchObject({ works: true, facts: { native: { package: "@tensorflow/tfjs-node" } } });
});
