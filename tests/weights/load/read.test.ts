/** What the steps of a load plan make of numbers, against the rule of each written out index by index. */
import { describe, expect, test } from "vitest";
import type { Plan } from "../../../src/model/plan.js";
import { loadedWeights } from "../../../src/weights/match.js";
import { initWeights } from "../../../src/weights/init.js";
import { makeLoadPlan } from "../../../src/weights/load/make-load-plan.js";
import type { OpenSource } from "../../../src/weights/load/open-source.js";
import { plainSource, type SourceSettings } from "../../../src/weights/load/source-settings.js";
import type { Layout } from "../../../src/weights/load/layouts.js";
import type { LoadKind } from "../../../src/weights/load/load-plan.js";
import type { NameMap } from "../../../src/weights/load/name-map.js";
import { PlanBuilder } from "../../reference/plan-builder.js";
import { sourceOf } from "../bytes.js";

interface Case {
  readonly plan: Plan;
  readonly name: string;
  readonly shape: number[];
  readonly layout?: Layout;
  readonly settings?: Partial<SourceSettings>;
  readonly colours?: "rgb" | "bgr";
  readonly values?: readonly number[];
}

const size = (shape: readonly number[]): number => shape.reduce((product, one) => product * one, 1);
const mapOf = (colours: "rgb" | "bgr", layout: Layout): NameMap => ({
  format: "fcnc-names",
  version: 1,
  title: "a release",
  source: "nowhere",
  for: "a net",
  layout,
  input: { channels: colours, mean: [0, 0, 0], scale: [1, 1, 1] },
  layers: { first: "first" },
  optional: [],
});

function load({ plan, name, shape, layout = "pytorch", settings = {}, colours, values }: Case) {
  const file = sourceOf({ [name]: { shape, ...(values === undefined ? {} : { values }) } });
  const source: OpenSource = {
    settings: { ...plainSource("file.safetensors"), ...settings },
    file,
    layout,
    map: colours === undefined ? null : mapOf(colours, layout),
    names: null,
    recognised: null,
    isRecipe: true,
  };
  const { load: planned } = makeLoadPlan(plan, [source]);
  const tensor = planned.tensors.find((one) => one.name === name || one.from?.name === name);
  return { tensor, weights: loadedWeights(plan, planned, [source], 3), planned };
}

/** The whole tensor, which any parts of it agree with. */
async function numbers(given: Case, kind: LoadKind): Promise<number[]> {
  const { tensor, weights } = load(given);
  expect(tensor?.kind).toBe(kind);
  const shape = tensor?.shape ?? [];
  const whole = await weights.read(given.name, 0, size(shape));
  for (const [start, end] of [
    [0, 1],
    [1, Math.min(9, whole.length)],
    [Math.floor(whole.length / 3), Math.ceil((2 * whole.length) / 3)],
    [whole.length - 1, whole.length],
  ] as const)
    expect(await load(given).weights.read(given.name, start, end)).toEqual(whole.slice(start, end));
  return [...whole];
}

/** For each index of a shape, in order. */
function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (known, length) => known.flatMap((before) => Array.from({ length }, (_, index) => [...before, index])),
    [[]],
  );
}
/** Element of a tensor that counts its elements. */
const at = (shape: readonly number[], index: readonly number[]): number =>
  index.reduce((place, one, axis) => place * (shape[axis] ?? 1) + one, 0);

/** The first layer sees an image of this format; `deep` sees its 6 channels. */
const net = (format: "rgb" | "bgr" | "raw", channels: number): Plan => {
  const plan = new PlanBuilder().input(channels).conv("first", 6, 3).conv("deep", 4, 2).conv("score", 5, 1).plan();
  return { ...plan, inputs: plan.inputs.map((input) => ({ ...input, format })) };
};

describe("layouts", () => {
  test("HWIO, as Keras has convolutions", async () => {
    const from = [3, 3, 3, 6];
    const found = await numbers(
      { plan: net("raw", 3), name: "first.weight", shape: from, layout: "keras" },
      "reshaped",
    );
    expect(found).toEqual(indices([6, 3, 3, 3]).map(([o = 0, i = 0, y = 0, x = 0]) => at(from, [y, x, i, o])));
  });

  test("a dense layer of Keras sees H W C", async () => {
    const [kernel, channels, outputs] = [2, 6, 4];
    const shape = [kernel * kernel * channels, outputs];
    const found = await numbers({ plan: net("raw", 3), name: "deep.weight", shape, layout: "keras" }, "reshaped");
    expect(found).toEqual(
      indices([outputs, channels, kernel, kernel]).map(([o = 0, c = 0, y = 0, x = 0]) =>
        at(shape, [(y * kernel + x) * channels + c, o]),
      ),
    );
  });

  test("a dense layer of PyTorch and Caffe sees C H W, also with four axes", async () => {
    for (const shape of [
      [4, 24],
      [1, 1, 4, 24],
    ]) {
      const found = await numbers({ plan: net("raw", 3), name: "deep.weight", shape }, "reshaped");
      expect(found).toEqual(Array.from({ length: 96 }, (_, index) => index));
    }
  });

  test("a bias of old Caffe", async () => {
    const found = await numbers({ plan: net("raw", 3), name: "deep.bias", shape: [1, 1, 1, 4] }, "reshaped");
    expect(found).toEqual([0, 1, 2, 3]);
  });

  test("deconvolution [kh, kw, out, in]", async () => {
    const plan = new PlanBuilder().input(2).deconv("up", 3, 4, { stride: 2 }).plan();
    const from = [4, 4, 3, 2];
    const found = await numbers({ plan, name: "up.weight", shape: from, layout: "keras" }, "reshaped");
    expect(found).toEqual(indices([2, 3, 4, 4]).map(([i = 0, o = 0, y = 0, x = 0]) => at(from, [y, x, o, i])));
  });

  test.each([1, 2])("depthwise [kh, kw, channels, %i]", async (multiplier) => {
    const plan = new PlanBuilder()
      .input(4)
      .conv("each", 4 * multiplier, 3, { groups: 4 })
      .plan();
    const from = [3, 3, 4, multiplier];
    const found = await numbers({ plan, name: "each.weight", shape: from, layout: "keras" }, "reshaped");
    expect(found).toEqual(
      indices([4 * multiplier, 1, 3, 3]).map(([o = 0, , y = 0, x = 0]) =>
        at(from, [y, x, Math.floor(o / multiplier), o % multiplier]),
      ),
    );
  });

  test("a file in the other layout is not guessed at, and the way out is named", () => {
    const { planned } = load({ plan: net("raw", 3), name: "first.weight", shape: [3, 3, 3, 6] });
    expect(planned.faults[0]?.help).toEqual(["its shape is that of `layout: keras`, which `weights(...)` can say"]);
  });
});

describe("channels of a first layer", () => {
  const source = (index: readonly number[]): number => at([6, 3, 3, 3], index);
  const mean = (o: number, y: number, x: number): number =>
    Math.fround((source([o, 0, y, x]) + source([o, 1, y, x]) + source([o, 2, y, x])) / 3);
  const first = { name: "first.weight", shape: [6, 3, 3, 3] };

  test("one from the mean of three", async () => {
    const found = await numbers({ plan: net("raw", 1), ...first, settings: { channels: "mean" } }, "averaged");
    const wanted = indices([6, 1, 3, 3]).map(([o = 0, , y = 0, x = 0]) => mean(o, y, x));
    for (const [index, value] of found.entries()) expect(value).toBeCloseTo(wanted[index] ?? NaN, 4);
  });

  test.each(["mean", "repeat"] as const)("four, the last one by %s", async (channels) => {
    const kind = channels === "mean" ? "averaged" : "repeated";
    const found = await numbers({ plan: net("raw", 4), ...first, settings: { channels } }, kind);
    const wanted = indices([6, 4, 3, 3]).map(([o = 0, i = 0, y = 0, x = 0]) =>
      i < 3 ? source([o, i, y, x]) : channels === "mean" ? mean(o, y, x) : source([o, 0, y, x]),
    );
    for (const [index, value] of found.entries()) expect(value).toBeCloseTo(wanted[index] ?? NaN, 4);
  });

  test("colours are reversed where the net has the other order, and only there", async () => {
    const found = await numbers({ plan: net("bgr", 3), ...first, colours: "rgb" }, "reversed");
    expect(found).toEqual(indices([6, 3, 3, 3]).map(([o = 0, i = 0, y = 0, x = 0]) => source([o, 2 - i, y, x])));
    expect(load({ plan: net("rgb", 3), ...first, colours: "rgb" }).tensor?.kind).toBe("copied");
    expect(load({ plan: net("raw", 3), ...first, colours: "rgb" }).tensor?.kind).toBe("copied");
  });

  test("reversed out of Keras's layout", async () => {
    const from = [3, 3, 3, 6];
    const found = await numbers(
      { plan: net("bgr", 3), name: "first.weight", shape: from, colours: "rgb", layout: "keras" },
      "reversed",
    );
    expect(found).toEqual(indices([6, 3, 3, 3]).map(([o = 0, i = 0, y = 0, x = 0]) => at(from, [y, x, 2 - i, o])));
  });
});

describe("groups", () => {
  const dense = new PlanBuilder().input(3).conv("in", 4, 1).conv("c", 6, 1).conv("score", 2, 1).plan();
  const grouped = new PlanBuilder().input(3).conv("in", 4, 1).conv("c", 6, 1, { groups: 2 }).conv("score", 2, 1).plan();

  test("grouped to dense has zeros between groups", async () => {
    const found = await numbers({ plan: dense, name: "c.weight", shape: [6, 2, 1, 1] }, "regrouped");
    expect(found).toEqual(
      indices([6, 4]).map(([o = 0, i = 0]) => (Math.floor(i / 2) === Math.floor(o / 3) ? o * 2 + (i % 2) : 0)),
    );
  });

  test("dense to grouped where all is zero between groups, and refused where it is not", async () => {
    const values = indices([6, 4]).map(([o = 0, i = 0]) =>
      Math.floor(i / 2) === Math.floor(o / 3) ? 1 + o * 4 + i : 0,
    );
    const given = { plan: grouped, name: "c.weight", shape: [6, 4, 1, 1] };
    const found = await numbers({ ...given, values }, "regrouped");
    expect(found).toEqual(values.filter((value) => value !== 0));
    const { weights } = load({ ...given, values: values.map((value, index) => (index === 2 ? 0.5 : value)) });
    await expect(weights.read("c.weight", 0, 12)).rejects.toThrow(
      "tensor `c.weight` has 0.5 between channel 0 and channel 2 of another group",
    );
  });

  test("a grouped bilinear kernel, as Caffe's files have it, becomes the diagonal of a dense one", async () => {
    const plan = new PlanBuilder().input(3).upsample("up", 4, 2).plan();
    const found = await numbers({ plan, name: "up.weight", shape: [3, 1, 4, 4] }, "regrouped");
    expect(found).toEqual(
      indices([3, 3, 4, 4]).map(([i = 0, o = 0, y = 0, x = 0]) => (i === o ? at([3, 4, 4], [i, y, x]) : 0)),
    );
  });
});

describe("another number of classes", () => {
  test.each([
    [3, 3],
    [9, 5],
  ])("from %i: the first %i rows are copied, the rest is what the initializer gives", async (classes, copied) => {
    const plan = net("raw", 3);
    const given = { plan, name: "score.weight", shape: [classes, 4, 1, 1], settings: { classes: "copy" } as const };
    const found = await numbers(given, "resized");
    const fresh = await initWeights(plan, 3).read("score.weight", 0, 20);
    expect(found).toEqual([...fresh].map((value, index) => (index < 4 * copied ? index : value)));
  });

  test("a learned upsampling has classes on two axes", async () => {
    const plan = new PlanBuilder().input(3).conv("score", 3, 1).deconv("up", 3, 2, { stride: 2, bias: false }).plan();
    const given = { plan, name: "up.weight", shape: [2, 2, 2, 2], settings: { classes: "copy" } as const };
    const found = await numbers(given, "resized");
    const fresh = await initWeights(plan, 3).read("up.weight", 0, 36);
    expect(found).toEqual(
      indices([3, 3, 2, 2]).map((index, place) =>
        (index[0] ?? 0) < 2 && (index[1] ?? 0) < 2 ? at([2, 2, 2, 2], index) : fresh[place],
      ),
    );
  });

  test("a trunk's channels are no classes", () => {
    const { planned } = load({
      plan: net("raw", 3),
      name: "deep.weight",
      shape: [3, 6, 2, 2],
      settings: { classes: "copy" },
    });
    expect(planned.faults.map(({ kind, tensor }) => [kind, tensor])).toContainEqual(["misshapen", "deep.weight"]);
  });
});

test("NaN is found with its place in the file", async () => {
  const values = Array.from({ length: 162 }, (_, index) => (index === 100 ? NaN : index));
  const { weights } = load({ plan: net("raw", 3), name: "first.weight", shape: [3, 3, 3, 6], layout: "keras", values });
  await expect(weights.read("first.weight", 0, 27)).rejects.toThrow("`first.weight` holds NaN at [1, 2, 1, 4]");
});
