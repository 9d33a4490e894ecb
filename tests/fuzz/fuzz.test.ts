/** A short fuzz run, the same each time. `npm run fuzz` is the long one, which also watches for hangs. */
import { describe, expect, test } from "vitest";
import { scratch } from "../weights/scratch.js";
import { Random } from "./random.js";
import { caseOf, furnish, readers, tryOut } from "./readers.js";
import { runCases, type Finding } from "./worker.js";

const folder = await scratch();
furnish(folder);

/** Cases of readers of the usual speed. */
const CASES = 300;
const SLOW: Readonly<Record<string, number>> = { hdf5: 40, spec: 20, "import of a prototxt": 40 };
const MEMORY = 96 * 2 ** 20;

describe.each(readers.map(({ name }, place) => [name, place] as const))("%s", (name, place) => {
  test("good files are read", async () => {
    const reader = readers[place];
    for (const file of reader?.files ?? []) {
      const refused: unknown = await Promise.resolve()
        .then(() => reader?.read(file, folder))
        .then(
          () => null,
          (error: unknown) => error,
        );
      // Some fixtures of HDF5 are there to be refused.
      if (name !== "hdf5" && name !== "png of labels") expect(refused).toBeNull();
    }
  });

  test("mutated files are read, or refused in words", async () => {
    const findings: Finding[] = [];
    const clock = new BigInt64Array(2);
    const to = SLOW[name] ?? CASES;
    let done = 0;
    await runCases({ reader: place, seed: 7, from: 0, to, clock, memory: MEMORY }, folder, (batch) => {
      findings.push(...batch.findings);
      done += batch.done;
    });
    expect(findings).toEqual([]);
    expect(done).toBe(to);
  });
});

test("equal seeds make equal files, and others others", () => {
  const [reader] = readers;
  if (reader === undefined) throw new Error("there are no readers");
  expect(caseOf(reader, new Random(1, 2, 3))).toEqual(caseOf(reader, new Random(1, 2, 3)));
  const different = Array.from({ length: 50 }, (_, seed) => caseOf(reader, new Random(seed, 2, 3)).join());
  expect(new Set(different).size).toBeGreaterThan(40);
});

test("what is no refusal is a finding", async () => {
  const [reader] = readers;
  if (reader === undefined) throw new Error("there are no readers");
  const broken = {
    ...reader,
    read() {
      throw new RangeError("Invalid typed array length");
    },
  };
  expect(await tryOut(broken, new Uint8Array(1), folder)).toContain("Invalid typed array length");
});
