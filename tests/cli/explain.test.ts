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

test("a layer that was resized to a size lies where inspect says at that size", async () => {
  await place.write(
    "resized.fcn",
    `fcn 1
net resized {
  input image: raw[H, W, 3]
  a = image -> conv(8, 3, pad: 1)
  b = a -> maxpool(2) -> maxpool(2)
  up = resize(to: a)
  c = sum(a, up) // allow unknown-grid: looked at with --size
  d = b -> resize(to: image) -> conv(3, 3)
  output c
  output d
}
`,
  );
  const { json: report } = await runJson(["inspect", "resized.fcn", "--size", "5x7"], { cwd });
  const { layers, resizes } = report as {
    layers: { name: string; grid: unknown }[];
    resizes: { layer: string; shift: unknown }[];
  };
  for (const [layer, resize] of [
    ["up", "up"],
    ["c", "up"],
    ["d", "d/resize"],
  ]) {
    const { json } = await runJson(["explain", "resized.fcn", layer as string, "--size", "5x7"], { cwd });
    expect(json).toMatchObject({
      grid: layers.find(({ name }) => name === layer)?.grid,
      resizes: resizes.filter((each) => each.layer === resize),
    });
  }
  const { out } = await run(["explain", "resized.fcn", "up", "--size", "5x7"], { cwd });
  expect(out).toContain("1.5 + (8/5 - 4) / 2 = 3/10");
  expect(out).toContain("up lies up to 27/10 and 13/14 px off a at 5x7.");
  expect(out).not.toContain("unknown");
  const merged = await run(["explain", "resized.fcn", "c", "--size", "5x7"], { cwd });
  expect(merged.out).toContain("max(3, 10) = 10");
  expect(merged.out).toContain("offset between up and a: none, as their strides differ");
  const anySize = await run(["explain", "resized.fcn", "up"], { cwd });
  expect(anySize.out).toContain("where up lies depends on the size of the input: `--size` names one.");
});

test("a crop that was allowed at another offset than its grids demand", async () => {
  await place.write(
    "allowed.fcn",
    `fcn 1
net allowed {
  input image: raw[H, W, 3]
  a = image -> conv(8, 3, pad: 5)
  b = crop(to: image, offset: 2) // allow crop-offset: as it was trained
  output b
}
`,
  );
  const { out } = await run(["explain", "allowed.fcn", "b"], { cwd });
  expect(out).toMatch(/= \(0 - -4\) \/ 1 = 4\n +cut at 2, as it is stated and allowed\n/);
  expect(out).toContain("b fits where 2 + H <= H + 8");
  expect((await run(["inspect", "allowed.fcn"], { cwd })).out).toContain("2  as stated; the grids demand 4");
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
