/** Large nets, deep ones, and texts that stand for more than there is room for. */
import { describe, expect, test } from "vitest";
import { checked, expectErrors, expectValid, net, spec } from "../checks/expect-errors.js";

const numbered = (count: number, line: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => line(index));

const shapes: Readonly<Record<string, (layers: number) => string>> = {
  "a chain": (layers) =>
    net(
      "c0 = image -> conv(8, 3, pad: 1)",
      ...numbered(layers - 1, (i) => `c${i + 1} = conv(8, 3)`),
      `output c${layers - 1}`,
    ),
  "residual sums": (layers) =>
    net(
      "c0 = image -> conv(8, 3, pad: 1)",
      ...numbered(layers / 2, (i) => `d${i + 1} = conv(8, 3, pad: 1)\n  c${i + 1} = sum(d${i + 1}, c${i})`),
      `output c${layers / 2}`,
    ),
  "an override for each layer": (layers) =>
    spec(
      "backbone b {",
      "  input image: rgb[32, 32, 3]",
      ...numbered(layers, (i) => `  c${i} = conv(8, 1)`),
      "}",
      "net n {",
      "  input image: rgb[H, W, 3]",
      `  x = image -> b { ${numbered(layers, (i) => `c${i}.pad: 1`).join(", ")} }`,
      "  output x",
      "}",
    ),
  "a misspelt name on each line": (layers) =>
    net(...numbered(layers, (i) => `c${i} = y${i} -> conv(8, 1)`), "output c0"),
  "a merge that fails on each line": (layers) =>
    net(
      "a = image -> conv(8, 3, pad: 1)",
      ...numbered(
        layers / 3,
        (i) => `b${i} = a -> maxpool(2, round: floor)\n  c${i} = deconv(8, 2, stride: 2)\n  d${i} = sum(a, c${i})`,
      ),
      ...numbered(layers / 3, (i) => `output d${i}`),
    ),
};

describe("ten thousand layers are checked", () => {
  test.each([
    ["a chain", 0],
    ["residual sums", 0],
    ["an override for each layer", 0],
    ["a misspelt name on each line", 500],
    ["a merge that fails on each line", 500],
  ])("%s", async (name, errors) => {
    const { diagnostics } = await checked(shapes[name]?.(10_020) ?? "");
    expect(diagnostics.filter(({ severity }) => severity === "error")).toHaveLength(errors);
  });
});

/** Blocks of which each uses the one before it `uses` times. */
function nested(depth: number, uses: number, innermost: string): string {
  const blocks = numbered(depth, (level) => {
    const body =
      level === 0
        ? [`  ${innermost}`]
        : numbered(uses, (i) => `  a${i} = b${level - 1}(${i === 0 ? "x" : `a${i - 1}`})`);
    return [`block b${level}(x: node) {`, ...body, "}"].join("\n");
  });
  return spec(...blocks, "net n {", "  input image: rgb[H, W, 3]", `  z = b${depth - 1}(image)`, "  output z", "}");
}

describe("blocks within blocks", () => {
  test("that explode are refused once, where they become too large", async () => {
    await expectErrors(nested(40, 3, "y = x -> relu")).toEqual([
      "55:7 too-large: `b11` has more than 200,000 layers once its blocks are written out",
    ]);
  });

  test("that explode without a layer in them are refused as well", async () => {
    await expectErrors(nested(40, 8, "return x")).toEqual([
      expect.stringMatching(/^\d+:7 too-large: `b6` has more than 200,000 layers once its blocks are written out$/),
    ]);
  });

  test("that are nested too deeply are refused once", async () => {
    await expectErrors(nested(5000, 1, "y = x -> relu")).toEqual([
      "305:7 too-large: `b101` nests blocks more than 100 deep",
    ]);
  });

  test("of a hundred levels are written out", async () => {
    await expectValid(nested(100, 1, "y = x -> relu"));
  });
});

test("backbones within backbones that convolutionize again and again", async () => {
  const depth = 24;
  const backbones = numbered(depth, (level) =>
    [
      `backbone b${level} {`,
      "  input x: rgb[32, 32, 3]",
      level === 0 ? "  y0 = conv(8, 3)" : `  y${level} = x -> b${level - 1} { convolutionize: [d${level - 1}] }`,
      `  d${level} = dense(3)`,
      "}",
    ].join("\n"),
  );
  const text = spec(
    ...backbones,
    "net n {",
    "  input image: rgb[H, W, 3]",
    `  z = image -> b${depth - 1} { convolutionize: [d${depth - 1}] }`,
    "  output z",
    "}",
  );
  // Written out anew at each depth, they would take for ever.
  expect((await checked(text)).nets).toEqual(["n"]);
});

test("strides that multiply past what numbers hold", async () => {
  const down = numbered(60, (i) => `c${i} = ${i === 0 ? "image -> " : ""}conv(8, 3, stride: 65536, pad: 65536)`);
  const up = numbered(60, (i) => `u${i} = ${i === 0 ? "image -> " : ""}upsample(65536x)`);
  for (const text of [net(...down, "output c59"), net(...up, "output u59")]) {
    const { diagnostics } = await checked(text);
    expect(diagnostics.map(({ message }) => message).join()).not.toMatch(/safe integer|NaN|Infinity/);
  }
});
