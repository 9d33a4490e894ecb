import { feedImage } from "../images/feed.js";
import type { Plan } from "../model/plan.js";
import { admitClasses, deliver, fileOf, type OutputFiles } from "./deliver.js";
import { maskOf, openNet, startNet, type NetOptions } from "./open-net.js";
import { Fault, UsageError } from "./fail.js";
import { folderAmong } from "./picture-sets.js";
import { readPictures, SEVERAL } from "./pictures.js";
import { predictSeveral } from "./predict-several.js";
import { admitDense, denseJson, predictDense, printDense } from "./predict-dense.js";
import { admitPlace } from "./write-file.js";

interface PredictOptions extends OutputFiles, NetOptions {
  readonly image: readonly string[];
  readonly shiftAndStitch?: string;
  readonly out?: string;
}

/** `fcnc predict SPEC|BUNDLE --image FILE` */
export async function run(source: string, options: PredictOptions): Promise<void> {
  const net = await openNet(source, options);
  const { plan } = net;
  if (options.out !== undefined) return predictSeveral(net, options.image, admitOut(options.out, options), options);
  const folder = await folderAmong(plan, options.image);
  if (folder !== null) throw new Fault(`\`${folder}\` is a folder`, [SEVERAL]);
  await admitPlaces(plan, options);
  for (const output of plan.outputs) admitClasses(output, options);
  const pictures = await readPictures(plan, options.image);
  const dense = options.shiftAndStitch === undefined ? null : admitDense(plan, options.shiftAndStitch, pictures);

  const { engine, engineDetail, model } = await startNet(net, options);
  const start = performance.now();
  const masks = plan.outputs.map((output) => maskOf(model, output.name));
  const scores = options.scores === undefined ? [] : plan.outputs.map((output) => output.value);
  const feeds = Object.fromEntries(pictures.map(({ input, image }) => [input.name, feedImage(image, input)]));
  if (dense) {
    const heads = [await predictDense(dense, model, feeds)];
    const milliseconds = performance.now() - start;
    model.dispose();
    await deliver({ plan, pictures, heads, engine, engineDetail, milliseconds }, options, denseJson(dense));
    if (options.format !== "json") printDense(dense);
    return;
  }
  const values = await model.run(feeds, [...masks, ...scores]);
  const milliseconds = performance.now() - start;
  model.dispose();
  const heads = plan.outputs.map((output, index) => ({
    output,
    mask: values[masks[index] ?? ""],
    scores: values[output.value],
  }));
  await deliver({ plan, pictures, heads, engine, engineDetail, milliseconds }, options);
}

/** @throws {UsageError} for options that are of one picture */
function admitOut(out: string, options: PredictOptions): string {
  if (out === "") throw new UsageError("`--out` names no folder");
  for (const name of ["mask", "overlay", "scores", "shiftAndStitch"] as const)
    if (options[name] !== undefined)
      throw new UsageError(`--${name === "shiftAndStitch" ? "shift-and-stitch" : name} is for one picture`, [
        "`--out FOLDER` gets masks, overlays and contact sheets: leave it out for a single picture",
      ]);
  return out;
}

/** Outputs that cannot be written are refused before the net is run. */
async function admitPlaces(plan: Plan, options: OutputFiles): Promise<void> {
  for (const path of [options.mask, options.overlay, options.scores])
    for (const { name } of plan.outputs)
      if (path !== undefined) await admitPlace(fileOf(path, name, plan.outputs.length));
}
