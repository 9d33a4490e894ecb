/** How pictures may be cut: what the compiler says, and that tiles run apart give the whole, to the last score. */
import { describe, expect, test } from "vitest";
import { wasmEngine } from "../../src/engines/wasm.js";
import { browserFacts } from "../../targets/web/browser-facts.js";
import { bytesOf } from "../../targets/web/memory-term.js";
import { buildModel } from "../../targets/web/build.js";
import { leastTile, nextMember, spansOf } from "../../targets/web/runtime/spans.js";
import { wallpaper } from "../browser/module-nets.js";
import { compileText, compileVoc } from "../numbers/compiled.js";
import { chosenWeights } from "../numbers/weights.js";

const net = (lines: string, input = "rgb[H, W, 3]") => `fcn 1
net n {
  input image: ${input}
${lines}
  output score
}
`;

describe("what may be cut", () => {
  test.each([
    [
      "a convolution sees one pixel on each side",
      "  score = image -> conv(2, 3, pad: 1)",
      { alignment: [1, 1], before: [1, 1], after: [1, 1] },
    ],
    [
      "dilation widens it",
      "  score = image -> conv(2, 3, pad: 4, dilation: 4)",
      { alignment: [1, 1], before: [4, 4], after: [4, 4] },
    ],
  ])("%s", async (_, lines, tiling) => {
    const facts = browserFacts(await compileText(net(lines)));
    expect(facts).toMatchObject({ tiling, tilingRefused: null });
  });

  test("a stride aligns tiles, and what it skips is seen from further away", async () => {
    // conv: 1 pixel. Pool: windows of 2, half a pixel around their middle. Upsampling 4/2 on stride 2: 1.5 pixels.
    const plan = await compileText(
      net("  c = image -> conv(2, 3, pad: 1)\n  p = maxpool(2)\n  u = upsample(2x)\n  score = crop(to: image)"),
    );
    expect(browserFacts(plan).tiling).toEqual({ alignment: [2, 2], before: [3, 3], after: [3, 3] });
  });

  test.each([
    ["global pooling", "  g = image -> globalpool\n  score = resize(to: image)", "`g` sees the whole picture"],
    ["an output of another size", "  score = image -> conv(2, 3)", "`score` has not the size of the picture"],
    ["an input of one size", "  score = image -> conv(2, 1)", "`image` has one size"],
  ])("not %s", async (title, lines, refused) => {
    const plan = await compileText(net(lines, title === "an input of one size" ? "rgb[8, 8, 3]" : undefined));
    expect(browserFacts(plan)).toMatchObject({ tiling: null, tilingRefused: refused });
  });

  test("the paper's nets, by the receptive field of fc7 and more", async () => {
    const facts = browserFacts(await compileVoc("voc-fcn8s", { width: 1 / 32 }));
    expect(facts.tiling?.alignment).toEqual([32, 32]);
    const [before = 0] = facts.tiling?.before ?? [];
    // fc7 sees 404 pixels, and upsampling adds units that are 32, 16 and 8 pixels apart.
    expect(before).toBeGreaterThan(404 / 2);
    expect(before).toBeLessThan(404 / 2 + 32 + 16 + 8);
  });
});

const NETS = [
  [
    "strides, a skip, ceil pooling and padding",
    `  c1 = image -> conv(4, 3, pad: 12) -> relu
  p1 = maxpool(2)
  c2 = conv(6, 3, pad: 1) -> relu
  p2 = maxpool(3, 2)
  s2 = conv(3, 1)
  u2 = upsample(2x, kernel: 3)
  s1 = p1 -> conv(3, 1)
  f  = sum(s1, u2, crop: auto)
  u1 = upsample(2x)
  score = crop(to: image)`,
  ],
  [
    "average pooling, normalization across channels and a learned deconvolution",
    `  c1 = image -> conv(5, 5, pad: 9) -> lrn(5) -> relu
  p1 = avgpool(3, 2)
  c2 = conv(3, 3, pad: 1)
  u1 = deconv(3, 3, stride: 2)
  score = crop(to: image)`,
  ],
] as const;

test.each(NETS)("tiles give the whole: %s", async (_, lines) => {
  const plan = await compileText(net(lines));
  let state = 7;
  const weights = chosenWeights(plan, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return (state / 2 ** 31 - 0.5) / 3;
  });
  const model = await (
    await wasmEngine()
  ).load({ ...(await buildModel(plan, weights)), modelJson: (await buildModel(plan, weights)).modelJson });
  const { tiling } = browserFacts(plan);
  if (!tiling) throw new Error("it cannot be tiled");
  const [height, width] = [101, 117];
  const { data } = wallpaper(height, width);
  const run = async (top: number, left: number, rows: number, columns: number) => {
    const part = new Float32Array(rows * columns * 3);
    for (let y = 0; y < rows; y++)
      part.set(
        data.subarray(3 * ((top + y) * width + left), 3 * ((top + y) * width + left + columns)),
        3 * y * columns,
      );
    const { score } = await model.run({ image: { data: part, shape: [1, rows, columns, 3] } }, ["score"]);
    return score?.data ?? new Float32Array();
  };
  const whole = await run(0, 0, height, width);
  const [rows, columns] = [height, width].map((length, axis) => {
    const along = {
      alignment: tiling.alignment[axis] ?? 1,
      before: tiling.before[axis] ?? 0,
      after: tiling.after[axis] ?? 0,
    };
    return spansOf(
      length,
      leastTile(along),
      along,
      (size) => nextMember(plan.validFor[axis === 0 ? "H" : "W"]!, size) === size,
    );
  });
  if (!rows || !columns) throw new Error("no tiles");
  expect(rows.length).toBeGreaterThan(2);
  let [largest, range] = [0, 0];
  const covered = new Uint8Array(height * width);
  for (const row of rows)
    for (const column of columns) {
      const tile = await run(row.start, column.start, row.end - row.start, column.end - column.start);
      for (let y = row.from; y < row.to; y++)
        for (let x = column.from; x < column.to; x++) {
          const at = y * width + x;
          covered[at] = (covered[at] ?? 0) + 1;
          for (let c = 0; c < 3; c++) {
            const from = ((y - row.start) * (column.end - column.start) + x - column.start) * 3 + c;
            largest = Math.max(largest, Math.abs((tile[from] ?? NaN) - (whole[3 * at + c] ?? NaN)));
            range = Math.max(range, Math.abs(whole[3 * at + c] ?? 0));
          }
        }
    }
  model.dispose();
  expect(new Set(covered), "each pixel once").toEqual(new Set([1]));
  expect(range).toBeGreaterThan(0.1);
  expect(largest).toBeLessThanOrEqual(1e-6 * range);
});

test("spans cover a length, begin aligned, and keep away from sides", () => {
  const tiling = { alignment: 32, before: 100, after: 90 };
  for (const length of [10, 300, 1000, 4321]) {
    for (const most of [1, 400, 999]) {
      const spans = spansOf(length, most, tiling, () => true) ?? [];
      let covered = 0;
      for (const { start, end, from, to } of spans) {
        expect(from).toBe(covered);
        expect(start % 32).toBe(0);
        if (start > 0) expect(from - start).toBeGreaterThanOrEqual(100);
        if (end < length) expect(end - to).toBe(90);
        expect(end - start).toBeLessThanOrEqual(Math.max(most, leastTile(tiling)));
        covered = to;
      }
      expect(covered).toBe(length);
    }
  }
});

describe("memory", () => {
  test("counts the maps that are there at once", async () => {
    // While `b` runs, `image` (3 channels), `a` (4) and `b` (2) are there, or less than that; at the end `b` alone.
    const plan = await compileText(net("  a = image -> conv(4, 1)\n  score = conv(2, 1)"));
    const { memory } = browserFacts(plan);
    expect(bytesOf(memory.maps, 10, 20)).toBe(4 * 200 * (3 + 4));
    expect(memory.weights).toBe(4 * (3 * 4 + 4 + 4 * 2 + 2));
    // A copy of all, and of the largest one more.
    expect(memory.prepared).toBe(memory.weights + 4 * 3 * 4);
    expect(memory.at["224x224"]).toBe(memory.weights + memory.prepared + 4 * 224 * 224 * 7);
  });

  test("is nowhere below what the padded maps of FCN-32s take", async () => {
    const { memory } = browserFacts(await compileVoc("voc-fcn32s"));
    // conv1_1 and conv1_2, 64 channels of (500 + 198)^2 each.
    const two = 2 * 64 * 4 * 698 * 698;
    expect(bytesOf(memory.maps, 500, 500)).toBeGreaterThanOrEqual(two);
    expect(bytesOf(memory.maps, 500, 500)).toBeLessThan(1.1 * two);
  });
});

describe("what a page is told beside it", () => {
  test("backends are those of the runtime", async () => {
    const plan = await compileText(net("  score = image -> conv(2, 1)"));
    expect(browserFacts(plan).backends).toEqual(["webgpu", "webgl", "wasm"]);
    expect(browserFacts(plan, "onnxruntime-web").backends).toEqual(["webgpu", "wasm"]);
  });

  test("WebAssembly is left out where it cannot address the weights", async () => {
    const plan = await compileText(net("  wide = image -> conv(40000, 1)\n  score = conv(40000, 1)"));
    expect(browserFacts(plan).backends).toEqual(["webgpu", "webgl"]);
  });

  test("pictures are continued where some size is not valid", async () => {
    const every = await compileText(net("  score = image -> conv(2, 1)"));
    expect(browserFacts(every).padding).toBeNull();
    const some = await compileText(net("  score = image -> conv(2, 5)"));
    expect(some.validFor["H"]?.smallest).toBe(5);
    expect(browserFacts(some).padding).toEqual({ mode: "edge", sides: ["bottom", "right"] });
  });
});
