import { spawn } from "node:child_process";
import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LOCK, lockFolder } from "../../src/train/lock.js";
import { scratch } from "../weights/scratch.js";

const folder = await scratch();
const path = join(folder, LOCK);
const lockOf = (pid: number, host = hostname()): Promise<void> => writeFile(path, JSON.stringify({ pid, host }));

/** A process that lives until the test is over, and one that is gone. */
const living = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
const gone = spawn(process.execPath, ["-e", ""]);
await new Promise((ended) => gone.once("exit", ended));

test("a living process is named, and its lock stays", async () => {
  await lockOf(living.pid ?? 0);
  await expect(lockFolder(folder)).rejects.toMatchObject({
    message: `${folder} is in use by process ${living.pid}`,
    help: [
      "wait for it or end it, or train into another folder with `--out`",
      `if that process is no training run, delete ${path}`,
    ],
  });
  expect(await readdir(folder)).toEqual([LOCK]);
});

test("once it is gone its lock is taken over, and given back at the end", async () => {
  living.kill();
  await new Promise((ended) => living.once("exit", ended));
  const lock = await lockFolder(folder);
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ pid: process.pid, host: hostname() });
  await lock.release();
  expect(await readdir(folder)).toEqual([]);
});

test("of several that take over at once, one has it", async () => {
  await lockOf(gone.pid ?? 0);
  const taken = await Promise.allSettled(Array.from({ length: 5 }, () => lockFolder(folder)));
  const locks = taken.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  // They are one process here, which may take its own lock over: what counts is that a whole lock is left.
  expect(locks.length).toBeGreaterThan(0);
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ pid: process.pid, host: hostname() });
  for (const lock of locks) await lock.release();
});

test("a lock of another machine holds while it is touched", async () => {
  await lockOf(1, "elsewhere");
  await expect(lockFolder(folder)).rejects.toThrow(`${folder} is in use by process 1 on elsewhere`);
  const old = new Date(Date.now() - 6 * 60_000);
  await utimes(path, old, old);
  await (await lockFolder(folder)).release();
});

test("a lock that was cut off while it was written is nobody's", async () => {
  await writeFile(path, '{"pi');
  const old = new Date(Date.now() - 5000);
  await utimes(path, old, old);
  await (await lockFolder(folder)).release();
  expect(await readdir(folder)).toEqual([]);
});
