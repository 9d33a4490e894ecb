/** What is printed fits the terminal and loses its colours where none are wanted. */
import { describe, expect, it } from "vitest";
import { explainKind, explainLayer, renderExplanation } from "../../src/inspect/explain.js";
import { bytes, decimal, grouped, scaled } from "../../src/inspect/quantities.js";
import { inspect } from "../../src/inspect/report.js";
import { folded, renderInspect } from "../../src/inspect/table.js";
import { wrapped } from "../../src/inspect/text.js";
import { layerKinds } from "../../src/layers/index.js";
import { libraryNets, planOf, planOfText } from "../specs/library.js";
import { rectangles, smallUnet } from "./nets.js";

const nets = await libraryNets();

function longest(text: string): number {
  return Math.max(...text.split("\n").map((line) => line.length));
}

describe("the table", () => {
  it.each(nets)("of $path fits a terminal of 100 columns, and of 80", async ({ path, net }) => {
    const plan = await planOf(path, net);
    for (const size of [null, { height: 1024, width: 1024 }]) {
      const report = inspect(plan, size);
      if ("fault" in report) throw new Error(report.fault);
      for (const width of [100, 80]) {
        const text = renderInspect(report, { color: false, width });
        expect(longest(text)).toBeLessThanOrEqual(width);
        expect(text).not.toContain("\x1b");
        // oxlint-disable-next-line no-control-regex
        expect(renderInspect(report, { color: true, width }).replace(/\x1b\[\d+m/g, "")).toBe(text);
      }
    }
  });

  it("has activations and dropout that stay unnamed in the row of their layer, and a named one in its own", async () => {
    const plan = await planOfText(smallUnet.replace("e2 = conv(16, 3) -> relu", "e2 = conv(16, 3)\n  r2 = e2 -> relu"));
    const report = inspect(plan, null);
    if ("fault" in report) throw new Error(report.fault);
    const rows = folded(report.layers).map(({ layer, followers }) => [
      layer.name,
      ...followers.map(({ kind }) => kind),
    ]);
    expect(rows.slice(1, 4)).toEqual([["e1", "relu"], ["e2"], ["r2"]]);
  });
});

it("statistics of batch normalization are not called frozen", async () => {
  const plan = await planOfText(`fcn 1
net n {
  input image: raw[H, W, 3]
  c = image -> conv(8, 3)
  a = batchnorm()
  b = scale(0.5)
  output b
}
`);
  const report = inspect(plan, null);
  if ("fault" in report) throw new Error(report.fault);
  // 3 x 3 x 3 x 8 weights, 8 biases, 4 x 8 of the normalization, 8 fixed factors.
  expect(report.parameters).toEqual({ total: 264, trainable: 240, frozen: 24, statistics: 16 });
  expect(renderInspect(report, { color: false, width: 100 })).toContain("264 (8 frozen, 16 statistics), 1.0 KiB");
});

describe("an explanation", () => {
  it.each(nets)("is there for every layer of $path", async ({ path, net }) => {
    const plan = await planOf(path, net);
    for (const layer of plan.layers) {
      const explanation = explainLayer(plan, layer.name, null);
      if ("fault" in explanation) throw new Error(explanation.fault);
      expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
      // The last line of each derivation is what the plan says.
      expect(explanation.y.last.size.value).toBe(layer.heightFormula);
      expect(explanation.x.last.size.value).toBe(layer.widthFormula);
      expect(renderExplanation(explanation, { color: false })).toContain(layer.heightFormula);
    }
  });

  it("derives every offset, stride, origin and field as the arithmetic that it is", async () => {
    const seen = new Set<string>();
    for (const { path, net } of nets) {
      const plan = await planOf(path, net);
      for (const { name } of plan.layers) {
        const explanation = explainLayer(plan, name, null);
        if ("fault" in explanation) throw new Error(explanation.fault);
        for (const { trunk, branches, last, meetings } of [explanation.y, explanation.x]) {
          const steps = [...trunk, ...branches.flatMap((branch) => branch.steps), last];
          for (const derived of [
            ...steps.flatMap(({ origin, field }) => [origin, field]),
            ...meetings.map(({ offset }) => offset),
          ]) {
            const text = `${derived.derivation} = ${derived.value}`;
            if (derived.derivation === null || seen.has(text)) continue;
            seen.add(text);
            // eslint-disable-next-line no-new-func
            const value = new Function("max", "ceil", `return ${derived.derivation.replaceAll("- -", "+ ")};`) as (
              max: typeof Math.max,
              ceil: typeof Math.ceil,
            ) => number;
            expect(value(Math.max, Math.ceil), `${path} ${name}: ${text}`).toBe(Number(derived.value));
          }
        }
      }
    }
  });

  it("derives every size from the one before", async () => {
    const plan = await planOfText(rectangles);
    for (const { name } of plan.layers) {
      const explanation = explainLayer(plan, name, { height: 51, width: 60 });
      if ("fault" in explanation) throw new Error(explanation.fault);
      for (const { trunk, last } of [explanation.y, explanation.x]) {
        let n = trunk[0]?.pixels ?? 0;
        for (const { size, pixels } of [...trunk, last].slice(trunk.length > 0 ? 1 : 0)) {
          if (size.derivation !== null) {
            // eslint-disable-next-line no-new-func
            const value = new Function("n", "floor", "ceil", "min", `return ${size.derivation};`) as (
              ...given: unknown[]
            ) => number;
            n = value(n, Math.floor, Math.ceil, Math.min);
          }
          if (trunk.length > 0) expect(pixels, `${name}: ${size.derivation}`).toBe(n);
        }
      }
    }
  });

  it("of a layer that is not there names the nearest", async () => {
    const plan = await planOf("specs/voc-fcn16s.fcn");
    expect(explainLayer(plan, "scores", null)).toEqual({
      fault: "`voc_fcn16s` has no layer `scores`",
      help: ["did you mean `score`?"],
    });
    expect(explainLayer(plan, "vgg.conv1_1", null)).toMatchObject({ help: ["did you mean `conv1_1`?"] });
    expect(explainLayer(plan, "zebra", null)).toMatchObject({ help: ["`fcnc inspect` lists the layers"] });
  });

  it("at a size that does not work is a fault", async () => {
    expect(explainLayer(await planOfText(smallUnet), "up", { height: 8, width: 9 })).toHaveProperty("fault");
  });
});

it.each([...layerKinds.values()])("the page of $name names its parameters", (kind) => {
  const page = explainKind(kind);
  for (const parameter of Object.keys(kind.parameters)) expect(page).toContain(`  ${parameter} `);
  expect(page).toContain(kind.example);
  expect(page.startsWith(`${kind.name}: `)).toBe(true);
});

it("writes quantities as people read them", () => {
  expect([0, 999, 1000, 134_815_994].map(grouped)).toEqual(["0", "999", "1,000", "134,815,994"]);
  expect([0, 999, 1790, 17_900, 841_866_048, 1.8e10].map((value) => scaled(value))).toEqual([
    "0",
    "999",
    "1.79 k",
    "17.9 k",
    "842 M",
    "18.0 G",
  ]);
  expect([12, 2048, 539_263_976].map(bytes)).toEqual(["12 bytes", "2.0 KiB", "514.3 MiB"]);
  expect(["32", "-183/2", "1/3", "-7/4"].map(decimal)).toEqual(["32", "-91.5", "1/3", "-1.75"]);
  expect(wrapped("one two three", 8, "  ")).toEqual(["  one", "  two", "  three"]);
});
