import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import { paletteOf, writePalettePng } from "../../src/images/palette-png.js";
import { writeRgbPng } from "../../src/images/png-write.js";
import { readImage, readLabels } from "../../src/images/read.js";
import { classShares } from "../../src/images/shares.js";
import { vocColor } from "../../src/model/labels.js";
import type { Labels } from "../../src/model/plan.js";

const labels: Labels = {
  name: "two",
  classes: [
    { name: "ground", color: [10, 20, 30] },
    { name: "sky", color: [200, 210, 220] },
  ],
  ignore: { name: "void", color: [1, 2, 3] },
};
const mask = { width: 3, height: 2, indices: Uint8Array.of(0, 1, 1, 1, 255, 7) };

describe("masks as paletted PNGs", () => {
  test("values are the classes, the palette the labels' colours", () => {
    const file = writePalettePng(mask, labels);
    const { width, height, indices, palette } = readLabels(file, "mask");
    expect({ width, height, indices }).toEqual(mask);
    expect(palette).toEqual(paletteOf(labels));
    expect(Array.from(palette!.slice(0, 6))).toEqual([10, 20, 30, 200, 210, 220]);
    expect(Array.from(palette!.slice(21, 24))).toEqual(vocColor(7));
    expect(Array.from(palette!.slice(765))).toEqual([1, 2, 3]);
    expect(Array.from(readImage(file, "mask").data.slice(12))).toEqual([1, 2, 3, ...vocColor(7)]);
  });

  test("another decoder reads the same", () => {
    const { data, depth, channels, palette } = decode(writePalettePng(mask, labels), { checkCrc: true });
    expect({ data: [...data], depth, channels }).toEqual({ data: [...mask.indices], depth: 8, channels: 1 });
    expect(palette).toHaveLength(256);
    expect(palette?.[1]).toEqual([200, 210, 220]);
  });

  test("the same mask gives the same bytes; 16-bit indices are taken up to 255", () => {
    const wide = { ...mask, indices: Uint16Array.from(mask.indices) };
    expect(writePalettePng(wide, labels)).toEqual(writePalettePng(mask, labels));
    expect(() => writePalettePng({ ...mask, indices: Uint16Array.of(0, 0, 0, 0, 0, 256) }, labels)).toThrow(
      "class 256",
    );
    expect(() => writePalettePng({ ...mask, height: 3 }, labels)).toThrow(RangeError);
  });

  test("without an ignore colour 255 has VOC's", () => {
    expect(Array.from(paletteOf({ ...labels, ignore: null }).slice(765))).toEqual([224, 224, 192]);
  });

  test("shares are sorted, and unknown indices have a name", () => {
    expect(classShares(mask, labels).map(({ name, index, share }) => [name, index, share])).toEqual([
      ["sky", 1, 0.5],
      ["ground", 0, 1 / 6],
      ["class 7", 7, 1 / 6],
      ["void", 255, 1 / 6],
    ]);
  });
});

test("RGB pictures are written so that they read the same, here and elsewhere", () => {
  for (const [width, height] of [
    [1, 1],
    [7, 5],
    [300, 2],
  ] as const) {
    const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 31) % 256);
    const file = writeRgbPng({ width, height, data });
    expect(readImage(file, "rgb")).toEqual({ width, height, channels: 3, depth: 8, data, notes: [] });
    expect(decode(file, { checkCrc: true }).data).toEqual(data);
  }
});
