/** All 15 nets of the reference repository against it: every shape, grid, offset, count and cost. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { inspect, type InspectLayer, type InspectReport } from "../../src/inspect/report.js";
import type { InputSize } from "../../src/inspect/input-size.js";
import type { Plan } from "../../src/model/plan.js";
import { caffeSizes, type ReferenceLayer } from "./caffe-shapes.js";
import { planOf } from "./library.js";

interface Reference {
  readonly layers: Readonly<Record<string, ReferenceLayer>>;
  readonly maps: Readonly<Record<string, readonly (string | number)[]>>;
  readonly shapes: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  readonly blobs: Readonly<Record<string, { readonly count: number; readonly trainable: boolean }>>;
  readonly parameters: InspectReport["parameters"];
  readonly cost: Readonly<
    Record<
      string,
      { readonly activations: number; readonly weightsMiB: number; readonly gigaMultiplyAccumulates: number }
    >
  >;
  readonly crops: Readonly<Record<string, number>>;
}

const fixtures = `${import.meta.dirname}/fixtures`;

function readReference(name: string): Reference {
  return JSON.parse(readFileSync(`${fixtures}/${name}.json`, "utf8")) as Reference;
}

const references = readdirSync(fixtures)
  .map((file) => file.replace(".json", ""))
  .filter((name) => name !== "recipes")
  .map((name) => ({ name, reference: readReference(name) }));

/** From 1 on; then around multiples of 32, where poolings turn over, and some large ones. */
const otherSizes = [
  ...Array.from({ length: 70 }, (_, i) => i + 1),
  ...[96, 128, 256, 320, 512, 640, 1024].flatMap((size) => [size - 7, size - 1, size, size + 1, size + 18]),
  2047,
  4096,
  10_007,
];

function reportOf(plan: Plan, size: InputSize | null): InspectReport {
  const report = inspect(plan, size);
  if ("fault" in report) throw new Error(report.fault);
  return report;
}

function byName(report: InspectReport): Map<string, InspectLayer> {
  return new Map(report.layers.map((layer) => [layer.name, layer]));
}

/** What a formula says where its symbol has a value, read as the arithmetic that it is. */
function valueOf(formula: string, symbol: string, value: number): number {
  // eslint-disable-next-line no-new-func
  return new Function(symbol, "floor", `return ${formula};`)(value, Math.floor) as number;
}

describe.each(references)("$name", async ({ name, reference }) => {
  const plan = await planOf(`specs/${name}.fcn`);
  const inputs = plan.inputs.map((input) => input.name);

  it("has the reference's layers, and besides them activations and dropouts in place alone", () => {
    const layers = reportOf(plan, null).layers.filter(({ kind, inPlace }) => kind !== "input" && !inPlace);
    expect(layers.map((layer) => layer.name)).toEqual(Object.keys(reference.layers));
  });

  it.each(Object.keys(reference.shapes))("has its shapes and costs at %s", (text) => {
    const [height = 0, width = 0] = text.split("x").map(Number);
    const report = reportOf(plan, { height, width });
    const layers = byName(report);
    const shapes = Object.entries(reference.shapes[text] ?? {});
    expect(shapes.length).toBe(Object.keys(reference.layers).length + inputs.length);
    for (const [layer, shape] of shapes) {
      const found = layers.get(layer);
      expect([found?.channels, found?.height, found?.width], layer).toEqual(shape);
    }
    const cost = reference.cost[text];
    expect((report.memory.activationBytes ?? 0) / 4).toBe(cost?.activations);
    expect(Number((report.memory.weightBytes / 2 ** 20).toFixed(1))).toBe(cost?.weightsMiB);
    expect(Number(((report.multiplyAccumulates ?? 0) / 1e9).toFixed(1))).toBe(cost?.gigaMultiplyAccumulates);
  });

  it("lies on its grids", () => {
    const layers = byName(reportOf(plan, null));
    for (const [layer, [stride, origin, field]] of Object.entries(reference.maps)) {
      expect(layers.get(layer)?.grid?.y, layer).toEqual({ stride, origin, field });
      expect(layers.get(layer)?.grid?.x, layer).toEqual({ stride, origin, field });
    }
  });

  it("has its crops and its parameters", () => {
    const report = reportOf(plan, null);
    expect(Object.fromEntries(report.crops.map(({ layer, offset }) => [layer, offset]))).toEqual(
      Object.fromEntries(Object.entries(reference.crops).map(([layer, offset]) => [layer, [offset, offset]])),
    );
    expect(report.parameters).toEqual({ ...reference.parameters, statistics: 0 });
    for (const layer of report.layers) {
      const { count = 0, trainable = false } = reference.blobs[layer.name] ?? {};
      expect([layer.parameters, layer.trainable], layer.name).toEqual([count, trainable]);
    }
  });

  it("has Caffe's sizes at many other sizes, in numbers and by its formulas", () => {
    const formulas = byName(reportOf(plan, null));
    otherSizes.forEach((height, i) => {
      const width = otherSizes[(i * 37 + 11) % otherSizes.length] ?? 1;
      const rows = caffeSizes(reference.layers, inputs, height);
      const columns = caffeSizes(reference.layers, inputs, width);
      const layers = byName(reportOf(plan, { height, width }));
      for (const [layer, row] of rows) {
        const [found, text] = [layers.get(layer), formulas.get(layer)];
        expect([found?.height, found?.width], `${layer} at ${height}x${width}`).toEqual([row, columns.get(layer)]);
        expect(valueOf(text?.heightFormula ?? "", "H", height), layer).toBe(row);
        expect(valueOf(text?.widthFormula ?? "", "W", width), layer).toBe(columns.get(layer));
      }
    });
  });

  it("has costs in formulas that come to its costs in numbers", () => {
    const value = (formula: string, { height, width }: InputSize): number =>
      // eslint-disable-next-line no-new-func
      new Function("H", "W", "floor", `return ${formula};`)(height, width, Math.floor) as number;
    const { multiplyAccumulatesFormula, memory, layers } = reportOf(plan, null);
    for (const size of [
      { height: 500, width: 375 },
      { height: 1, width: 33 },
    ]) {
      const report = reportOf(plan, size);
      expect(value(multiplyAccumulatesFormula, size)).toBe(report.multiplyAccumulates);
      expect(value(memory.activationBytesFormula, size)).toBe(report.memory.activationBytes);
      layers.forEach((layer, i) => {
        expect(value(layer.multiplyAccumulatesFormula, size)).toBe(report.layers[i]?.multiplyAccumulates);
        expect(value(layer.activationBytesFormula, size)).toBe(report.layers[i]?.activationBytes);
      });
    }
  });
});
