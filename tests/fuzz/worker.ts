/** One thread of a fuzz run: cases of one reader, in turn. `run.mjs` starts it, and watches its clock. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { Random } from "./random.js";
import { caseOf, furnish, readers, tryOut } from "./readers.js";

export interface Work {
  /** A place in the list of readers. */
  readonly reader: number;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** The case that is under way, and when it began, in milliseconds: [case, time]. */
  readonly clock: BigInt64Array;
  /** Memory that one case may take, in bytes. */
  readonly memory: number;
}

export interface Finding {
  readonly case: number;
  readonly what: string;
}

export interface Batch {
  readonly done: number;
  readonly findings: readonly Finding[];
  /** The case that comes next. */
  readonly next: number;
}

/** Cases that are reported at once. */
const BATCH = 500;

const memoryTaken = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Runs cases `from` to `to`; `tell` gets the findings of each batch. */
export async function runCases(
  { reader: place, seed, from, to, clock, memory }: Work,
  folder: string,
  tell: (batch: Batch) => void,
): Promise<void> {
  const reader = readers[place];
  if (reader === undefined) throw new RangeError(`there is no reader ${place}`);
  let findings: Finding[] = [];
  let done = 0;
  for (let index = from; index < to; index++) {
    Atomics.store(clock, 0, BigInt(index));
    Atomics.store(clock, 1, BigInt(Date.now()));
    const bytes = caseOf(reader, new Random(seed, place, index));
    const before = memoryTaken();
    const what = await tryOut(reader, bytes, folder);
    const taken = memoryTaken() - before;
    if (what !== null) findings.push({ case: index, what });
    else if (taken > memory) findings.push({ case: index, what: `it takes ${Math.round(taken / 2 ** 20)} MiB` });
    done++;
    if (done === BATCH || index === to - 1) {
      tell({ done, findings, next: index + 1 });
      findings = [];
      done = 0;
    }
  }
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const folder = mkdtempSync(join(tmpdir(), "fcnc-fuzz-"));
  furnish(folder);
  try {
    await runCases(workerData as Work, folder, (batch) => port.postMessage(batch));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
