import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { DataThread } from "../../src/data/data-thread.js";
import { type BatchesOptions, openBatches } from "../../src/data/open-batches.js";
import { NO_AUGMENTATION } from "../../src/data/augment.js";
import { scratch } from "../weights/scratch.js";
import { exampleOf, memoryDataset, planOf, refusal, tinyPlan } from "./memory.js";

const folder = await scratch();
const order = { kind: "once", seed: 0 } as const;

async function first(options: Partial<BatchesOptions> & Pick<BatchesOptions, "data">): Promise<unknown> {
  const batches = await openBatches({ plan: await tinyPlan(), batch: 1, order, ...options });
  return batches.next();
}

function withLabels(indices: Uint8Array) {
  const data = memoryDataset([[2, 3]]);
  const example = exampleOf("picture0", 0, [2, 3]);
  const read = () => Promise.resolve({ ...example, labels: { classes: { width: 3, height: 2, indices } } });
  return { ...data, read };
}

test("a class that the net does not have is told with its file and place", async () => {
  const message = await refusal(first({ data: withLabels(Uint8Array.of(0, 1, 2, 0, 1, 3)) }));
  expect(message).toContain(
    "picture0.png: the pixel in row 1, column 2 is of class 3, and output `score` has 3 classes",
  );
});

test("void pixels want a net that ignores some", async () => {
  const plan = await tinyPlan("");
  const message = await refusal(first({ data: withLabels(Uint8Array.of(0, 1, 255, 0, 1, 2)), plan }));
  expect(message).toContain(
    "picture0.png: the pixel in row 0, column 2 is void (255), and output `score` counts every",
  );
  expect(message).toContain("output score { ignore: 255 }");
  await expect(first({ data: withLabels(Uint8Array.of(0, 1, 2, 0, 1, 2)), plan })).resolves.toBeDefined();
});

test("jitter brings in void, and so wants such a net before anything is read", async () => {
  const augment = { ...NO_AUGMENTATION, jitter: 4 };
  const plan = await tinyPlan("");
  const message = await refusal(openBatches({ data: memoryDataset([[2, 3]]), plan, batch: 1, order, augment }));
  expect(message).toContain("`augment.jitter` brings in pixels that do not count");
});

test("a size at which the net does not work is told with the file", async () => {
  const lines = ["input image: rgb[H, W, 3]", "score = image -> conv(3, 3)", "output score { ignore: 255 }"];
  const plan = await planOf(...lines);
  const message = await refusal(first({ data: memoryDataset([[2, 4]]), plan }));
  expect(message).toContain("picture0.jpg has a height of 2 px, and tiny works for every H >= 3");
  const augment = { ...NO_AUGMENTATION, crop: [3, 4] } as const;
  await expect(first({ data: memoryDataset([[2, 4]]), plan, augment })).resolves.toBeDefined();
  const cropped = await refusal(first({ data: memoryDataset([[5, 4]]), plan, augment: { ...augment, crop: [2, 4] } }));
  expect(cropped).toContain("a height of 2 px after augmentation (5 px in the file)");
});

test("a net of a fixed size takes that alone", async () => {
  const plan = await planOf("input image: rgb[4, 6, 3]", "score = image -> conv(3, 1)", "output score { ignore: 255 }");
  const message = await refusal(first({ data: memoryDataset([[4, 5]]), plan }));
  expect(message).toContain("picture0.jpg has a width of 5 px, and tiny takes 6 px alone");
});

test("a picture that the input cannot take is told with its file", async () => {
  const plan = await planOf("input image: raw[H, W, 1]", "score = image -> conv(3, 1)", "output score { ignore: 255 }");
  expect(await refusal(first({ data: memoryDataset([[2, 3]]), plan }))).toContain(
    "picture0.jpg has 3 channels, and `image` takes 1",
  );
});

test.each([
  ["throws", 'throw new Error("out of order")', "out of order"],
  ["ends", "process.exit(3)", "ended by itself (code 3)"],
  ["uses up its memory", "const all = []; for (;;) all.push(new Array(1e6).fill(all.length))", "ran out of memory"],
])("a thread that %s is told to all who wait for it, and who ask later", async (name, body, message) => {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name.replaceAll(" ", "-")}.mjs`);
  const program = `import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { ${body} });`;
  await writeFile(path, program);
  const data = {
    call: { kind: "voc", arguments: {}, root: "" },
    recipe: { plan: await tinyPlan(), order, augment: NO_AUGMENTATION },
  };
  const thread = new DataThread(data, pathToFileURL(path), 32);
  const jobs = [thread.make({ first: 0, count: 1 }), thread.make({ first: 1, count: 1 })];
  for (const result of await Promise.allSettled(jobs))
    expect(result.status === "rejected" ? String(result.reason) : "made").toContain(message);
  await expect(thread.make({ first: 2, count: 1 })).rejects.toThrow(message);
  await thread.end(new Error("closed"));
});
