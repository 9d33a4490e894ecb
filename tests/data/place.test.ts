import { expect, test } from "vitest";
import type { Placement } from "../../src/data/augment.js";
import { placeImage, placeLabels } from "../../src/data/place.js";
import { pythonMissing, runJudge } from "../judges/python.js";

const grid = (height: number, width: number, channels = 1) => ({
  size: [height, width] as const,
  channels,
  data: Float32Array.from({ length: height * width * channels }, (_, i) => (17 * i) % 23),
});
const still = (height: number, width: number): Placement => ({
  mirror: false,
  scaled: [height, width],
  from: [0, 0],
  size: [height, width],
});

test("what is not moved stays as it is", () => {
  const image = grid(3, 4, 3);
  expect(placeImage(image, still(3, 4), [0, 0, 0])).toBe(image.data);
});

test("a mirrored image and its labels are the same pixels from right to left", () => {
  const placement = { ...still(2, 3), mirror: true };
  const image = { size: [2, 3] as const, channels: 2, data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) };
  expect([...placeImage(image, placement, [0, 0])]).toEqual([4, 5, 2, 3, 0, 1, 10, 11, 8, 9, 6, 7]);
  const labels = { size: [2, 3] as const, channels: 1, data: Uint8Array.of(0, 1, 2, 3, 4, 255) };
  expect([...placeLabels(labels, placement, 255)]).toEqual([2, 1, 0, 255, 4, 3]);
});

test("what comes in from outside is the mean of each channel, and void", () => {
  const placement = { ...still(2, 2), from: [-1, 1] as const };
  const image = { size: [2, 2] as const, channels: 2, data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7) };
  expect([...placeImage(image, placement, [8.5, 9.5])]).toEqual([8.5, 9.5, 8.5, 9.5, 2, 3, 8.5, 9.5]);
  const labels = { size: [2, 2] as const, channels: 1, data: Uint16Array.of(0, 1, 2, 3) };
  expect([...placeLabels(labels, placement, 255)]).toEqual([255, 255, 1, 255]);
});

test("a window of a scaled, mirrored image is that part of the whole", () => {
  const image = grid(5, 6);
  const whole: Placement = { mirror: true, scaled: [8, 9], from: [0, 0], size: [8, 9] };
  const all = placeImage(image, whole, [0]);
  const part = placeImage(image, { ...whole, from: [2, 3], size: [4, 5] }, [0]);
  const expected = Array.from({ length: 20 }, (_, i) => all[(2 + Math.floor(i / 5)) * 9 + 3 + (i % 5)]!);
  expect([...part]).toEqual(expected);
});

test("images are scaled as PyTorch scales them", async (context) => {
  const missing = pythonMissing("torch");
  if (missing) context.skip(missing);
  const requests = [
    { image: grid(5, 7, 2), size: [10, 14] as const },
    { image: grid(9, 6, 2), size: [4, 3] as const },
    { image: grid(4, 5, 2), size: [7, 3] as const },
    { image: grid(1, 3, 2), size: [4, 1] as const },
  ].map(({ image, size }) => {
    const [height, width] = image.size;
    const data = Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (__, x) => [0, 1].map((c) => image.data[(y * width + x) * 2 + c]!)),
    );
    return { image, data, size };
  });
  const asked = JSON.stringify(requests.map(({ data, size }) => ({ data, size })));
  const answers = JSON.parse(await runJudge("resize_torch.py", [asked])) as { bilinear: number[]; nearest: number[] }[];
  for (const [index, { image, data, size }] of requests.entries()) {
    const { bilinear, nearest } = answers[index]!;
    const own = placeImage(image, still(size[0], size[1]), [0, 0]);
    expect(own).toHaveLength(bilinear.length);
    bilinear.forEach((value, i) => expect(own[i]).toBeCloseTo(value, 4));
    const labels = { size: image.size, channels: 1, data: Uint8Array.from(data.flat().map(([first]) => first!)) };
    expect([...placeLabels(labels, still(size[0], size[1]), 255)]).toEqual(nearest);
  }
});
