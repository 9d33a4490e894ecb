import fc from "fast-check";
import { expect, test } from "vitest";
import { curvesOf, drawCurves } from "../../src/report/curves.js";
import { parseRunLog } from "../../src/report/run-log.js";
import { linearScale, logScale, tickText } from "../../src/report/scale.js";
import { smoothed, thinned } from "../../src/report/smooth.js";
import { madeLog } from "./made-log.js";

const heavy = parseRunLog(madeLog({ updates: 2000, batch: 1, start: 20000, every: 200 }), "a");
const accumulated = parseRunLog(madeLog({ updates: 100, batch: 20, start: 15000, every: 20 }), "b");

test("two recipes lie over the same images", () => {
  const curves = curvesOf([
    { name: "heavy", log: heavy },
    { name: "accumulated", log: accumulated },
  ]);
  expect(curves.end).toBe(2000);
  expect(curves.panels.map(({ title }) => title)).toEqual([
    "loss, and smoothed (in logarithms)",
    "mean IU in validation",
    "learning rate",
  ]);
  expect(curves.panels[1]?.curves.map(({ points }) => points.map(({ x }) => x))).toEqual([
    [200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000],
    [400, 800, 1200, 1600, 2000],
  ]);
  expect(curves.description).toMatch(/heavy: loss from \d+ to \d+ after 2000 images, mean IU 9\d\.\d% at best/);
});

test("the picture is well-formed, names every run, and has a style of its own for the dark", () => {
  const svg = drawCurves([
    { name: "a < b & c", log: accumulated },
    { name: "heavy", log: heavy },
  ]);
  expect(svg).toContain("a &lt; b &amp; c");
  expect(svg).toContain("prefers-color-scheme: dark");
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  const open = [...svg.matchAll(/<(\w+)(?: [^<>]*[^/])?>/g)].map(([, name]) => name);
  const closed = [...svg.matchAll(/<\/(\w+)>/g)].map(([, name]) => name);
  expect(open.sort()).toEqual(closed.sort());
});

test("a run without an update, and one that became NaN at once, have a picture too", () => {
  const empty = { name: "empty", log: parseRunLog("", "log") };
  expect(drawCurves([empty])).toContain("no update yet");
  const broken = parseRunLog('{"kind":"step","step":1,"images":1,"loss":null,"rate":1}', "log");
  expect(drawCurves([{ name: "broken", log: broken }])).toContain("learning rate");
});

test("smoothing weights by images, keeps a constant, and stays within what it smooths", () => {
  expect(smoothed([{ x: 1, y: 4 }], 10)).toEqual([{ x: 1, y: 4 }]);
  // Of two points, 10 images each: the first has e^-1 of the second's weight where the range is 10.
  expect(
    smoothed(
      [
        { x: 10, y: 1 },
        { x: 20, y: 0 },
      ],
      10,
    )[1]?.y,
  ).toBeCloseTo(Math.exp(-1) / (1 + Math.exp(-1)), 12);
  fc.assert(
    fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1 }), (values) => {
      const points = values.map((y, x) => ({ x: x + 1, y }));
      for (const { y } of smoothed(points, 7)) {
        expect(y).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(y).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      }
    }),
  );
});

test("thinning keeps each column's extremes and ends, in order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 90 }), (values) => {
      const points = values.map((y, x) => ({ x, y }));
      const kept = thinned(points, 10);
      expect(kept.map(({ x }) => x)).toEqual([...new Set(kept.map(({ x }) => x))].sort((a, b) => a - b));
      for (let from = 0; from < values.length; from += 10) {
        const column = values.slice(from, from + 10);
        const left = kept.filter(({ x }) => x >= from && x < from + 10).map(({ y }) => y);
        expect([Math.min(...left), Math.max(...left), left[0], left.at(-1)]).toEqual([
          Math.min(...column),
          Math.max(...column),
          column[0],
          column.at(-1),
        ]);
        expect(left.length).toBeLessThanOrEqual(4);
      }
    }),
  );
});

test("axes are marked at round numbers, within their range", () => {
  expect(linearScale([0, 2000], 0, 100, 5).ticks).toEqual([0, 500, 1000, 1500, 2000]);
  expect(linearScale([0, 0.75], 0, 100, 4).ticks).toEqual([0, 0.2, 0.4, 0.6]);
  expect(linearScale([0, 0.35], 0, 100, 7).ticks.map(tickText)).toEqual([
    "0",
    "0.05",
    "0.1",
    "0.15",
    "0.2",
    "0.25",
    "0.3",
    "0.35",
  ]);
  expect(logScale([0.5, 40], 0, 100, 5).ticks).toEqual([0.5, 1, 2, 5, 10, 20]);
  expect(logScale([1e-6, 1], 0, 100, 4).ticks.map(tickText)).toEqual(["1e-6", "1e-4", "0.01", "1"]);
  expect(linearScale([3, 3], 0, 100, 4).at(3)).toBe(0);
  const scale = logScale([1, 100], 200, 0, 3);
  expect([scale.at(1), scale.at(10), scale.at(1000)]).toEqual([200, 100, 0]);
});
