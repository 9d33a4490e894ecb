/** What a run started from, so that it is noticed where that was made anew since. */
import { isFile } from "../data/files.js";
import { fileDigest } from "../weights/file-digest.js";
import { RunError } from "./run-error.js";
import { readRun } from "./run-folder.js";

/**
 * SHA-256 of the files that a run starts from, by file. `init` is none, and neither is a folder.
 * @throws what the file system says; an `AbortError` once the signal is there
 */
export async function originDigests(
  named: readonly string[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const digests: Record<string, string> = {};
  for (const file of named) if (await isFile(file)) digests[file] = `sha256:${await fileDigest(file, signal)}`;
  return digests;
}

/**
 * Whether a stage that is there comes from those before it as they are now.
 *
 * @param folder of the stage's run, if it has begun
 * @param made the weights that the stages before it gave
 * @throws {RunError} where one of them was trained anew since the stage began.
 */
export async function admitOrigin(folder: string, made: readonly string[], signal: AbortSignal): Promise<void> {
  const known = (await readRun(folder))?.weightDigests;
  if (known === undefined) return;
  const then = Object.values(known);
  const now = await originDigests(made, signal);
  const other = made.find((file) => !then.includes(now[file] ?? ""));
  if (other === undefined) return;
  throw new RunError(
    `${folder} was trained from other weights than ${other} holds now: the stage before it was trained anew, or further, since`,
    [
      `delete ${folder} and the stages after it, and give the same command with \`--resume\`: they are trained anew`,
      "or put the earlier stage's folder back as it was",
    ],
  );
}
