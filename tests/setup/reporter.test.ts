/** How a run of tests ends: with what failed in it by name, and a process that died told from one that never was. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { root } from "../cli/run.js";
import { scratch } from "../weights/scratch.js";

const folder = await scratch();
// Windows ends a process that kills itself as if it had ended by itself.
const killed = process.platform === "win32" ? "exit code 1" : "SIGKILL";
const ENDS = [
  "failed: fails.case.ts > differs: expected [ 1 ] to deeply equal [ 2 ]",
  "failed: fails.case.ts > a group > throws: one line",
  "failed: cannot-be-loaded.case.ts > no such weights",
  `failed: dies.case.ts > its process ended with ${killed}; 2 of 4 tests did not report; ` +
    "the last that did is passes later; last words: free(): invalid pointer",
  "failed: hook.case.ts > the folder is gone",
  "failed: nobody waits for it",
];

test("everything that can fail is named above the closing line, and counted in it", async () => {
  const closing = join(folder, "closing");
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run", "--root", join(import.meta.dirname, "failing")], {
    env: { PATH: process.env["PATH"], NO_COLOR: "1", FCNC_CLOSING_LINE: closing },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  const lines = (await readFile(closing, "utf8")).trimEnd().split("\n");
  expect(lines.slice(0, -1).sort()).toEqual([...ENDS].sort());
  expect(lines.at(-1)).toBe("5 passed, 6 failed, 1 skipped");
  expect(printed).toContain("skipped: fails.case.ts > is skipped: no engine here");
  expect(code).toBe(1);
});
