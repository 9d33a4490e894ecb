/** `fcnc predict --shift-and-stitch LAYER`: a layer's scores for every pixel, by runs on moved pictures. */
import type { LoadedModel, Value } from "../engines/engine.js";
import { bothAxes, scaled } from "../inspect/quantities.js";
import type { Plan, PlanOutput } from "../model/plan.js";
import { stitchCost, type StitchCost } from "../stitch/cost.js";
import { runStitched } from "../stitch/interlace.js";
import { maskOnPicture } from "../stitch/mask.js";
import {
  denseSize,
  isFault,
  prepareStitch,
  type DenseSize,
  type Fault as Refusal,
  type Stitch,
} from "../stitch/stitch.js";
import type { HeadResult } from "./deliver.js";
import { Fault } from "./fail.js";
import { print, tell } from "./output.js";
import type { Picture } from "./pictures.js";

export interface Dense {
  readonly stitch: Stitch;
  readonly picture: Picture;
  readonly size: DenseSize;
  readonly cost: StitchCost;
  readonly output: PlanOutput;
}

/** What is going to be run, refused where it cannot be. */
export function admitDense(plan: Plan, layer: string, pictures: readonly Picture[]): Dense {
  const stitch = allowed(prepareStitch(plan, layer));
  const picture = pictures.find(({ input }) => input.name === stitch.input.name);
  if (!picture) throw new Error(`no picture for ${stitch.input.name}`);
  const { height, width } = picture.image;
  const size = allowed(denseSize(stitch, height, width));
  const { channels: classes } = stitch;
  const labels = plan.outputs.find((output) => output.classes === classes && output.labels)?.labels ?? null;
  const output: PlanOutput = { name: layer, value: layer, classes, labels, ignore: null };
  if (classes > 255) throw new Fault(`\`${layer}\` has ${classes} channels, and a mask at most 255 classes`);
  return { stitch, picture, size, cost: stitchCost(stitch, height, width), output };
}

/** `feeds` has the pictures of all inputs; that of the layer is moved. */
export async function predictDense(
  { stitch, picture, cost, output }: Dense,
  model: LoadedModel,
  feeds: Readonly<Record<string, Value>>,
): Promise<HeadResult> {
  const fed = feeds[stitch.input.name];
  if (!fed) throw new Error(`no feed for ${stitch.input.name}`);
  tell(`runs: ${cost.runs}, each on a picture moved by less than ${sides(stitch)} px`);
  const run: LoadedModel["run"] = (moved, names) => model.run({ ...feeds, ...moved }, names);
  const map = allowed(await runStitched(stitch, { run }, fed));
  const { height, width, channels, data } = map;
  const mask = maskOnPicture(map, stitch, picture.image.height, picture.image.width);
  return {
    output,
    mask: { shape: [1, mask.height, mask.width], data: mask.indices },
    scores: { shape: [1, height, width, channels], data },
  };
}

/** What the JSON of a prediction says beside what it always says. */
export function denseJson({ stitch, size, cost }: Dense): Readonly<Record<string, unknown>> {
  return {
    shiftAndStitch: {
      layer: stitch.layer,
      stride: stitch.stride,
      origin: placeOf(stitch),
      height: size.height,
      width: size.width,
      runs: cost.runs,
      multiplyAccumulates: { shifting: Number(cost.shifting), rarefying: Number(cost.rarefying) },
    },
  };
}

export function printDense({ stitch, size, cost }: Dense): void {
  const [top, left] = placeOf(stitch);
  print(
    `${stitch.layer}: ${size.height}x${size.width} scores a pixel apart, the first at row ${top} and column ${left}, ` +
      "from a stride of " +
      sides(stitch),
  );
  const shifting = scaled(Number(cost.shifting));
  const rarefying = scaled(Number(cost.rarefying));
  const times = cost.rarefying > 0n ? Number(cost.shifting) / Number(cost.rarefying) : 1;
  print(
    `multiply-accumulates: ${shifting} by ${cost.runs} runs; ` +
      `${rarefying} with every stride before it rarefied, ${times.toFixed(1)} times fewer`,
  );
}

function placeOf({ origin }: Stitch): readonly [number, number] {
  const [top, left] = origin.map(({ numerator, denominator }) => Number(numerator) / Number(denominator));
  return [top ?? 0, left ?? 0];
}

function sides({ stride: [down, across] }: Stitch): string {
  return bothAxes(`${down}`, `${across}`, "x");
}

function allowed<T extends object>(value: T | Refusal): T {
  if (isFault(value)) throw new Fault(value.fault, value.help);
  return value;
}
