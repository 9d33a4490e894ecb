/** The PNG files of masks that the page of bundles writes, read by another program's decoder and by ours. */
import { decode } from "fast-png";
import { expect, test } from "vitest";
import { readLabels } from "../../src/images/read.js";
import { maskPng } from "../../targets/web/page/png.js";

const palette = Uint8Array.from({ length: 768 }, (_, at) => (at * 7) % 256);
const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());

test.each([
  [1, 1],
  [3, 5],
  [64, 33],
])("of %i by %i pixels has its classes and palette", async (width, height) => {
  const mask = Uint8Array.from({ length: width * height }, (_, at) => (at * 31) % 256);
  const file = await bytesOf(await maskPng({ width, height, mask }, palette));
  const png = decode(file, { checkCrc: true });
  expect(png).toMatchObject({ width, height, depth: 8, channels: 1 });
  expect(Uint8Array.from(png.data)).toEqual(mask);
  expect(png.palette?.flat()).toEqual([...palette]);
  expect(Uint8Array.from(readLabels(file, "mask.png").indices)).toEqual(mask);
});

test("of more than 256 classes has 16 bits", async () => {
  const mask = Uint16Array.from({ length: 6 }, (_, at) => 200 * at);
  const png = decode(await bytesOf(await maskPng({ width: 2, height: 3, mask }, palette)), { checkCrc: true });
  expect(png).toMatchObject({ width: 2, height: 3, depth: 16, channels: 1 });
  expect([...png.data]).toEqual([...mask]);
});
