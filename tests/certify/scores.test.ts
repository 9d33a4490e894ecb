import { describe, expect, test } from "vitest";
import type { Certificate } from "../../targets/certificate.js";
import { differenceOf } from "../../src/certify/difference.js";
import { CertifyError } from "../../src/certify/error.js";
import { keep, readReference, sampleOf } from "../../src/certify/reference.js";
import type { Scores } from "../../src/certify/scores.js";
import { classesOf } from "../../src/certify/scores.js";
import { judge } from "../../src/certify/verdict.js";

const scores = (...data: number[]): Scores => ({
  name: "score",
  height: 1,
  width: data.length / 2,
  classes: 2,
  data: Float32Array.from(data),
});

test("a difference is told as numbers, as parts of the range, and as classes", () => {
  const wanted = scores(0, 1, 4, 0, 2, 2);
  expect(differenceOf(scores(0, 1.5, 4, 0, 2, 3), wanted)).toMatchObject({
    range: [0, 4],
    largest: 1,
    mean: 0.25,
    largestOfRange: 0.25,
    meanOfRange: 0.0625,
    // Of equal scores the first counts, so the last pixel changes.
    changed: 1,
    pixels: 3,
  });
  expect(differenceOf(wanted, wanted)).toMatchObject({ largest: 0, changed: 0 });
});

test("scores that are all the same have a range to be parts of", () =>
  expect(differenceOf(scores(8, 8.5), scores(8, 8))).toMatchObject({ range: [8, 8], largestOfRange: 0.0625 }));

describe("what is kept of scores", () => {
  const large: Scores = {
    name: "score",
    height: 100,
    width: 90,
    classes: 3,
    data: Float32Array.from({ length: 27_000 }, (_, at) => Math.sin(at)),
  };

  test("comes back as it was", () => {
    const json: unknown = JSON.parse(JSON.stringify(keep([large])));
    const [kept] = readReference(json, "reference.json");
    expect(kept?.mask).toEqual(classesOf(large));
    expect(kept?.every).toBe(4);
    expect(kept?.scores).toEqual(sampleOf(large, 4));
    expect(kept?.scores.subarray(3, 6)).toEqual(large.data.subarray(12, 15));
    expect(JSON.stringify(json).length).toBeLessThan(50_000);
  });

  test.each([
    [{ mask: "" }, "is not whole"],
    [{ scores: "AAAA" }, "is not whole"],
    [{ height: 1e9 }, "the size of `score` cannot be read"],
    [{ every: 0 }, "the size of `score` cannot be read"],
    [{ mask: 3 }, "is no reference"],
  ])("is refused with %j", (change, message) => {
    const { outputs, ...rest } = keep([large]);
    const damaged = { ...rest, outputs: [{ ...outputs[0], ...change }] };
    expect(() => readReference(damaged, "reference.json")).toThrow(message);
  });
});

describe("the verdict", () => {
  const certificate = (largestOfRange: number, changed: number): Certificate => {
    const output = { ...differenceOf(scores(0, 1), scores(0, 1)), largestOfRange, changed, pixels: 200 };
    return {
      inputs: [],
      reference: { engine: "wasm", description: "WASM", weights: "init", sha256: "" },
      runs: [{ engine: "wasm", description: "WASM", outputs: [output] }],
    };
  };

  test("on float32 is an error beyond rounding", () => {
    expect(judge(certificate(1e-5, 0), false, null)).toEqual([]);
    expect(() => judge(certificate(2e-4, 0), false, null)).toThrow(CertifyError);
  });

  test("on fewer bits is a warning where classes change", () => {
    expect(judge(certificate(0.1, 0), true, null)).toEqual([]);
    expect(judge(certificate(0.1, 3), true, null)).toEqual([
      "Storing weights in fewer bits has its price: `score` differs by 0.10 of its range at most (mean 0), and 3 of 200 pixels (1.5 %) change class.",
    ]);
  });

  test("on scores that are all one number shows nothing", () => {
    const [run] = certificate(0, 0).runs;
    const outputs = run?.outputs.map((output) => ({ ...output, range: [0, 0] as const })) ?? [];
    const flat = { ...certificate(0, 0), runs: [1, 2].map(() => ({ engine: "wasm", description: "WASM", outputs })) };
    expect(judge(flat, false, null)).toEqual([
      "The certificate shows nothing: every score of `score` is 0 on this picture. Were the layers of scores ever trained?",
    ]);
  });

  test("is an error above what is allowed", () => {
    expect(judge(certificate(0.1, 3), true, 1.5)).toHaveLength(1);
    expect(() => judge(certificate(0.1, 3), true, 1.4)).toThrow("--max-changed allows 1.4 %");
  });
});
