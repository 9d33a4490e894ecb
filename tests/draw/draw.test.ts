/** Pictures of every net: nothing overlaps, no line runs through a map, and all that is drawn can be read. */
import { describe, expect, test } from "vitest";
import { draw } from "../../src/draw/draw.js";
import { LABEL_SIZE } from "../../src/draw/label.js";
import { layOut, type Layout } from "../../src/draw/layout.js";
import { panelsOf } from "../../src/draw/panel.js";
import { extentOf, pointsOf, type Point } from "../../src/draw/routes.js";
import type { Unit } from "../../src/draw/unit.js";
import { isFault } from "../../src/inspect/fault.js";
import { inspect } from "../../src/inspect/report.js";
import type { Plan } from "../../src/model/plan.js";
import { inventions, library, planOfSpec, planOfText } from "./nets.js";

const cases: readonly (readonly [string, () => Promise<Plan>])[] = [
  ...library.map((name) => [name, () => planOfSpec(name)] as const),
  ...Object.entries(inventions).map(([name, text]) => [name, () => planOfText(text)] as const),
];

interface Box {
  readonly name: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function laidOut(plan: Plan): Layout {
  const report = inspect(plan, null);
  if (isFault(report)) throw new Error(report.fault);
  return layOut(plan, report, null);
}

describe.each(cases)("%s", (_name, planOf) => {
  test("is drawn alike each time, as whole SVG with a title and a description", async () => {
    const plan = await planOf();
    const svg = draw(plan, null);
    if (typeof svg !== "string") throw new Error(svg.fault);
    expect(draw(plan, null)).toBe(svg);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expectBalanced(svg);
    expect(svg).toContain(`<title id="title">The net ${plan.net}</title>`);
    for (const { name } of plan.outputs) expect(svg).toContain(name);
  });

  test("keeps units apart, and lines out of them", async () => {
    const { rows, edges, columns, heightsFrom } = laidOut(await planOf());
    const heights = heightsFrom(0);
    const boxes = rows.flatMap((row, i) => row.flatMap(({ units }) => units.map((unit) => boxOf(unit, i))));
    for (const [i, box] of boxes.entries()) {
      expect(box.left, box.name).toBeGreaterThanOrEqual(-0.01);
      expect(box.right, box.name).toBeLessThanOrEqual(columns.width + 0.01);
      for (const other of boxes.slice(i + 1)) expect(overlap(box, other), `${box.name} / ${other.name}`).toBe(false);
    }
    for (const edge of edges) {
      const ends = new Set([edge.from.unit, edge.to.unit].map((unit) => unit.runs[0]?.[0]?.name));
      const others = boxes.filter(({ name }) => !ends.has(name));
      const points = pointsOf(edge, columns, heights);
      for (const [k, point] of points.entries()) {
        const next = points[k + 1];
        if (!next) continue;
        const crossed = others.filter((box) => overlap(box, segment(point, next))).map(({ name }) => name);
        expect(crossed, `${edge.from.node.name} -> ${edge.to.node.name}`).toEqual([]);
      }
    }

    function boxOf(unit: Unit, row: number): Box {
      const place = heights.rows[row];
      if (!place) throw new Error("a row has no place");
      const left = columns.units.get(unit) ?? 0;
      const [first, last] = extentOf(unit, columns);
      expect(first).toBeGreaterThanOrEqual(left - 0.01);
      expect(last).toBeLessThanOrEqual(left + unit.width + 0.01);
      const name = unit.runs[0]?.[0]?.name ?? "";
      return { name, left, right: left + unit.width, top: place.start, bottom: place.end };
    }
  });
});

test.each(library)("%s fits a page: text is not much smaller than it was set", async (name) => {
  const { columns } = laidOut(await planOfSpec(name));
  // Shown at 1000 pixels, the smallest text is still 8 pixels high.
  expect((LABEL_SIZE * 1000) / Math.max(1000, columns.width + 48)).toBeGreaterThan(8);
});

test.each(library)("%s is as wide as the blocks that it draws in full", async (name) => {
  const plan = await planOfSpec(name);
  const svg = draw(plan, null);
  if (typeof svg !== "string") throw new Error(svg.fault);
  const width = Number(/viewBox="0 0 ([\d.]+) /.exec(svg)?.[1]);
  const { nodes } = laidOut(plan);
  for (const panel of panelsOf(nodes, width)) expect(panel.width).toBeLessThanOrEqual(width);
});

function overlap(a: Box, b: Box): boolean {
  const slack = 0.5;
  return a.left < b.right - slack && b.left < a.right - slack && a.top < b.bottom - slack && b.top < a.bottom - slack;
}

function segment([x1, y1]: Point, [x2, y2]: Point): Box {
  return {
    name: "line",
    left: Math.min(x1, x2) - 1,
    right: Math.max(x1, x2) + 1,
    top: Math.min(y1, y2) - 1,
    bottom: Math.max(y1, y2) + 1,
  };
}

function expectBalanced(svg: string): void {
  const open: string[] = [];
  for (const [, close, name = "", self] of svg.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/gi)) {
    if (close) expect(open.pop()).toBe(name);
    else if (!self) open.push(name);
  }
  expect(open).toEqual([]);
  expect(svg.replace(/<[^<>]*>/g, "")).not.toMatch(/[<>]/);
}

test("a size shows numbers, and one that does not work a fault", async () => {
  const plan = await planOfSpec("voc-fcn8s.fcn");
  expect(draw(plan, { height: 375, width: 500 })).toContain("375 × 500");
  expect(draw(await planOfText(inventions["smallest"] ?? ""), { height: 1, width: 1 })).toHaveProperty("fault");
});
