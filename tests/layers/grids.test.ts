/** Where maps lie that were resized, pooled as a whole or reflected: known for every size, at a size, or not at all. */
import { describe, expect, test } from "vitest";
import { isFault } from "../../src/inspect/fault.js";
import { inspect, type InspectReport } from "../../src/inspect/report.js";
import { planGeometry } from "../../src/model/plan-geometry.js";
import type { OperationOf, Plan } from "../../src/model/plan.js";
import { toNumber, toString } from "../../src/model/rational.js";
import type { Grid } from "../../src/model/transfer.js";
import { compileText } from "../numbers/compiled.js";
import { mapOf } from "../reference/feature-map.js";
import { resize } from "../reference/resize.js";

const compileNet = (lines: string, input = "raw[H, W, 2]"): Promise<Plan> =>
  compileText(`fcn 1\nnet n {\n  input image: ${input}\n  ${lines.trim()}\n}\n`);

function reportAt(plan: Plan, height: number, width: number): InspectReport {
  const report = inspect(plan, { height, width });
  if (isFault(report)) throw new Error(report.fault);
  return report;
}

const text = (grid: Grid | null | undefined): string =>
  grid ? `${toString(grid.stride)} from ${toString(grid.origin)}, ${toString(grid.field)} wide` : "unknown";

describe("a grid for every size", () => {
  test.each([
    ["resize(2x)", "2 from -1, 7 wide"],
    ["resize(2x, method: nearest)", "2 from -1, 3 wide"],
    ["resize(3x)", "4/3 from -4/3, 7 wide"],
    ["resize(1x, align: corners)", "4 from 0, 3 wide"],
    ["resize(2x, align: corners)", "unknown"],
    ["resize(to: image)", "unknown"],
    ["resize(to: thrice)", "4/3 from -4/3, 7 wide"],
    ["resize(to: thrice, align: corners)", "unknown"],
    ["globalpool()", "unknown"],
    ["globalpool() -> resize(to: image)", "unknown"],
  ])("%s", async (call, wanted) => {
    const plan = await compileNet(`a = image -> conv(2, 3, stride: 4, pad: 1)
  thrice = a -> resize(3x, method: nearest)
  x = a -> ${call}
  output x
  output thrice`);
    expect(text(planGeometry(plan).get("x")?.y.grid)).toBe(wanted);
  });
});

test.each([
  ["bilinear", "half_pixel", 2],
  ["bilinear", "half_pixel", 3],
  ["bilinear", "half_pixel", 5],
  ["bilinear", "corners", 2],
  ["bilinear", "corners", 3],
] as const)("%s by %s and %i lies where the values say", async (method, align, factor) => {
  const plan = await compileNet(
    `a = image -> conv(2, 3, stride: 4, pad: 1)\n  x = a -> resize(${factor}x, method: ${method}, align: ${align})\n  output x`,
    "raw[29, 21, 2]",
  );
  const geometry = planGeometry(plan);
  const [before, after] = ["a", "x"].map((name) => geometry.get(name)?.y.grid);
  if (!before || !after) throw new Error("a fixed size has a grid");
  // A map whose values are the places of its units: between the outermost centres it stays so.
  const place = (grid: Grid, unit: number): number => toNumber(grid.origin) + toNumber(grid.stride) * unit;
  const places = mapOf(1, 8, 1, (_, y) => place(before, y));
  const operation = plan.operations.find(({ name }) => name === "x") as OperationOf<"resize">;
  const resized = resize(places, operation, undefined);
  for (let y = factor; y < resized.height - factor; y++) expect(resized.at(0, y, 0)).toBeCloseTo(place(after, y), 10);
});

test("at a size every grid is exact, and the largest shift is that of the outermost units", async () => {
  const plan = await compileNet(`small = image -> conv(2, 3, stride: 2)
  score = small -> resize(to: image)
  level = small -> globalpool -> resize(to: image)
  output score
  output level`);
  const open = inspect(plan, null);
  if (isFault(open)) throw new Error(open.fault);
  expect(open.resizes.map(({ shift }) => shift)).toEqual([null, null]);
  const report = reportAt(plan, 11, 15);
  // 5 units at 1, 3, ... 9 become 11: unit j comes from 1 + 2 ((j + 1/2) 5 / 11 - 1/2) = 5/11 + 10/11 j.
  expect(report.layers.find(({ name }) => name === "score")?.grid?.y).toEqual({
    stride: "10/11",
    origin: "5/11",
    field: 5,
  });
  expect(report.layers.find(({ name }) => name === "level")?.grid).toBeNull();
  expect(report.resizes).toEqual([
    { layer: "score", reference: "image", shift: { y: "5/11", x: "7/15" } },
    { layer: "level", reference: "image", shift: null },
  ]);
});

test("padding by reflection works where the map is larger than it", async () => {
  const plan = await compileNet("x = image -> pad(3, mode: reflect)\n  output x");
  expect(plan.validFor["H"]?.text).toBe("every H >= 4");
});
