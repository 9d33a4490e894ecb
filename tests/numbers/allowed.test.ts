/**
 * Nets whose maps do not lie as they should, which a comment allows: they are proved, they run on every engine as the
 * reference interpreter says, and they compute what the page of their code promises.
 */
import { expect, test } from "vitest";
import { mapOf, type FeatureMap } from "../reference/feature-map.js";
import { interpret } from "../reference/interpreter.js";
import { scratch } from "../weights/scratch.js";
import { testNets } from "./judged-nets.js";

function net(...lines: readonly string[]): string {
  return ["fcn 1", "net n {", "  input image: raw[H, W, 1]", ...lines.map((line) => `  ${line}`), "}", ""].join("\n");
}

type Wanted = (image: (y: number, x: number) => number) => (y: number, x: number) => number;

interface Allowed {
  readonly text: string;
  /** Height and width of `out` for an image of 4 x 5. */
  readonly shape: readonly [number, number];
  /** `image` is 0 beyond its borders. */
  readonly wanted: Wanted;
  readonly valid: string;
}

const NETS: Readonly<Record<string, Allowed>> = {
  "a merge half a unit apart": {
    text: net(
      "a = image -> pad(bottom: 1, right: 1) -> maxpool(2, stride: 1)",
      "out = sum(image, a) // allow half-pixel-shift: the published net does so",
      "output out",
    ),
    shape: [4, 5],
    wanted: (image) => (y, x) => image(y, x) + largest(image, y, x, 2),
    valid: "every H >= 1",
  },
  "a merge a unit apart": {
    text: net(
      "a = image -> pad(top: 1, left: 1)",
      "b = image -> pad(bottom: 1, right: 1)",
      "out = sum(a, b) // allow grid-shift: a difference of neighbours",
      "output out",
    ),
    shape: [5, 6],
    wanted: (image) => (y, x) => image(y - 1, x - 1) + image(y, x),
    valid: "every H >= 1",
  },
  "a merge of strides 2 and 1": {
    text: net(
      "a = image -> maxpool(2)",
      "b = image -> maxpool(3, stride: 1)",
      "// allow stride-mismatch: a mosaic",
      "out = sum(a, b) // allow input-sizes: our pictures are small",
      "output out",
    ),
    shape: [2, 3],
    wanted: (image) => (y, x) => largest(image, 2 * y, 2 * x, 2) + largest(image, y, x, 3),
    valid: "H in 4..5",
  },
  "a crop half a unit off": {
    text: net(
      "a = image -> pad(2) -> maxpool(2, stride: 1)",
      "out = crop(to: image, offset: 1) // allow half-pixel-shift: as it was trained",
      "output out",
    ),
    shape: [4, 5],
    wanted: (image) => (y, x) => largest(image, y - 1, x - 1, 2),
    valid: "every H >= 1",
  },
  "a crop to another stride": {
    text: net(
      "a = image -> maxpool(2)",
      "// allow stride-mismatch: its corner alone",
      "out = image -> crop(to: a, offset: 1)",
      "output out",
    ),
    shape: [2, 3],
    wanted: (image) => (y, x) => image(y + 1, x + 1),
    valid: "every H >= 2",
  },
  "an implied crop of a map that begins inside": {
    text: net(
      "a = image -> maxpool(3, stride: 1) -> pad(bottom: 4, right: 4)",
      "// allow crop-bounds: the old net shifted it",
      "out = sum(image, a, crop: [0, 1])",
      "output out",
    ),
    shape: [4, 5],
    wanted: (image) => (y, x) => image(y, x) + (y < 2 && x + 1 < 3 ? largest(image, y, x + 1, 3) : 0),
    valid: "every H >= 3",
  },
  "a crop of a map without a grid": {
    text: net(
      "a = image -> maxpool(2) -> resize(2x, method: nearest, align: corners)",
      "out = crop(to: image, offset: 0) // allow crop-grid: it is near enough",
      "output out",
    ),
    shape: [4, 5],
    // The unit nearest to j (n - 1) / (m - 1), where 2 become 4 and 3 become 6.
    wanted: (image) => (y, x) => largest(image, 2 * Math.round(y / 3), 2 * Math.round((2 * x) / 5), 2),
    valid: "every H >= 1",
  },
};

function largest(image: (y: number, x: number) => number, top: number, left: number, side: number): number {
  const values = Array.from({ length: side * side }, (_, i) => image(top + Math.floor(i / side), left + (i % side)));
  return Math.max(...values);
}

const nets = testNets(
  Object.fromEntries(Object.entries(NETS).map(([title, { text }]) => [title, text])),
  [
    [4, 5],
    [5, 4],
    [4, 4],
    [9, 14],
  ],
  await scratch(),
);

const image: FeatureMap = mapOf(1, 4, 5, (_, y, x) => 1 + ((7 * y + 3 * x) % 11));

test.each(Object.entries(NETS))("%s computes what its page says", (title, { shape, wanted, valid }) => {
  const plan = nets.get(title)?.plan;
  if (!plan) throw new Error("it was not compiled");
  expect(plan.validFor["H"]?.text).toBe(valid);
  const out = interpret(plan, new Map(), { image }).get("out");
  const pixel = (y: number, x: number): number => (y < 0 || x < 0 || y > 3 || x > 4 ? 0 : image.at(0, y, x));
  expect(out?.toNhwc().data).toEqual(mapOf(1, ...shape, (_, y, x) => wanted(pixel)(y, x)).toNhwc().data);
});
