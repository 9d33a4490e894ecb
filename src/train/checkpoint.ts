/** Checkpoints: the whole state of a run, whole on the disk or not there. */
import { copyFile, link, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf, WeightsError } from "../weights/errors.js";
import { openWeightFile } from "../weights/formats/index.js";
import { writeSafetensors } from "../weights/formats/safetensors-writer.js";
import { selectWeights } from "../weights/view.js";
import { moveDurably } from "./durable.js";
import { diskHelp } from "./log.js";
import { RunError } from "./run-error.js";
import type { Trainer } from "./trainer.js";

export const LAST = "last.safetensors";
export const BEST = "best.safetensors";
export const WEIGHTS = "weights.safetensors";

const ASIDE = ".new";

/** What a checkpoint says of itself. */
export interface CheckpointInfo {
  readonly net: string;
  /** Of the plan that was trained. */
  readonly digest: string;
  /** Updates made. */
  readonly updates: number;
}

/**
 * Saves the whole state as `last.safetensors`. What was there before is replaced once the new one is on the disk.
 * @throws {RunError} when it cannot be written: the one before is still there.
 */
export async function saveLast(trainer: Trainer, folder: string): Promise<void> {
  const path = join(folder, LAST);
  await replaced(path, (aside) => trainer.save(aside));
}

/** Makes `last.safetensors` the best as well: both are one file until either is replaced. */
export async function keepAsBest(folder: string): Promise<void> {
  await replaced(join(folder, BEST), (aside) => linked(join(folder, LAST), aside));
}

/** Writes the weights of a checkpoint, without what the optimizer keeps. */
export async function writeWeights(from: string, trainer: Pick<Trainer, "state">, folder: string): Promise<string> {
  const path = join(folder, WEIGHTS);
  const weights = new Set(trainer.state.filter(({ isWeight }) => isWeight).map(({ name }) => name));
  const file = await openWeightFile(from);
  try {
    const { net = "", digest = "", updates = "" } = file.metadata;
    await replaced(path, (aside) =>
      writeSafetensors(
        aside,
        selectWeights(file, (name) => weights.has(name)),
        { metadata: { net, digest, updates } },
      ),
    );
    return path;
  } finally {
    await file.close();
  }
}

/** Makes the best checkpoint the one that a run goes on from. */
export async function goBackToBest(folder: string): Promise<void> {
  await replaced(join(folder, LAST), (aside) => linked(join(folder, BEST), aside));
}

/** @throws {RunError} for a file that is no checkpoint, or {WeightsError} for one that is damaged. */
export async function readCheckpoint(path: string): Promise<CheckpointInfo> {
  const file = await openWeightFile(path);
  try {
    const { net, digest, updates, accumulated } = file.metadata;
    const count = Number(updates);
    if (net === undefined || digest === undefined || updates === undefined || !Number.isSafeInteger(count))
      throw new RunError(`${path} is no checkpoint: it does not say of which net it is, and after how many updates`);
    // `weights.safetensors` says all but this: a run that went on from it would begin anew.
    if (accumulated === undefined)
      throw new RunError(`${path} is no checkpoint: it holds weights alone, without what the optimizer keeps`);
    return { net, digest, updates: count };
  } finally {
    await file.close();
  }
}

/** Removes what a process that was killed was writing. Only who holds the lock may. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (/\.new$|\.partial-\d+$|\.stale-\d+$/.test(name)) await rm(join(folder, name), { force: true });
}

async function linked(from: string, to: string): Promise<void> {
  await rm(to, { force: true });
  // Some file systems know no links.
  await link(from, to).catch(() => copyFile(from, to));
}

async function replaced(path: string, write: (aside: string) => Promise<void>): Promise<void> {
  const aside = `${path}${ASIDE}`;
  try {
    await write(aside);
    await moveDurably(aside, path);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    const cause = error instanceof WeightsError ? error.cause : error;
    if (!(cause instanceof Error && "syscall" in cause)) throw error;
    throw new RunError(`${path} cannot be written: ${reasonOf(cause)}`, diskHelp(cause), { cause: error });
  }
}
