/**
 * A linear ramp on the image shows up unshifted in the interior of the scores, in each stream of each net: bilinear
 * upsampling keeps a ramp, so whatever is left over is a wrong grid or a wrong crop.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import type { Engine, Value } from "../../src/engines/engine.js";
import { selectEngine } from "../../src/engines/select.js";
import type { Operation, Plan } from "../../src/model/plan.js";
import { buildModel } from "../../targets/web/build.js";
import { vocNets, type VocNet } from "../judges/voc-fcn.js";
import { compileVoc, editingHost, specPath, type Edit } from "./compiled.js";
import { classesOf, interiorError, passingWeights, ramp, rampPicture } from "./ramps.js";

/** Averaging a window gives a ramp's value at the window's centre. */
const AVERAGING: Edit = ["maxpool(2)", "avgpool(2)"];
/** Pixels; a ramp of single precision up to 1000 is itself only good to some 1e-4. */
const TOLERANCE = 5e-4;

const SIZES = [
  [225, 290],
  [192, 209],
  [333, 175],
] as const;

let engine: Engine;
beforeAll(async () => {
  ({ engine } = await selectEngine("wasm"));
});

const compiled = (net: VocNet, edits: readonly Edit[]): Promise<Plan> => compileVoc(net, { width: 1 / 16, edits });

async function scores(plan: Plan, net: VocNet, picture: Value): Promise<Value | undefined> {
  const model = await engine.load(await buildModel(plan, passingWeights(plan, net)));
  const { score } = await model.run({ image: picture }, ["score"]);
  model.dispose();
  return score;
}

describe.each(vocNets)("%s", (net) => {
  test.for(SIZES)(
    "shows a ramp where it is, with averages for maxima, at %i by %i",
    async ([height, width], context) => {
      const score = await scores(await compiled(net, [AVERAGING]), net, rampPicture(height, width, 1));
      const errors = classesOf(net).map(([, axis], label) =>
        interiorError(score, label, (y, x) => ramp(axis === "x" ? x : y, 1)),
      );
      await context.annotate(`${Math.max(...errors).toExponential(1)} px at most`);
      for (const error of errors) expect(error).toBeLessThan(TOLERANCE);
    },
  );

  test.each([1, -1] as const)("shows the last pixel of its maxima's windows, on a slope of %i", async (slope) => {
    const score = await scores(await compiled(net, []), net, rampPicture(225, 290, slope));
    classesOf(net).forEach(([{ name, lateness }, axis], label) => {
      const wanted = (y: number, x: number): number => ramp(axis === "x" ? x : y, slope) + lateness;
      expect(interiorError(score, label, wanted), `${axis} in ${name}`).toBeLessThan(TOLERANCE);
    });
  });

  test("shows a crop that is one unit off, and by how much", async () => {
    const plan = await compiled(net, [AVERAGING]);
    for (const { layer } of plan.crops) {
      const stride = Number(plan.layers.find(({ name }) => name === layer)?.grid?.x.stride);
      const wrong = { ...plan, operations: plan.operations.map((operation) => shifted(operation, layer)) };
      const score = await scores(wrong, net, rampPicture(225, 290, 1));
      classesOf(net).forEach(([stream, axis], label) => {
        // A crop of a skip moves that stream alone; the last one moves them all. Rows are off, columns are not.
        const moved = axis === "y" && (layer === "score" || layer.startsWith(stream.name));
        const wanted = (y: number, x: number): number => ramp(axis === "x" ? x : y, 1) + (moved ? stride : 0);
        expect(interiorError(score, label, wanted), `${layer} in ${stream.name}, ${axis}`).toBeLessThan(TOLERANCE);
      });
    }
  });

  test("is refused with such a crop", async () => {
    const { crops } = await compiled(net, []);
    for (const { layer, offset } of crops) {
      for (const delta of [-1, 1]) {
        const wrong = offset[0] + delta;
        const host = editingHost([
          ["crop(to: image, offset: 19)", "crop(to: image)"],
          [cropOf(net, layer), cropOf(net, layer).replace(")", `, offset: ${wrong})`)],
        ]);
        const { plan, diagnostics } = await compile({ path: specPath(net) }, host);
        expect(plan).toBeNull();
        const [fault, ...others] = diagnostics.filter(({ severity }) => severity === "error");
        expect(fault?.code).toBe("crop-offset");
        expect(fault?.message).toContain(String(wrong));
        expect(others).toEqual([]);
      }
    }
  });
});

function shifted(operation: Operation, layer: string): Operation {
  if (operation.op !== "crop" || operation.name !== layer) return operation;
  return { ...operation, offset: [operation.offset[0] + 1, operation.offset[1]] };
}

/** The words of the spec that make a crop. */
function cropOf(net: VocNet, layer: string): string {
  if (layer === "score") return "crop(to: image)";
  return layer === "score_pool4c" ? "crop(to: upscore2)" : net === "voc-fcn16s" ? "" : "crop(to: upscore_pool4)";
}
