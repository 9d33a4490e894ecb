/** What an input's line says, held against arithmetic by hand: pictures come as RGB whatever the net's own order is. */
import { expect, test } from "vitest";
import { buildModel } from "../../targets/web/build.js";
import { initWeights } from "../../src/weights/init.js";
import { engines } from "../engines/every-engine.js";
import { compileText } from "./compiled.js";

const pixels = Float32Array.of(10, 20, 30, 0, 128, 255);

const INPUTS: readonly (readonly [input: string, given: Float32Array, wanted: readonly number[]])[] = [
  ["bgr[H, W, 3]", pixels, [30, 20, 10, 255, 128, 0]],
  ["rgb[H, W, 3]", pixels, [10, 20, 30, 0, 128, 255]],
  ["bgr[H, W, 3] { mean: [1, 2, 4] }", pixels, [29, 18, 6, 254, 126, -4]],
  ["rgb[H, W, 3] { mean: [1, 2, 4] }", pixels, [9, 18, 26, -1, 126, 251]],
  ["rgb[H, W, 3] { mean: 5 }", pixels, [5, 15, 25, -5, 123, 250]],
  ["bgr[H, W, 3] { mean: [1, 2, 4], scale: 0.5 }", pixels, [14.5, 9, 3, 127, 63, -2]],
  ["gray[H, W, 1] { scale: 0.25 }", pixels, [2.5, 5, 7.5, 0, 32, 63.75]],
  ["raw[H, W, 3]", pixels, [...pixels]],
  ["raw[H, W, 1] { log: true, mean: 1, scale: 2 }", Float32Array.of(1, Math.E, 10), [-2, 0, 2 * (Math.log(10) - 1)]],
];

const cases = engines.flatMap(([engine, start]) =>
  INPUTS.map(([input, given, wanted]) => ({ engine, start, input, given, wanted })),
);

test.each(cases)("$input on $engine", async ({ start, input, given, wanted }) => {
  const plan = await compileText(`fcn 1 net n { input x: ${input} y = x -> scale(1) output y }`);
  const model = await (await start()).load(await buildModel(plan, initWeights(plan)));
  const channels = plan.inputs[0]?.channels ?? 0;
  const { y } = await model.run({ x: { data: given, shape: [1, 1, given.length / channels, channels] } }, ["y"]);
  model.dispose();
  expect(y?.shape).toEqual([1, 1, given.length / channels, channels]);
  wanted.forEach((value, index) => expect(y?.data[index]).toBeCloseTo(value, 5));
});
