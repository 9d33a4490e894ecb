import { lstat, mkdir, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { reasonOf } from "./errors.js";

/** A folder or file could not be written. The message is for people. */
export class WriteError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "WriteError";
  }
}

/** Beside the folder: what is being written, and what was there before, for the moment in which they change places. */
const PARTIAL = "partial";
const FORMER = "former";
/** Unfinished folders of processes that are gone are removed once they are this old, in milliseconds. */
const STALE = 10 * 60 * 1000;

/**
 * Writes a whole folder or nothing: `fill` writes into an empty folder beside it, which takes its place when `fill` is
 * done. When `fill` fails, what was there before stays as it was, and nothing is left beside it.
 *
 * A folder is replaced only when all that it holds is of our making, as `isOurs` says of each name: an output path that
 * was mistyped never costs somebody their files.
 *
 * @throws {WriteError} when the disk or the path do not allow it; otherwise whatever `fill` throws.
 */
export async function writeFolder<Result>(
  folder: string,
  isOurs: (name: string) => boolean,
  fill: (staging: string) => Promise<Result>,
): Promise<Result> {
  let staging: string | null = null;
  try {
    const place = await placeOf(folder, isOurs);
    const beside = (what: string) => join(dirname(place), `.${basename(place)}.${what}-${process.pid}`);
    await mkdir(dirname(place), { recursive: true });
    await removeStale(place);
    await rm(beside(PARTIAL), { recursive: true, force: true });
    await mkdir((staging = beside(PARTIAL)));
    const result = await fill(staging);
    await exchange(staging, place, beside(FORMER));
    return result;
  } catch (error) {
    if (staging !== null) await rm(staging, { recursive: true, force: true }).catch(() => undefined);
    if (!(error instanceof Error) || error instanceof WriteError || !isSystemError(error)) throw error;
    throw new WriteError(`${folder}: it cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}

/** Where the folder lies, behind links. */
async function placeOf(folder: string, isOurs: (name: string) => boolean): Promise<string> {
  let place = resolve(folder);
  try {
    await lstat(place);
  } catch {
    return place;
  }
  try {
    place = await realpath(place);
  } catch (error) {
    throw new WriteError(`${folder}: it is a link that leads nowhere. Remove it, or name another folder.`, {
      cause: error,
    });
  }
  if (!(await stat(place)).isDirectory())
    throw new WriteError(`${folder}: there is a file of that name. Name another folder, or remove the file.`);
  if (dirname(place) === place) throw new WriteError(`${folder}: it is the root of the disk. Name another folder.`);
  if (place === process.cwd())
    throw new WriteError(`${folder}: it is the folder you are in, which would be replaced. Name a folder in it.`);
  const foreign = (await readdir(place)).find((name) => !isOurs(name));
  if (foreign !== undefined)
    throw new WriteError(
      `${folder}: it holds \`${foreign}\`, which fcnc has not written, and the folder would be replaced. Name another.`,
    );
  return place;
}

/** `staging` becomes `place`. What was there stands aside, and comes back if that fails. */
async function exchange(staging: string, place: string, former: string): Promise<void> {
  const stoodAside = await rename(place, former).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await rename(staging, place);
  } catch (error) {
    if (stoodAside) await rename(former, place);
    throw error;
  }
  if (stoodAside) await rm(former, { recursive: true, force: true });
}

/** What earlier runs left that were killed: unfinished folders. What stood aside is somebody's only copy, and stays. */
async function removeStale(place: string): Promise<void> {
  const prefix = `.${basename(place)}.${PARTIAL}-`;
  for (const name of await readdir(dirname(place))) {
    const pid = Number(name.slice(prefix.length));
    if (!name.startsWith(prefix) || !Number.isSafeInteger(pid) || pid < 1 || isRunning(pid)) continue;
    const path = join(dirname(place), name);
    const found = await stat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > STALE) await rm(path, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Only what the system says becomes a `WriteError`; a mistake of ours keeps its stack. */
function isSystemError(error: Error): boolean {
  return "code" in error && "syscall" in error;
}
