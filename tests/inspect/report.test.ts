import { describe, expect, it } from "vitest";
import { inspect, type InspectReport } from "../../src/inspect/report.js";
import { planOf, planOfText } from "../specs/library.js";
import { classifier, floorPooling, lateFusion, smallUnet } from "./nets.js";

async function reportOf(text: string, height?: number, width?: number): Promise<InspectReport> {
  const size = height === undefined || width === undefined ? null : { height, width };
  const report = inspect(await planOfText(text), size);
  if ("fault" in report) throw new Error(report.fault);
  return report;
}

async function faultOf(text: string, height: number, width: number): Promise<string> {
  const report = inspect(await planOfText(text), { height, width });
  return "fault" in report ? [report.fault, ...report.help].join("; ") : "no fault";
}

describe("a size at which the net does not work", () => {
  it("is a fault that names the sizes that work, the smallest and the nearest", async () => {
    expect(await faultOf(smallUnet, 60, 8)).toBe(
      "this net does not work at W = 8; it works for every W >= 9; the smallest W is 9; the nearest is 9",
    );
    expect(await faultOf(floorPooling, 42, 40)).toBe(
      "this net does not work at H = 42; it works for H mod 4 = 0; the smallest H is 4; the nearest are 40 and 44",
    );
    expect(await faultOf(smallUnet, 9, 9)).toBe("no fault");
  });

  it("is no number of pixels", async () => {
    expect(await faultOf(smallUnet, 0, 9)).toContain("a height of 0 is no number of pixels");
    expect(await faultOf(smallUnet, 9, 1.5)).toContain("a width of 1.5 is no number of pixels");
    expect(await faultOf(smallUnet, NaN, 9)).toContain("a height of NaN");
  });

  it("is so large that numbers are not exact", async () => {
    expect(await faultOf(smallUnet, 2 ** 40, 2 ** 40)).toContain("larger than numbers hold exactly");
    expect(await faultOf(smallUnet, Number.MAX_SAFE_INTEGER, 9)).toContain("larger than numbers hold exactly");
  });

  it("is found where the proof is undecided, by looking at every map", async () => {
    const plan = await planOfText(smallUnet);
    const undecided = {
      text: "undecided",
      undecided: "for a test",
      smallest: null,
      start: 1,
      sizes: [],
      period: 1,
      residues: [],
    };
    const report = inspect({ ...plan, validFor: { H: undecided, W: undecided } }, { height: 8, width: 60 });
    expect(report).toMatchObject({ fault: "this net does not work at H = 8, W = 60: `d1` would be empty" });
  });
});

describe("sides of the inputs", () => {
  it("that are fixed give numbers without a size, and take no other one", async () => {
    const report = await reportOf(classifier);
    expect(report.size).toEqual({ height: 12, width: 16 });
    expect(report.layers.map(({ height, width }) => [height, width])).toEqual([
      [12, 16],
      [12, 16],
      [12, 16],
      [6, 8],
      [1, 1],
    ]);
    expect(report.validFor).toEqual({});
    expect(await faultOf(classifier, 13, 16)).toBe(
      "the height of the input is fixed at 12, not 13; leave the size out",
    );
    expect(await faultOf(classifier, 12, 16)).toBe("no fault");
  });

  it("that are named otherwise are a height and a width all the same", async () => {
    const report = await reportOf(smallUnet.replace("[H, W, 3]", "[rows, columns, 3]"), 50, 61);
    expect(report.layers.at(-1)).toMatchObject({
      height: 44,
      width: 56,
      heightFormula: "2 * floor((rows + 1) / 2) - 6",
    });
  });

  it("that share a symbol must be equal", async () => {
    const square = smallUnet.replace("[H, W, 3]", "[S, S, 3]");
    expect((await reportOf(square, 50, 50)).layers.at(-1)).toMatchObject({ height: 44, width: 44 });
    expect(await faultOf(square, 50, 51)).toContain("S is both a height and a width of the input");
  });

  it("of several inputs are one size", async () => {
    const report = await reportOf(lateFusion, 20, 30);
    expect(report.inputs.map(({ name, height, width }) => [name, height, width])).toEqual([
      ["color", 20, 30],
      ["depth", 20, 30],
    ]);
    expect(report.outputs).toEqual([
      {
        name: "c",
        layer: "c",
        classes: 4,
        height: 18,
        width: 28,
        heightFormula: "H - 2",
        widthFormula: "W - 2",
        labels: null,
        ignore: null,
      },
    ]);
    expect(report.crops).toEqual([{ layer: "c/crop", offset: [1, 1], derived: [1, 1], stated: [1, 1] }]);
  });
});

describe("costs", () => {
  it("are those of convolutions and, dense, of deconvolutions", async () => {
    const report = await reportOf(smallUnet, 51, 60);
    const work = Object.fromEntries(report.layers.map(({ name, multiplyAccumulates: count }) => [name, count]));
    expect(work).toMatchObject({
      e1: 49 * 58 * 16 * 3 * 9,
      u1: 22 * 26 * 32 * 32 * 16,
      up: 46 * 54 * 4 * 4 * 9,
      p1: 0,
      join: 0,
      "e1/relu": 0,
    });
    expect(report.multiplyAccumulates).toBe(Object.values(work).reduce((sum: number, count) => sum + (count ?? 0), 0));
  });

  it("count the maps that are not computed in place", async () => {
    const report = await reportOf(smallUnet, 51, 60);
    expect(report.layers.filter(({ inPlace }) => inPlace).map(({ name }) => name)).toEqual([
      "e1/relu",
      "e2/relu",
      "d1/relu",
    ]);
    const kept = report.layers.filter(({ kind, inPlace }) => kind !== "input" && !inPlace);
    const values = kept.reduce((sum, { channels, height, width }) => sum + channels * (height ?? 0) * (width ?? 0), 0);
    expect(report.memory.activationBytes).toBe(4 * values);
    expect(report.memory.weightBytes).toBe(4 * report.parameters.total);
  });

  it("count an activation whose input is needed elsewhere", async () => {
    const report = await reportOf(`fcn 1
net branches {
  input image: rgb[H, W, 3]
  a = conv(4, 1)
  b = a -> relu
  c = sum(a, b)
  output c
}
`);
    expect(report.layers.filter(({ inPlace }) => inPlace)).toEqual([]);
  });
});

it("says which layers training changes, and counts what is frozen as it is stored", async () => {
  const report = inspect(await planOf("specs/voc-fcn8s-atonce.fcn"), null);
  if ("fault" in report) throw new Error(report.fault);
  const frozen = report.layers.filter(({ parameters, trainable }) => parameters > 0 && !trainable);
  expect(frozen.map(({ name, parameters }) => [name, parameters])).toEqual([
    ["upscore2", 21 * 21 * 4 * 4],
    ["scale_pool4", 512],
    ["upscore_pool4", 21 * 21 * 4 * 4],
    ["scale_pool3", 256],
    ["upscore8", 21 * 21 * 16 * 16],
  ]);
});
