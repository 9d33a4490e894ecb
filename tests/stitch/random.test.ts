/** Random small backbones, in the reference interpreter: what holds for some nets is held for all that are like them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LoadedModel } from "../../src/engines/engine.js";
import type { Plan } from "../../src/model/plan.js";
import { denseSize, isFault } from "../../src/stitch/stitch.js";
import { stitchCost } from "../../src/stitch/cost.js";
import { admits, randomInputs, type Extent } from "../numbers/inputs.js";
import { mapOf } from "../reference/feature-map.js";
import { interpret } from "../reference/interpreter.js";
import { readBlobs } from "../reference/compare.js";
import { compareScores, compilePair, geometryOf, LAYER, stitched, weightsOf } from "./nets.js";

const upTo = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });

const line = fc
  .record({
    kind: fc.constantFrom("conv", "conv", "maxpool", "avgpool"),
    kernel: fc.tuple(upTo(3), upTo(3)),
    stride: fc.constantFrom("1", "1", "2", "2", "1x2", "3"),
    pad: upTo(1, 0),
    dilation: upTo(2),
    floor: fc.boolean(),
  })
  .map(({ kind, kernel: [height, width], stride, pad, dilation, floor }) => {
    const sides = `${height}x${width}, stride: ${stride}`;
    const padded = height > 1 && width > 1 ? `, pad: ${pad}` : "";
    return {
      strided: stride !== "1",
      padded: padded !== "" && pad > 0,
      text:
        kind === "conv"
          ? `conv(3, ${sides}${padded}, dilation: ${dilation}) -> relu`
          : `${kind}(${sides}${padded}${floor ? ", round: floor" : ""})`,
    };
  });

const specimen = fc
  .record({ lines: fc.array(line, { minLength: 2, maxLength: 4 }), height: upTo(34, 16), width: upTo(34, 16) })
  .filter(({ lines }) => lines.some(({ strided }) => strided))
  .filter(({ lines }) => lines.filter(({ strided }) => strided).length < 4);

/** The interpreter as an engine's model. */
async function interpreted(plan: Plan): Promise<Pick<LoadedModel, "run">> {
  const blobs = await readBlobs(plan, weightsOf(plan));
  return {
    run(inputs, outputs) {
      const maps = Object.entries(inputs).map(([name, { data, shape }]) => {
        const [, height = 0, width = 0, channels = 0] = shape;
        const at = (c: number, y: number, x: number): number => data[(y * width + x) * channels + c] ?? NaN;
        return [name, mapOf(channels, height, width, at)] as const;
      });
      const values = interpret(plan, blobs, Object.fromEntries(maps));
      return Promise.resolve(
        Object.fromEntries(
          outputs.flatMap((name) => {
            const value = values.get(name);
            return value ? [[name, value.toNhwc()]] : [];
          }),
        ),
      );
    },
  };
}

test("moving and rarefying agree on random backbones", async () => {
  const seen = { nets: 0, units: 0, most: 0 };
  await fc.assert(
    fc.asyncProperty(specimen, async ({ lines, height, width }) => {
      const backbone = lines
        .map(({ text }, index) => `layer${index} = ${index ? "" : "image -> "}${text}`)
        .join("\n  ");
      const rarefy = lines.flatMap(({ strided }, index) => (strided ? [`layer${index}`] : []));
      const pair = await compilePair({ backbone: `\n  ${backbone}`, rarefy });
      const size: Extent = [height, width];
      fc.pre(admits(pair.plain, size) && admits(pair.rarefied, size) && !isFault(denseSize(pair.stitch, ...size)));
      const [before, after] = [geometryOf(pair.plain), geometryOf(pair.rarefied)];
      for (const axis of ["y", "x"] as const) expect(after[axis]).toEqual({ ...before[axis], stride: 1 });

      const picture = randomInputs(pair.plain, size, 1)["image"]?.toNhwc();
      if (!picture) throw new Error("no picture");
      const dense = await stitched(pair.stitch, await interpreted(pair.plain), picture);
      const value = (await (await interpreted(pair.rarefied)).run({ image: picture }, [LAYER]))[LAYER];
      if (!value) throw new Error("no scores");
      const everywhere = lines.every(({ padded }, index) => index === 0 || !padded);
      const { units, all, most } = compareScores(pair, dense, value, picture, everywhere);
      if (everywhere) expect(units).toBe(all);
      expect(most).toBeLessThan(1e-5);

      const { runs, shifting, rarefying } = stitchCost(pair.stitch, ...size);
      expect(runs).toBe(before.y.stride * before.x.stride);
      // Where strides are rarefied in the language, the cost is that of the plan.
      expect(rarefying).toBe(workOfPlan(pair.rarefied, size));
      expect(shifting >= rarefying, "no value is computed twice").toBe(true);
      seen.nets++;
      seen.units += units;
      seen.most = Math.max(seen.most, most);
    }),
    { numRuns: 60, seed: 4 },
  );
  expect(seen.nets).toBeGreaterThan(40);
  expect(seen.units).toBeGreaterThan(2000);
});

/** Multiply-accumulates of the convolutions of a plan, from the sizes that the interpreter finds. */
function workOfPlan(plan: Plan, size: Extent): bigint {
  const blobs = new Map(
    plan.tensors.map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))] as const),
  );
  const values = interpret(plan, blobs, randomInputs(plan, size, 1));
  let total = 0n;
  for (const operation of plan.operations) {
    const map = values.get(operation.name);
    if (operation.op !== "conv" || !map) continue;
    total += BigInt(blobs.get(operation.weight)?.length ?? 0) * BigInt(map.height * map.width);
  }
  return total;
}
