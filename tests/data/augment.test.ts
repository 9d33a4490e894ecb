import { expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { NO_AUGMENTATION, placementOf, readAugmentation } from "../../src/data/augment.js";
import { DataError } from "../../src/data/dataset.js";
import { memoryHost } from "../../src/host.js";
import type { PlanValue } from "../../src/model/plan.js";

async function recipeOf(augment: string): Promise<{ augment: PlanValue | undefined; messages: readonly string[] }> {
  const spec = `fcn 1
net tiny { input image: rgb[H, W, 3]
score = image -> conv(3, 1)
output score }
train tiny { augment: ${augment} }
`;
  const { plan, diagnostics } = await compile(spec, memoryHost({}));
  return { augment: plan?.train?.["augment"], messages: diagnostics.map(({ message }) => message) };
}

test("a recipe says what is augmented, and nothing is where it does not", async () => {
  const { augment } = await recipeOf("{ mirror: true, scale: [0.5, 2], jitter: 32, crop: 224x160 }");
  expect(readAugmentation(augment)).toEqual({ mirror: true, scale: [0.5, 2], jitter: 32, crop: [224, 160] });
  expect(readAugmentation((await recipeOf("{ crop: 64 }")).augment)).toEqual({ ...NO_AUGMENTATION, crop: [64, 64] });
  expect(readAugmentation(undefined)).toEqual({ mirror: false, scale: null, jitter: 0, crop: null });
});

test.each([
  ["{ mirror: 1 }", "`mirror` cannot be the number 1"],
  ["{ jitter: 1.5 }", "`jitter` is a whole number of pixels, from 0 on"],
  ["{ crop: true }", "`crop` cannot be"],
  ["{ flip: true }", "`augment` has no setting `flip`"],
])("the compiler refuses %s in its place", async (augment, message) => {
  expect((await recipeOf(augment)).messages.join("\n")).toContain(message);
});

test.each([
  { scale: [2, 0.5] },
  { scale: [0, 1] },
  { scale: [1, 2, 3] },
  { scale: 2 },
  { crop: 0 },
  { crop: [1.5, 2] },
  { jitter: -1 },
])("%j is refused where a run begins", (value) =>
  expect(() => readAugmentation(value as unknown as PlanValue)).toThrow(DataError),
);

const every = Array.from({ length: 4000 }, (_, image) => image);

test("mirroring is for every second image, and jitter for every shift up to its size", () => {
  const placed = every.map((image) => placementOf({ ...NO_AUGMENTATION, mirror: true, jitter: 2 }, 5, image, [30, 40]));
  const mirrored = placed.filter(({ mirror }) => mirror).length;
  // Standard deviation 32: five of them.
  expect(Math.abs(mirrored - 2000)).toBeLessThan(160);
  for (const axis of [0, 1] as const)
    for (const shift of [-2, -1, 0, 1, 2]) {
      const count = placed.filter(({ from }) => from[axis] === shift).length;
      expect(Math.abs(count - 800)).toBeLessThan(130);
    }
  expect(new Set(placed.map(({ size }) => size.join()))).toEqual(new Set(["30,40"]));
});

test("scales go from the smallest to the largest, and keep the shape of the image", () => {
  const heights = every.map(
    (image) => placementOf({ ...NO_AUGMENTATION, scale: [0.5, 2] }, 5, image, [100, 200]).scaled,
  );
  expect(Math.min(...heights.map(([height]) => height))).toBeGreaterThanOrEqual(50);
  expect(Math.min(...heights.map(([height]) => height))).toBeLessThan(52);
  expect(Math.max(...heights.map(([height]) => height))).toBeGreaterThan(198);
  for (const [height, width] of heights) expect(Math.abs(width - 2 * height)).toBeLessThanOrEqual(1);
});

test("windows lie anywhere in a larger image, and anywhere about a smaller one", () => {
  const placed = every.map((image) => placementOf({ ...NO_AUGMENTATION, crop: [4, 8] }, 5, image, [6, 5]));
  expect(new Set(placed.map(({ from }) => from[0]))).toEqual(new Set([0, 1, 2]));
  expect(new Set(placed.map(({ from }) => from[1] + 0))).toEqual(new Set([0, -1, -2, -3]));
});

test("a placement follows from the seed and the image's number alone", () => {
  const augment = { mirror: true, scale: [0.5, 2], jitter: 32, crop: null } as const;
  expect(placementOf(augment, 5, 77, [100, 200])).toEqual(placementOf(augment, 5, 77, [100, 200]));
  expect(placementOf(augment, 6, 77, [100, 200])).not.toEqual(placementOf(augment, 5, 77, [100, 200]));
  expect(placementOf(augment, 5, 78, [100, 200])).not.toEqual(placementOf(augment, 5, 77, [100, 200]));
});
