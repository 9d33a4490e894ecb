/**
 * What the 15 reference nets take, give and are trained by, against the reference's data layers, prototxts and solvers;
 * `reference-nets.test.ts` holds their geometry.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { format } from "../../grammar/format.js";
import { check } from "../../src/compile.js";
import type { OperationOf, Plan, PlanSettings } from "../../src/model/plan.js";
import recipes from "./fixtures/recipes.json" with { type: "json" };
import { libraryHost, planOf, root, specPaths } from "./library.js";

interface Recipe {
  readonly inputs: Readonly<Record<string, { reverse: boolean; log: boolean; mean: readonly number[] }>>;
  readonly outputs: Readonly<Record<string, number>>;
  /** Caffe's lr_mult/decay_mult of a layer's blobs; `*` stands for all layers that are not named. */
  readonly multiples: Readonly<Record<string, string>>;
  readonly solver: {
    readonly rate: number;
    readonly momentum: number;
    readonly decay: number;
    readonly accumulate: number;
    readonly snapshot: number | null;
    readonly steps: number;
    readonly normalize: boolean;
  };
  /** The weights that solve.py loads, without their folders. */
  readonly init: readonly string[];
}

const nets: Readonly<Record<string, Recipe>> = recipes.nets;

describe.each(specPaths())("%s", (path) => {
  it("is sound, without a warning", async () => {
    const { diagnostics } = await check({ path }, libraryHost);
    const faults = diagnostics.filter(({ severity }) => severity !== "note");
    expect(faults.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([]);
  });

  it("is formatted", () => {
    const text = readFileSync(root + path, "utf8");
    expect(format(text)).toEqual({ text });
  });
});

/** What an input's values become before the first layer sees them. */
function preprocessing(plan: Plan, input: string): OperationOf<"preprocess"> | undefined {
  return plan.operations.find(
    (operation): operation is OperationOf<"preprocess"> & typeof operation =>
      operation.op === "preprocess" && operation.inputs.includes(input),
  );
}

function callOf(settings: PlanSettings | null, key: string): { call: unknown; arguments: unknown } {
  const value = settings?.[key];
  if (typeof value !== "object" || !("call" in value)) throw new Error(`\`${key}\` is no call`);
  return { call: value["call"], arguments: value["arguments"] };
}

describe.each(Object.entries(nets))("%s", async (name, reference) => {
  const plan = await planOf(`specs/${name}.fcn`);

  it("is called as its file is", () => {
    expect(plan.net).toBe(name.replaceAll("-", "_"));
  });

  it("takes its inputs as the data layers give them", () => {
    expect(plan.inputs.map((input) => input.name)).toEqual(Object.keys(reference.inputs));
    for (const [input, { reverse, log, mean }] of Object.entries(reference.inputs)) {
      const found = preprocessing(plan, input);
      expect([found?.reverse, found?.log], input).toEqual([reverse, log]);
      expect(found?.scale, input).toEqual(mean.map(() => 1));
      expect(found?.offset, input).toEqual(mean.map((value) => -value));
    }
  });

  it("gives scores of named classes", () => {
    const classes = plan.outputs.map((output) => [output.name, output.classes]);
    expect(Object.fromEntries(classes)).toEqual(reference.outputs);
    for (const { labels, classes: count, ignore } of plan.outputs) {
      expect(labels?.classes.length).toBe(count);
      expect(ignore).toBe(255);
    }
  });

  it("trains each blob at the reference's rate and decay", () => {
    const named = new Set(Object.keys(reference.multiples));
    const layers = new Set(plan.tensors.map(({ layer }) => layer));
    expect([...named].filter((layer) => layer !== "*" && !layers.has(layer))).toEqual([]);
    for (const layer of layers) {
      const own = plan.tensors.filter((tensor) => tensor.layer === layer);
      const multiples = own.map(({ rate, decay }) => `${rate}/${decay}`).join(" ");
      expect(multiples, layer).toBe(reference.multiples[layer] ?? reference.multiples["*"]);
    }
  });

  it("has the solver's settings", () => {
    const { rate, momentum, decay, accumulate, snapshot, steps, normalize } = reference.solver;
    const { train } = plan;
    expect(callOf(train, "optimizer")).toEqual({ call: "sgd", arguments: { rate, momentum, decay } });
    expect(callOf(train, "loss")).toEqual({ call: "softmax", arguments: { reduce: normalize ? "mean" : "sum" } });
    expect([train?.["batch"], train?.["accumulate"] ?? 1]).toEqual([1, accumulate]);
    expect([train?.["steps"], train?.["snapshot"] ?? null]).toEqual([steps, snapshot]);
  });

  it("starts from the weights of the stage before", () => {
    const { train } = plan;
    const [file, another] = reference.init;
    // The late fusion starts from two files, by the names that their authors gave to snapshots.
    if (another !== undefined) return;
    expect(callOf(train, "init")).toMatchObject({ call: "weights", arguments: { file: `${file}.safetensors` } });
    const staged = file !== undefined && file in nets;
    expect(train?.["after"]).toBe(staged ? `./${file}.fcn` : undefined);
  });
});
