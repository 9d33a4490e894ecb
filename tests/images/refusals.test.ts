import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeChunks } from "../../src/images/png-chunks.js";
import { ImageError, readImage, readLabels } from "../../src/images/read.js";
import { fixture, fixtureNames } from "./fixtures.js";

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function refusal(bytes: Uint8Array, name = "cat.png", limits = {}): ImageError {
  try {
    readImage(bytes, name, limits);
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
  throw new Error("it was read");
}

describe("what is no PNG or JPEG is named, with a way out", () => {
  test.each([
    ["GIF89a\x01\0\x01\0", "a GIF picture", "convert it to PNG or JPEG"],
    ["RIFF\x24\0\0\0WEBPVP8 ", "a WebP picture", "convert it"],
    ["BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", "a BMP picture", "convert it"],
    ["II*\0\x08\0\0\0", "a TIFF picture", "convert it"],
    ["\0\0\0\x18ftypheic\0\0\0\0", "a HEIC picture", "Most Compatible"],
    ["\0\0\0\x18ftypavif\0\0\0\0", "an AVIF picture", "convert it"],
    ["\0\0\0\x18ftypisom\0\0\0\0", "a video", "frames"],
    ['<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing", "render it"],
    ["<svg width='3'>", "an SVG drawing", "render it"],
    ["\n<!DOCTYPE html><html>", "a web page", "save the picture itself"],
    ["\xef\xbb\xbf<html>", "a web page", "save the picture itself"],
    ["%PDF-1.7", "a PDF document", "export"],
    ["PK\x03\x04....", "a ZIP archive", "unpack"],
    ["version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS", "git lfs pull"],
    ["", "an empty file", "again"],
    ["\x89PN", "ends after 3 bytes", "again"],
    ["\x89PNG\n\x1a\n\0\0", "sent as text", "binary"],
    ["\0".repeat(50), "nothing but zeros", "again"],
    ["hello", "neither a PNG nor a JPEG", "convert it"],
  ])("%j", (text, problem, help) => {
    const error = refusal(bytesOf(text));
    expect(error.message).toMatch(/^cat\.png (is|ends|holds) /);
    expect(error.message).toContain(problem);
    expect(error.help).toContain(help);
    expect(error.message).not.toMatch(/[\n.]$/);
  });

  test("a name does not decide what a file is", () => {
    expect(readImage(fixture("gray.jpg"), "gray.png").width).toBe(45);
    expect(readImage(fixture("filters.png"), "filters.jpeg").width).toBe(45);
  });
});

describe("what is too large is refused before it is unpacked", () => {
  const claiming = (width: number, height: number, idat: Uint8Array): Uint8Array => {
    const header = new Uint8Array(13);
    new DataView(header.buffer).setUint32(0, width);
    new DataView(header.buffer).setUint32(4, height);
    header.set([8, 0], 8);
    return writeChunks([
      { type: "IHDR", data: header },
      { type: "IDAT", data: idat },
    ]);
  };

  test("by pixels", () => {
    const bomb = claiming(50_000, 50_000, deflateSync(new Uint8Array(1_000_000)));
    expect(refusal(bomb)).toMatchObject({
      fault: "too-large",
      message: "cat.png is too large: 50000 x 50000 pixels, 2,500 megapixels, and up to 100 are read",
    });
    expect(refusal(fixture("filters.png"), "f", { pixels: 1000 }).fault).toBe("too-large");
    expect(refusal(fixture("dot.jpg"), "f", { pixels: 0 }).fault).toBe("too-large");
    expect(readImage(fixture("filters.png"), "f", { pixels: 45 * 35 }).width).toBe(45);
  });

  test("by bytes", () => {
    expect(refusal(new Uint8Array(2 * 1024 * 1024), "big.png", { fileBytes: 1024 * 1024 }).message).toBe(
      "big.png is too large: 2 MiB, and up to 1 are read",
    );
  });

  test("a small file that inflates beyond its header, or promises more than it can hold", () => {
    expect(refusal(claiming(10, 10, deflateSync(new Uint8Array(50_000_000)))).message).toContain(
      "holds more than the 10 x 10",
    );
    expect(refusal(claiming(9_000, 9_000, deflateSync(new Uint8Array(10)))).message).toContain("ends long before");
    expect(refusal(claiming(0, 9, deflateSync(new Uint8Array(10)))).message).toContain("0 x 9 pixels");
    const jpeg = fixture("gray.jpg");
    const frame = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
    jpeg.set([0x20, 0, 0x20, 0], frame + 5);
    expect(refusal(jpeg).message).toContain("ends long before the 8192 x 8192 pixels");
  });

  test("a picture 10,000 pixels wide is none of that", () => {
    const rows = new Uint8Array(20 * 10_001);
    const image = readImage(claiming(10_000, 20, deflateSync(rows)), "wide");
    expect([image.width, image.height]).toEqual([10_000, 20]);
  });
});

describe("no bytes make the readers throw anything else, or hang", () => {
  /** Reads, and lets nothing but an ImageError out. */
  const survives = (bytes: Uint8Array): void => {
    for (const read of [readImage, readLabels])
      try {
        read(bytes, "fuzz", { pixels: 100_000 });
      } catch (error) {
        if (!(error instanceof ImageError)) throw error;
      }
  };
  const files = fixtureNames(/\.(png|jpg)$/).map(fixture);

  test("random bytes, alone and after a signature", () => {
    const starts = [[], [0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 300 }), (start, rest) =>
        survives(Uint8Array.of(...start, ...rest)),
      ),
      { numRuns: 600, seed: 7 },
    );
  });

  test("pictures with some bytes changed, lost or doubled", () => {
    const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255), cut: fc.nat(3) });
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.array(edit, { minLength: 1, maxLength: 6 }), (file, edits) => {
        let bytes = file;
        for (const { at, byte, cut } of edits) {
          const offset = Math.floor(at * bytes.length);
          bytes = Uint8Array.of(...bytes.subarray(0, offset), byte, ...bytes.subarray(offset + cut));
        }
        survives(bytes);
      }),
      { numRuns: 1500, seed: 11 },
    );
  });

  test("PNGs whose sums are right and whose contents are not", () => {
    const header = fc.tuple(
      fc.nat(9),
      fc.nat(9),
      fc.constantFrom(1, 2, 4, 8, 16),
      fc.constantFrom(0, 2, 3, 4, 6),
      fc.nat(1),
    );
    const rows = fc.uint8Array({ maxLength: 400 });
    const palette = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(header, rows, palette, ([width, height, depth, colorType, interlace], pixels, colors) => {
        const data = Uint8Array.of(0, 0, 0, width, 0, 0, 0, height, depth, colorType, 0, 0, interlace);
        const chunks = [
          { type: "IHDR", data },
          { type: "PLTE", data: colors },
          { type: "IDAT", data: deflateSync(pixels.map((byte, i) => (i % 3 === 0 ? byte % 5 : byte))) },
        ];
        survives(writeChunks(chunks));
      }),
      { numRuns: 600, seed: 13 },
    );
  });

  test("a JPEG with thousands of empty scans stops early", () => {
    const file = fixture("progressive-444.jpg");
    const scan = file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xda);
    const next = file.findIndex((byte, i) => i > scan + 1 && byte === 0xff && file[i + 1] !== 0);
    const one = file.slice(scan, next);
    const many = new Uint8Array(next + 5000 * one.length);
    many.set(file.subarray(0, next));
    for (let i = 0; i < 5000; i += 1) many.set(one, next + i * one.length);
    expect(refusal(many).message).toContain("more than 200 scans");
  });
});
