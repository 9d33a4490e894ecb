import jpeg from "jpeg-js";
import { describe, expect, test } from "vitest";
import { readImage } from "../../src/images/read.js";
import { expected, fixture, fixtureNames } from "./fixtures.js";

describe("JPEG", () => {
  const names = fixtureNames(/\.jpg$/).filter((name) => expected(name));

  test("there are fixtures of every kind", () => expect(names.length).toBeGreaterThan(20));

  test.each(names)("%s is read as Pillow reads it, to the bit", (name) => {
    const { width, height, channels, depth, data } = readImage(fixture(name), name);
    expect({ width, height, channels, depth }).toEqual({ ...expected(name), data: undefined, depth: 8 });
    expect(data).toEqual(expected(name)?.data);
  });

  test("all eight orientations show the same picture", () => {
    const upright = readImage(fixture("orientation-1.jpg"), "1");
    for (let orientation = 2; orientation <= 8; orientation += 1) {
      const turned = readImage(fixture(`orientation-${orientation}.jpg`), `${orientation}`);
      expect([turned.width, turned.height]).toEqual([24, 16]);
      const differences = turned.data.map((value, i) => Math.abs(value - upright.data[i]!));
      expect(Math.max(...differences), `orientation ${orientation}`).toBeLessThan(24);
      expect(turned.notes).toEqual([`turned upright, as its EXIF orientation ${orientation} asks for`]);
    }
  });

  test("says that CMYK was converted", () => {
    for (const name of ["cmyk.jpg", "ycck.jpg"])
      expect(readImage(fixture(name), name).notes.join()).toContain("CMYK; it was turned into RGB");
    expect(readImage(fixture("rgb.jpg"), "rgb").notes).toEqual([]);
  });

  test("reads what another encoder writes", () => {
    const [width, height] = [50, 37];
    const rgba = new Uint8Array(4 * width * height);
    for (let i = 0; i < width * height; i += 1)
      rgba.set([(i % width) * 5, Math.floor(i / width) * 6, 255 - (i % width) * 5, 255], 4 * i);
    const { data } = readImage(jpeg.encode({ width, height, data: rgba }, 98).data, "gradient");
    for (let i = 0; i < width * height; i += 1)
      for (let c = 0; c < 3; c += 1) expect(Math.abs(data[3 * i + c]! - rgba[4 * i + c]!)).toBeLessThan(12);
  });

  test("takes bytes between segments, fill bytes, and another file after its end", () => {
    const whole = fixture("baseline-420.jpg");
    const tables = whole.findIndex((byte, i) => byte === 0xff && whole[i + 1] === 0xdb);
    const padded = [...whole.slice(0, tables), 0, 0, 7, 0xff, 0xff, ...whole.slice(tables), ...whole];
    expect(readImage(Uint8Array.from(padded), "padded").data).toEqual(readImage(whole, "whole").data);
  });

  test("says what it does not read", () => {
    expect(() => readImage(fixture("arithmetic.jpg"), "a.jpg")).toThrow(
      "a.jpg is a JPEG of a rare kind (arithmetically coded)",
    );
    const deep = fixture("gray.jpg");
    const frame = deep.findIndex((byte, i) => byte === 0xff && deep[i + 1] === 0xc0);
    deep[frame + 4] = 12;
    expect(() => readImage(deep, "d.jpg")).toThrow("d.jpg is a JPEG of 12 bits a sample");
  });

  test.each(["baseline-420.jpg", "progressive-444.jpg", "restarts.jpg", "gray.jpg", "cmyk.jpg"])(
    "%s cut off anywhere is refused, or whole to the last pixel",
    (name) => {
      const whole = fixture(name);
      const { data } = readImage(whole, name);
      for (let length = 0; length < whole.length; length += 1) {
        const cut = whole.slice(0, length);
        let read;
        try {
          read = readImage(cut, "cut.jpg");
        } catch (error) {
          expect(error).toMatchObject({ name: "ImageError", file: "cut.jpg" });
          if (length > 2) expect(error).toMatchObject({ fault: "truncated" });
          continue;
        }
        expect(length).toBeGreaterThanOrEqual(whole.length - 2);
        expect(read.data).toEqual(data);
        expect(read.notes.join()).toContain("the file lacks its last bytes, but no pixel is missing");
      }
    },
  );

  test("a piece missing in the middle, closed with an end marker, is not taken for a picture", () => {
    const whole = fixture("baseline-444.jpg");
    const cut = Uint8Array.of(...whole.slice(0, whole.length - 300), 0xff, 0xd9);
    expect(() => readImage(cut, "cut.jpg")).toThrow("cut.jpg is damaged: some of its pixels are missing");
  });
});
