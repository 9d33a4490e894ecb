import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { Batch } from "../../src/data/batch.js";
import { aheadOf, type BatchesOptions, openBatches } from "../../src/data/open-batches.js";
import { numberedLabels } from "../../src/model/labels.js";
import { writePalettePng } from "../../src/images/palette-png.js";
import { writeRgbPng } from "../../src/images/png-write.js";
import { scratch } from "../weights/scratch.js";
import { writeFiles } from "./folders.js";
import { memoryDataset, refusal, tinyPlan } from "./memory.js";

const folder = await scratch();
const plan = await tinyPlan();
const epochs = { kind: "epochs", seed: 1337 } as const;

async function take(options: BatchesOptions, count: number): Promise<Batch[]> {
  const batches = await openBatches(options);
  try {
    const taken: Batch[] = [];
    for (let n = 0; n < count; n += 1) taken.push(await batches.next());
    return taken;
  } finally {
    await batches.close();
  }
}

/** A folder in VOC's layout with pictures of 24 x 20 px. */
async function vocFolder(name: string, count: number): Promise<string> {
  const root = join(folder, name);
  const names = Array.from({ length: count }, (_, i) => `p${i}`);
  const files: Record<string, string | Uint8Array> = { "ImageSets/Segmentation/train.txt": names.join("\n") };
  for (const [index, one] of names.entries()) {
    const data = Uint8Array.from({ length: 3 * 24 * 20 }, (_, i) => (i * (index + 3)) % 256);
    const indices = Uint8Array.from({ length: 24 * 20 }, (_, i) => [0, 1, 2, 255][(i + index) % 4]!);
    files[`JPEGImages/${one}.png`] = writeRgbPng({ width: 20, height: 24, data });
    files[`SegmentationClass/${one}.png`] = writePalettePng({ width: 20, height: 24, indices }, numberedLabels(3));
  }
  return writeFiles(root, files);
}
const voc = (root: string, more = {}) => ({ kind: "voc", arguments: { 0: root, split: "train", ...more }, root });

test("a batch has pixels and labels as they are stored, with the output's ignore label for void", async () => {
  const data = memoryDataset([
    [2, 3],
    [2, 3],
  ]);
  const [batch] = await take(
    { data, plan: await tinyPlan("{ ignore: 7 }"), batch: 2, order: { kind: "once", seed: 0 } },
    1,
  );
  expect(batch!.names).toEqual(["picture0", "picture1"]);
  expect(batch!.images["image"]!.shape).toEqual([2, 2, 3, 3]);
  expect([...batch!.images["image"]!.data]).toEqual([
    ...Array.from({ length: 18 }, (_, i) => i),
    ...Array.from({ length: 18 }, (_, i) => 37 + i),
  ]);
  expect(batch!.labels["score"]!.shape).toEqual([2, 2, 3]);
  expect([...batch!.labels["score"]!.data]).toEqual([0, 1, 2, 7, 0, 1, 1, 2, 7, 0, 1, 2]);
});

test("going on at an image gives what an uninterrupted run would have had", async () => {
  const data = memoryDataset(Array.from({ length: 7 }, () => [4, 5] as const));
  const augment = { mirror: true, scale: null, jitter: 3, crop: null };
  for (const kind of ["epochs", "replacement"] as const) {
    const options = { data, plan, batch: 3, order: { kind, seed: 9 }, augment };
    const whole = await take(options, 10);
    expect(await take({ ...options, from: { images: 12 } }, 6)).toEqual(whole.slice(4));
  }
});

test.each([1, 2, 3])("%i threads make the batches that one thread makes", async (threads) => {
  const data = voc(await vocFolder("same", 5), { seed: 4 });
  const augment = { mirror: true, scale: [0.5, 2], jitter: 3, crop: [16, 24] } as const;
  const options = { data, plan, batch: 2, order: epochs, augment };
  expect(await take({ ...options, threads }, 9)).toEqual(await take({ ...options, threads: 0 }, 9));
});

test("as many batches wait for use as there is memory for, and always one", () => {
  const vocImage = 500 * 375 * (3 + 1) * 4;
  expect(aheadOf(1, vocImage)).toBe(4);
  expect(aheadOf(4, vocImage)).toBe(16);
  expect(aheadOf(4, 20 * vocImage)).toBe(8);
  expect(aheadOf(4, 1000 * vocImage)).toBe(1);
});

test("the listed order ends with a smaller batch, and asking for more is refused", async () => {
  const data = voc(await vocFolder("once", 5));
  for (const threads of [0, 1]) {
    const batches = await openBatches({ data, plan, batch: 2, order: { kind: "once", seed: 0 }, threads });
    expect(batches.count).toBe(3);
    const names: (readonly string[])[] = [];
    for (let n = 0; n < batches.count; n += 1) names.push((await batches.next()).names);
    expect(names).toEqual([["p0", "p1"], ["p2", "p3"], ["p4"]]);
    await expect(batches.next()).rejects.toThrow("no more examples");
    await batches.close();
  }
});

test("a picture that is cut off is told by the batch that wants it, with its file, from any thread", async () => {
  const root = await vocFolder("cut", 3);
  const file = join(root, "JPEGImages", "p1.png");
  await writeFile(file, writeRgbPng({ width: 20, height: 24, data: new Uint8Array(1440).fill(9) }).subarray(0, 60));
  for (const threads of [0, 2]) {
    const batches = await openBatches({ data: voc(root), plan, batch: 1, order: { kind: "once", seed: 0 }, threads });
    expect((await batches.next()).names).toEqual(["p0"]);
    expect(await refusal(batches.next())).toContain(`${file} ends`);
    expect((await batches.next()).names).toEqual(["p2"]);
    await batches.close();
  }
});

test("images of one batch are of one size, and both files are named where they are not", async () => {
  const data = memoryDataset([
    [4, 5],
    [4, 6],
  ]);
  const message = await refusal(take({ data, plan, batch: 2, order: { kind: "once", seed: 0 } }, 1));
  expect(message).toContain("picture0.jpg has 4x5 px and picture1.jpg 4x6 px");
  expect(message).toContain("`batch: 1` with `accumulate: 2`");
  const augment = { mirror: false, scale: null, jitter: 0, crop: [3, 3] } as const;
  const [batch] = await take({ data, plan, batch: 2, order: { kind: "once", seed: 0 }, augment }, 1);
  expect(batch!.images["image"]!.shape).toEqual([2, 3, 3, 3]);
});

test("closing and aborting end those who wait, at once", async () => {
  const root = await vocFolder("end", 3);
  const controller = new AbortController();
  const options = { data: voc(root), plan, batch: 1, order: epochs, threads: 2 };
  const aborted = await openBatches({ ...options, signal: controller.signal });
  const waiting = aborted.next();
  controller.abort(new Error("that will do"));
  await expect(waiting).rejects.toThrow("that will do");
  await expect(aborted.next()).rejects.toThrow("that will do");
  const closed = await openBatches(options);
  await closed.next();
  await closed.close();
  await expect(closed.next()).rejects.toThrow("closed");
});

test("labels without a pixel that counts are no fault, and are noted once", async () => {
  const example = memoryDataset([[1, 1]]);
  const data = {
    ...example,
    read: async () => ({
      ...(await example.read(0)),
      labels: { classes: { width: 1, height: 1, indices: Uint8Array.of(255) } },
    }),
  };
  const notes: string[] = [];
  const [first] = await take({ data, plan, batch: 1, order: epochs, note: (text) => notes.push(text) }, 3);
  expect([...first!.labels["score"]!.data]).toEqual([255]);
  expect(notes).toEqual(["picture0.png has no pixel that counts for `score`: its loss there is 0"]);
});

test("a program that closes its batches while more are under way goes on to its end", async () => {
  const path = join(folder, "program.mjs");
  const library = new URL("../../dist/node.js", import.meta.url).href;
  await writeFile(
    path,
    `import { openBatches } from ${JSON.stringify(library)};
    const { data, plan } = JSON.parse(process.argv[2]);
    const batches = await openBatches({ data, plan, batch: 1, order: { kind: "epochs", seed: 1 }, threads: 1 });
    await batches.next();
    for (const until = Date.now() + 300; Date.now() < until; );
    await batches.close();
    console.log("closed");`,
  );
  const given = JSON.stringify({ data: voc(await vocFolder("program", 3)), plan });
  const { stdout } = await promisify(execFile)(process.execPath, [path, given]);
  expect(stdout).toBe("closed\n");
});
