/**
 * How long a training loop waits for its batches: the native step of a VGG FCN-32s at a quarter of its width on JPEGs of
 * 500 x 375 px, read by a thread ahead of the step, beside the same loop that reads them itself. By turns, in one process.
 *
 *     node tests/bench/train-input.mjs [--native FOLDER] [--images 24] [--steps 12] [--rounds 3]
 *
 * The ratio is the share of the loop's time that it waits. The batches of both loops are compared first.
 */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { encode as encodePng } from "fast-png";
import jpeg from "jpeg-js";
import { openBatches } from "../../dist/node.js";
import { median, option, report } from "./measure.mjs";
import { CLASSES, openQuarterWidth } from "./quarter-width.mjs";

const WIDTH = 500;
const HEIGHT = 375;
const images = Number(option("images", "24"));
const steps = Number(option("steps", "12"));
const rounds = Number(option("rounds", "3"));
const { tf, training, plan, folder } = await openQuarterWidth({ rate: 1e-3, momentum: 0.9, decay: 5e-4 });

/** Pixels as photographs have them, roughly: waves of several lengths, and noise. About 80 kB as JPEG. @param {number} seed */
function texture(seed) {
  const data = Buffer.alloc(4 * WIDTH * HEIGHT, 255);
  let noise = seed + 1;
  for (let y = 0, at = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++, at += 4)
      for (let c = 0; c < 3; c++) {
        noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
        const slow = Math.sin((x + 40 * c) / (90 + seed)) + Math.cos((y - 9 * seed) / 70);
        const fast = Math.sin((x * (seed % 5)) / 7 + y / (3 + (seed % 7)));
        data[at + c] = 128 + 38 * slow + 24 * fast + noise / 2 ** 28;
      }
  return data;
}

/** A folder in VOC's layout. */
function writeDataset() {
  const root = join(folder, "set");
  const write = (/** @type {string} */ path, /** @type {string | Uint8Array} */ content) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const names = Array.from({ length: images }, (_, index) => `image${index}`);
  write("ImageSets/Segmentation/train.txt", names.join("\n"));
  for (const [index, name] of names.entries()) {
    const picture = jpeg.encode({ width: WIDTH, height: HEIGHT, data: texture(index) }, 90);
    write(`JPEGImages/${name}.jpg`, picture.data);
    const classes = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
      const square = Math.floor((i % WIDTH) / 70) + 3 * Math.floor(i / WIDTH / 60) + index;
      return i % 97 === 0 ? 255 : square % CLASSES;
    });
    write(`SegmentationClass/${name}.png`, encodePng({ width: WIDTH, height: HEIGHT, data: classes, channels: 1 }));
  }
  return root;
}

const root = writeDataset();
const options = {
  data: { kind: "voc", arguments: { 0: root, split: "train" }, root },
  plan,
  batch: 1,
  order: /** @type {const} */ ({ kind: "epochs", seed: 1337 }),
};

/** @param {import("../../dist/node.js").Batch} batch */
async function step(batch) {
  const image = tf.tensor(batch.images.image.data, batch.images.image.shape);
  const label = tf.tensor(batch.labels.score.data, batch.labels.score.shape, "int32");
  const { loss } = await training.step(image, label, { rate: 1e-5 });
  tf.dispose([image, label]);
  if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss}`);
}

/** Milliseconds of a loop, and those that it waits. @param {number} threads */
async function loop(threads) {
  const batches = await openBatches({ ...options, threads });
  // The first batch of a run is waited for in any case, and the first steps warm up.
  for (let n = 0; n < 2; n++) await step(await batches.next());
  let waited = 0;
  const start = performance.now();
  for (let n = 0; n < steps; n++) {
    const asked = performance.now();
    const batch = await batches.next();
    waited += performance.now() - asked;
    await step(batch);
  }
  const total = performance.now() - start;
  await batches.close();
  return { waited, total };
}

/** @param {number} threads */
async function first(threads) {
  const batches = await openBatches({ ...options, threads });
  const taken = [await batches.next(), await batches.next()];
  await batches.close();
  return taken;
}

assert.deepEqual(await first(1), await first(0), "a thread makes other batches than the loop itself");
const ahead = [];
const inTurn = [];
for (let round = 0; round < rounds; round++) {
  ahead.push(await loop(1));
  inTurn.push(await loop(0));
}
const share = (/** @type {typeof ahead} */ loops) => median(loops.map(({ waited, total }) => waited / total));
report({
  name: `the share of its time that training waits for images of ${WIDTH} x ${HEIGHT} px`,
  ratio: share(ahead),
  target: 0.05,
  "share when the loop reads them": share(inTurn),
  "ms to read one": median(inTurn.map(({ waited }) => waited / steps)),
  "ms of a step": median(ahead.map(({ waited, total }) => (total - waited) / steps)),
  "ms waited for a batch": median(ahead.map(({ waited }) => waited / steps)),
});
