/** One run folder, one process: a file says who is at work in it. */
import { readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { reasonOf } from "../weights/errors.js";
import { RunError } from "./run-error.js";

export const LOCK = "lock";

/** The lock is touched so often, so that one of another machine can be seen to be alive. */
const TOUCHED_EVERY_MS = 20_000;
/** A lock of another machine, whose processes cannot be asked for, that was not touched for so long is nobody's. */
const STALE_AFTER_MS = 5 * 60_000;

interface Holder {
  readonly pid: number;
  readonly host: string;
}

export interface Lock {
  /** Lets the folder go. */
  release(): Promise<void>;
}

/**
 * Takes a run folder for this process. A lock whose process is gone is taken over.
 * @throws {RunError} that names the living process that has it.
 */
export async function lockFolder(folder: string): Promise<Lock> {
  const path = join(folder, LOCK);
  const own: Holder = { pid: process.pid, host: hostname() };
  for (;;) {
    try {
      await writeFile(path, `${JSON.stringify(own)}\n`, { flag: "wx" });
      break;
    } catch (error) {
      if (!isThere(error)) throw new RunError(`${path} cannot be written: ${reasonOf(error)}`, [], { cause: error });
    }
    await removeStale(folder, path, own);
  }
  const beat = setInterval(() => {
    const now = new Date();
    void utimes(path, now, now).catch(() => undefined);
  }, TOUCHED_EVERY_MS);
  beat.unref();
  return {
    async release() {
      clearInterval(beat);
      await rm(path, { force: true });
    },
  };
}

/** Two may see the same stale lock: each moves it aside under a name of its own, and only one has it to move. */
async function removeStale(folder: string, path: string, own: Holder): Promise<void> {
  const found = await readLock(path);
  if (found === null) return;
  const { text, holder, touched } = found;
  if (isAlive(holder, own, touched)) {
    const where = holder?.host === own.host ? "" : ` on ${holder?.host ?? "another machine"}`;
    throw new RunError(`${folder} is in use by process ${holder?.pid ?? "unknown"}${where}`, [
      "wait for it or end it, or train into another folder with `--out`",
      `if that process is no training run, delete ${path}`,
    ]);
  }
  const aside = `${path}.stale-${process.pid}`;
  await rename(path, aside).catch(ignoreMissing);
  // What was moved may be the lock of one who was quicker: it gets it back.
  const moved = await readFile(aside, "utf8").catch(() => null);
  if (moved !== null && moved !== text) await rename(aside, path);
  else await rm(aside, { force: true });
}

async function readLock(
  path: string,
): Promise<{ readonly text: string; readonly holder: Holder | null; readonly touched: number } | null> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    return { text, holder: holderOf(text), touched: mtimeMs };
  } catch (error) {
    ignoreMissing(error);
    return null;
  }
}

/** Null for what is no lock: one that was being written when its process ended. */
function holderOf(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    return typeof value?.pid === "number" && typeof value.host === "string"
      ? { pid: value.pid, host: value.host }
      : null;
  } catch {
    return null;
  }
}

function isAlive(holder: Holder | null, own: Holder, touched: number): boolean {
  if (holder === null || holder.host !== own.host) return Date.now() - touched < staleAfter(holder);
  // In containers every run may have the same number.
  return holder.pid !== own.pid && isRunning(holder.pid);
}

/** A lock without a name in it is being written, which takes no time. */
const staleAfter = (holder: Holder | null): number => (holder === null ? 1000 : STALE_AFTER_MS);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

const isThere = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EEXIST";

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}
