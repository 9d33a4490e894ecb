import { expect, test } from "vitest";
import { LARGE_ENOUGH, SMALL, workplace } from "./material.js";
import { run, runJson } from "./run.js";

const place = await workplace();
const cwd = place.folder;
await place.write("small.fcn", SMALL);
await place.write("floor.fcn", LARGE_ENOUGH);

test("a code", async () => {
  const { code, out } = await run(["explain", "crop-offset"]);
  expect(code).toBe(0);
  expect(out).toContain("error[crop-offset]");
  expect(out).toContain("fcn 1");
});

test("a code as JSON", async () => {
  const { json } = await runJson(["explain", "crop-offset"]);
  expect(json).toEqual({
    code: "crop-offset",
    severity: "error",
    allowable: true,
    whenAllowed: expect.stringContaining("stated offset"),
    summary: expect.any(String),
    explanation: expect.any(String),
    example: { failing: expect.stringMatching(/^fcn 1/), mended: expect.stringMatching(/^fcn 1/) },
  });
});

test("a layer kind", async () => {
  const { code, out } = await run(["explain", "maxpool"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^maxpool: /);
  expect(out).toContain("round");
});

test("a layer kind as JSON", async () => {
  const { json } = await runJson(["explain", "conv"]);
  expect(json).toMatchObject({
    name: "conv",
    summary: expect.any(String),
    documentation: expect.any(String),
    example: expect.stringContaining("conv("),
    parameters: { kernel: { type: "extent", documentation: expect.any(String) }, pad: { default: 0 } },
  });
});

test("a layer of a spec: where does 4 come from?", async () => {
  const { code, out } = await run(["explain", "small.fcn", "score"], { cwd });
  expect(code).toBe(0);
  expect(out).toContain("small.fcn:9");
  expect(out).toMatch(/conv1 +conv 3x3 pad 4 +1 +0 \+ 1 \* \(\(3 - 1\) \/ 2 - 4\) = -3/);
  expect(out).toMatch(/offset of score = .*\n += \(0 - -4\) \/ 1 = 4\n/);
});

test("a layer at a size", async () => {
  const { code, out } = await run(["explain", "small.fcn", "pool1", "--size", "5x7"], { cwd });
  expect(code).toBe(0);
  expect(out).toContain("6");
  const refused = await run(["explain", "floor.fcn", "score", "--size", "4x9"], { cwd });
  expect(refused.code).toBe(1);
  expect(refused.err).toContain("this net does not work at H = 4");
});

test("a layer as JSON", async () => {
  const { json } = await runJson(["explain", "small.fcn", "score"], { cwd });
  expect(json).toMatchObject({
    net: "small",
    layer: "score",
    kind: "crop",
    file: "small.fcn",
    line: 9,
    channels: 3,
    heightFormula: "H",
    widthFormula: "W",
    height: null,
    width: null,
    size: null,
    grid: { y: { stride: "1", origin: "0", field: 6 } },
    alike: true,
    y: {
      trunk: expect.any(Array),
      branches: [{ to: "image" }, { to: "upscore" }],
      meetings: [{ own: "upscore", reference: "image", crop: "score", offset: { value: "4" } }],
    },
  });
});

test.each([
  [["crop-ofset"], "`crop-ofset` is neither a code nor a layer kind", "did you mean `crop-offset`?"],
  [["conf"], "`conf` is neither a code nor a layer kind", "did you mean `conv`?"],
  [["small.fcn"], "which layer?", "fcnc explain small.fcn score"],
  [["small.fcn", "scor"], "`small` has no layer `scor`", "did you mean `score`?"],
])("%j", async (what, message, help) => {
  const { code, out, err } = await run(["explain", ...what], { cwd });
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain(`error: ${message}\n`);
  expect(err).toContain(help);
});
