import { crc32, deflateSync } from "node:zlib";
import { encode } from "fast-png";
import { describe, expect, test } from "vitest";
import { toGray8, toRgb8 } from "../../src/images/convert.js";
import { type Chunk, readChunks, writeChunks } from "../../src/images/png-chunks.js";
import { readImage, readLabels } from "../../src/images/read.js";
import { expected, fixture, fixtureNames } from "./fixtures.js";

const values = (count: number, limit = 256): number[] =>
  Array.from({ length: count }, (_, i) => (i * 7919 + 13) % limit);
const header = (width: number, height: number, depth: number, colorType: number): Chunk => {
  const data = new Uint8Array(13);
  new DataView(data.buffer).setUint32(0, width);
  new DataView(data.buffer).setUint32(4, height);
  data.set([depth, colorType], 8);
  return { type: "IHDR", data };
};
const png = (head: Chunk, rows: readonly number[], ...chunks: Chunk[]): Uint8Array =>
  writeChunks([head, ...chunks, { type: "IDAT", data: deflateSync(Uint8Array.from(rows)) }]);

describe("PNG", () => {
  test.each(fixtureNames(/\.png$/))("%s is read as Pillow reads it", (name) => {
    const image = readImage(fixture(name), name);
    const { data, ...size } = expected(name)!;
    expect(image).toMatchObject(size);
    expect(image.data).toEqual(data);
  });

  test.each([1, 3] as const)("8 and 16 bits, %i channels, as another encoder writes them", (channels) => {
    const [width, height] = [9, 5];
    const bytes = Uint8Array.from(values(width * height * channels));
    const eight = readImage(encode({ width, height, channels, depth: 8, data: bytes }), "8");
    expect(eight).toEqual({ width, height, channels, depth: 8, data: bytes, notes: [] });
    const words = Uint16Array.from(values(width * height * channels, 65536));
    const sixteen = readImage(encode({ width, height, channels, depth: 16, data: words }), "16");
    expect(sixteen).toEqual({ width, height, channels, depth: 16, data: words, notes: [] });
    const rgb = toRgb8(sixteen);
    expect(rgb.data).toHaveLength(width * height * 3);
    expect(rgb.data[0]).toBe(Math.round(words[0]! / 257));
    expect(rgb.data[2]).toBe(Math.round(words[channels - 1]! / 257));
  });

  test.each([
    [2, 1],
    [4, 3],
  ] as const)("transparency of %i channels is dropped, with a note", (channels, kept) => {
    for (const depth of [8, 16] as const) {
      const all = values(6 * channels, 2 ** depth);
      const data = depth === 8 ? Uint8Array.from(all) : Uint16Array.from(all);
      const image = readImage(encode({ width: 3, height: 2, channels, depth, data }), "alpha");
      expect(image.channels).toBe(kept);
      expect([...image.data]).toEqual(all.filter((_, i) => i % channels < kept));
      expect(image.notes).toEqual(["transparency was dropped: each pixel has its stored colour"]);
    }
  });

  test("gray of 1, 2 and 4 bits reaches from 0 to 255, and its labels are not scaled", () => {
    const two = png(header(5, 1, 2, 0), [0, 0b00_01_10_11, 0b01_000000]);
    expect([...readImage(two, "two").data]).toEqual([0, 85, 170, 255, 85]);
    expect([...readLabels(two, "two").indices]).toEqual([0, 1, 2, 3, 1]);
    const one = png(header(3, 2, 1, 0), [0, 0b10100000, 0, 0b01000000]);
    expect([...readImage(one, "one").data]).toEqual([255, 0, 255, 0, 255, 0]);
  });

  test("palettes give colours and, as labels, indices", () => {
    const palette = { type: "PLTE", data: Uint8Array.of(0, 0, 0, 128, 0, 0, 1, 2, 3) };
    const file = png(header(2, 2, 8, 3), [0, 0, 1, 0, 2, 9], palette);
    const image = readImage(file, "p");
    expect([...image.data]).toEqual([0, 0, 0, 128, 0, 0, 1, 2, 3, 0, 0, 0]);
    expect(image.notes).toEqual(["pixels beyond the end of its palette are black"]);
    const labels = readLabels(file, "p");
    expect([...labels.indices]).toEqual([0, 1, 2, 9]);
    expect(labels.palette).toEqual(palette.data);
    expect(() => readLabels(fixture("filters.png"), "f.png")).toThrow("f.png is a colour picture and holds no class");
    expect(() => readLabels(fixture("gray.jpg"), "g.png")).toThrow("g.png is a JPEG, which does not keep labels exact");
  });

  test("every filter is undone, in the first row too", () => {
    const rows = [
      [1, 2, 3, 4, 5, 6, 7],
      [4, 1, 1, 1, 1, 1, 1],
      [3, 9, 9, 9, 9, 9, 9],
      [2, 1, 1, 1, 1, 1, 1],
    ];
    const image = readImage(png(header(2, 4, 8, 2), rows.flat()), "filters");
    expect([...image.data]).toEqual([
      2, 3, 4, 7, 9, 11, 3, 4, 5, 8, 10, 12, 10, 11, 11, 18, 19, 20, 11, 12, 12, 19, 20, 21,
    ]);
    // The first row of a picture has nothing above it.
    const alone = (filter: number): number[] => [...readImage(png(header(2, 1, 8, 0), [filter, 10, 20]), "row").data];
    expect([0, 1, 2, 3, 4].map(alone)).toEqual([
      [10, 20],
      [10, 30],
      [10, 20],
      [10, 25],
      [10, 30],
    ]);
    expect(() => alone(5)).toThrow("row is damaged: a row of its pixels has an unknown filter");
  });

  test("gray of colours is PIL's", () => {
    const data = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255);
    const image = { width: 4, height: 1, channels: 3, depth: 8, data, notes: [] } as const;
    expect([...toGray8(image).data]).toEqual([76, 150, 29, 255]);
  });

  test("cut off anywhere it is refused, or whole to the last pixel", () => {
    for (const name of ["filters.png", "interlaced-palette.png", "interlaced-rgb.png"]) {
      const whole = fixture(name);
      const { data } = readImage(whole, name);
      const step = whole.length > 1000 ? 7 : 1;
      for (let length = 0; length < whole.length; length += length < whole.length - 30 ? step : 1) {
        let read;
        try {
          read = readImage(whole.slice(0, length), "cut.png");
        } catch (error) {
          expect(error).toMatchObject({ name: "ImageError", fault: length === 0 ? "empty" : "truncated" });
          continue;
        }
        expect(length).toBeGreaterThanOrEqual(whole.length - 20);
        expect(read.data).toEqual(data);
        expect(read.notes.join()).toContain("lacks its last bytes");
      }
    }
  });

  test("a flipped bit is noticed", () => {
    const whole = fixture("filters.png");
    for (const at of [18, 24, 50, 2000, whole.length - 20]) {
      const bent = whole.slice();
      bent[at]! ^= 4;
      expect(() => readImage(bent, "bent.png")).toThrow(/bent\.png (is damaged|ends|is too large)/);
    }
  });

  test("chunks round-trip with right sums", () => {
    const chunk = { type: "teSt", data: Uint8Array.of(1, 2, 3) };
    const file = writeChunks([chunk]);
    expect(readChunks(file)).toMatchObject({ complete: true, chunks: [chunk, { type: "IEND" }] });
    expect(new DataView(file.buffer).getUint32(19)).toBe(crc32(Uint8Array.of(0x74, 0x65, 0x53, 0x74, 1, 2, 3)));
  });
});
