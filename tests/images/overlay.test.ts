import { describe, expect, test } from "vitest";
import { Canvas } from "../../src/images/canvas.js";
import type { RgbImage } from "../../src/images/convert.js";
import { drawText, FONT_ROWS, glyphs, textWidth } from "../../src/images/font.js";
import { drawLegend, legendScale } from "../../src/images/legend.js";
import { percent } from "../../src/images/percent.js";
import { drawOverlay } from "../../src/images/overlay.js";
import { numberedLabels, vocColor } from "../../src/model/labels.js";

const gray = (width: number, height: number): RgbImage => ({
  width,
  height,
  data: new Uint8Array(3 * width * height).fill(100),
});
const maskOf = (width: number, height: number, index: (x: number, y: number) => number) => ({
  width,
  height,
  indices: Uint8Array.from({ length: width * height }, (_, i) => index(i % width, Math.floor(i / width))),
});
const pixel = ({ width, data }: RgbImage, x: number, y: number): number[] => {
  const at = 3 * (y * width + x);
  return Array.from(data.subarray(at, at + 3));
};
const isPaper = ({ width, data }: RgbImage, x: number, y: number): boolean => data[3 * (y * width + x)] === 250;
/** Pixels of a colour, row by row. */
const positions = (image: RgbImage, color: readonly number[]): { readonly x: number; readonly y: number }[] => {
  const found = [];
  for (let y = 0; y < image.height; y += 1)
    for (let x = 0; x < image.width; x += 1) if (pixel(image, x, y).join() === color.join()) found.push({ x, y });
  return found;
};

describe("font", () => {
  const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));

  test("every printable character has a form of its own", () => {
    const forms = ascii.map((character) => JSON.stringify(glyphs(character)[0]));
    expect(new Set(forms).size).toBe(95);
    for (const character of ascii) {
      const [glyph] = glyphs(character);
      expect(glyph?.rows).toHaveLength(FONT_ROWS);
      expect(glyph?.rows.some((row) => row !== 0)).toBe(character !== " ");
      expect(glyph?.rows.every((row) => row < 1 << glyph.width)).toBe(true);
      // None has an empty column at its left: the gap is the same between all.
      if (character !== " " && !/\d/.test(character)) expect(glyph?.rows.some((row) => row & 1)).toBe(true);
    }
  });

  test("L is drawn as an L, and a g goes below the line", () => {
    const dots: string[] = [];
    drawText("L", (x, y) => dots.push(`${x},${y}`));
    expect(dots).toEqual([..."0123456"].map((y) => `0,${y}`).concat(["1,6", "2,6", "3,6", "4,6"]));
    expect(glyphs("g")[0]?.rows[8]).not.toBe(0);
    expect(glyphs("a")[0]?.rows.slice(7)).toEqual([0, 0]);
  });

  test("accents are left off; what else is not ASCII is a question mark", () => {
    expect(glyphs("café")).toEqual(glyphs("cafe"));
    expect(glyphs("犬\n")).toEqual(glyphs("??"));
    expect(textWidth("")).toBeLessThanOrEqual(0);
    expect(textWidth("LL")).toBe(11);
  });
});

describe("overlay", () => {
  const labels = numberedLabels(21);

  test("blends the colours, and more of them along outlines", () => {
    const image = drawOverlay(
      gray(100, 50),
      maskOf(100, 50, (x) => (x < 50 ? 0 : 15)),
      labels,
    );
    expect(pixel(image, 10, 10)).toEqual([45, 45, 45]);
    expect(pixel(image, 80, 10)).toEqual([192, 128, 128].map((c) => Math.round(100 + 0.55 * (c - 100))));
    expect(pixel(image, 49, 10)[0]).toBeLessThan(45);
    expect(pixel(image, 50, 10)[0]).toBeGreaterThan(pixel(image, 80, 10)[0]!);
    expect(pixel(image, 0, 0)).toEqual([45, 45, 45]);
    const plain = drawOverlay(
      gray(9, 9),
      maskOf(9, 9, () => 3),
      labels,
      { opacity: 0 },
    );
    expect(pixel(plain, 4, 4)).toEqual([100, 100, 100]);
  });

  test("the legend has a swatch for each class that is there, largest first", () => {
    const image = drawOverlay(
      gray(120, 40),
      maskOf(120, 40, (x) => (x < 20 ? 4 : x < 50 ? 2 : 15)),
      labels,
    );
    const panel = { ...image, data: image.data.slice(3 * 40 * image.width), height: image.height - 40 };
    const swatches = [15, 2, 4].map((index) => positions(panel, vocColor(index)));
    for (const dots of swatches) expect(dots).toHaveLength(49);
    const tops = swatches.map((dots) => dots[0]!.y);
    expect(tops).toEqual([...tops].sort((a, b) => a - b));
    expect(positions(panel, vocColor(1))).toEqual([]);
    const words = positions(panel, [32, 32, 36]);
    // As high as each line is text, and nothing of it touches the edges.
    expect(new Set(words.map(({ y }) => Math.floor((y - 6) / 13))).size).toBe(3);
    expect(Math.max(...words.map(({ x }) => x))).toBeLessThan(image.width - 6);
  });

  test.each([
    [1, 1],
    [30, 30],
    [50, 400],
    [640, 427],
    [4000, 20],
  ])("%i x %i pixels with 21 classes: nothing is clipped, the picture stays where it is", (width, height) => {
    const image = drawOverlay(
      gray(width, height),
      maskOf(width, height, (x, y) => (x + y) % 21),
      labels,
      { title: "gypsy" },
    );
    expect(image.data).toHaveLength(3 * image.width * image.height);
    expect(image.width).toBeGreaterThanOrEqual(width);
    const scale = legendScale(width, height);
    let clipped = 0;
    for (let y = height; y < image.height; y += 1)
      for (let d = 1; d <= 5 * scale; d += 1)
        if (!isPaper(image, image.width - d, y) || !isPaper(image, d - 1, y)) clipped += 1;
    for (let x = 0; x < image.width; x += 1) if (!isPaper(image, x, image.height - 1)) clipped += 1;
    expect(clipped).toBe(0);
  });

  test("text grows with the picture", () => {
    expect([1, 300, 500, 640, 1000, 4000].map((width) => legendScale(width, width / 2))).toEqual([1, 1, 2, 2, 3, 13]);
  });

  test("long names and titles are cut rather than widening a narrow picture without end", () => {
    const name = "a class with a name that goes on and on, over hills and far away, until it ends at last";
    const shares = [{ index: 0, name, color: [0, 0, 0] as const, share: 1 }];
    expect(drawLegend(shares, 50, 1, name).width).toBeLessThan(260);
    expect(drawLegend(shares, 600, 1, name).width).toBe(600);
    expect(drawLegend([], 50, 1).height).toBeGreaterThan(0);
  });

  test("shares are never rounded to what they are not", () => {
    expect([1, 0.9996, 0.632, 0.0004, 0.0005].map(percent)).toEqual(["100.0%", ">99.9%", "63.2%", "<0.1%", "0.1%"]);
  });

  test("a mask of another size is refused", () => {
    expect(() =>
      drawOverlay(
        gray(3, 3),
        maskOf(3, 2, () => 0),
        labels,
      ),
    ).toThrow("a mask of 3 x 2 does not lie");
  });
});

test("a canvas leaves out what lies outside", () => {
  const canvas = new Canvas(3, 2, [0, 0, 0]);
  canvas.rectangle(-1, -1, 2, 2, [9, 9, 9]);
  canvas.rectangle(2, 1, 5, 5, [7, 7, 7]);
  expect([...canvas.data].filter((_, i) => i % 3 === 0)).toEqual([9, 0, 0, 0, 0, 7]);
});
