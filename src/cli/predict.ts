import { readFile, stat } from "node:fs/promises";
import { buildModel } from "../../targets/web/build.js";
import { compile } from "../compile.js";
import type { EngineName, LoadedModel, Value } from "../engines/engine.js";
import { selectEngine } from "../engines/select.js";
import { feedImage } from "../images/feed.js";
import { writeNpy } from "../images/npy.js";
import { drawOverlay } from "../images/overlay.js";
import { writePalettePng } from "../images/palette-png.js";
import { percent } from "../images/legend.js";
import { writeRgbPng } from "../images/png-write.js";
import { toRgb8 } from "../images/convert.js";
import { readImage, type DecodedImage } from "../images/read.js";
import { classShares } from "../images/shares.js";
import { numberedLabels } from "../model/labels.js";
import type { Plan, PlanOutput } from "../model/plan.js";
import { readPlan } from "./read-plan.js";
import { contains } from "../model/size-set.js";
import { nodeHost } from "../node-host.js";
import { reasonOf } from "../weights/errors.js";
import { Fault, UsageError } from "./fail.js";
import { print, printJson, stopAtErrors, tell, tellNote, type FormatOption } from "./output.js";
import { specPath, stem } from "./paths.js";
import { openWeights, type WeightOptions } from "./weights.js";
import { admitPlace, replaceFile } from "./write-file.js";

interface PredictOptions extends FormatOption, WeightOptions {
  readonly image: string;
  readonly net?: string;
  readonly mask?: string;
  readonly overlay?: string;
  readonly scores?: string;
  readonly engine: EngineName | "auto";
}

/** `fcnc predict SPEC|BUNDLE --image FILE` */
export async function run(source: string, options: PredictOptions): Promise<void> {
  const files = [options.mask, options.overlay, options.scores].filter((path) => path !== undefined);
  for (const file of files) await admitPlace(file);
  const image = readImage(await readFile(options.image).catch(unreadable(options.image)), options.image);
  for (const note of image.notes) tellNote(`${options.image}: ${note}`);
  const found = await stat(source).catch(() => null);
  const isBundle = found?.isDirectory() === true || source.endsWith(".json");
  if (!found && !source.endsWith(".fcn"))
    throw new Fault(`there is no spec or bundle \`${source}\``, ["name a `.fcn` file, or a folder of `fcnc compile`"]);
  if (isBundle && options.net !== undefined) throw new UsageError("a bundle has one net: leave --net out");
  if (isBundle && options.weights !== undefined)
    throw new UsageError("a bundle has its weights in it: leave --weights out");
  const plan = isBundle ? await readPlan(source) : await planOf(source, options);
  if (!plan) return;
  const [input, second] = plan.inputs;
  const [output] = plan.outputs;
  if (!input || !output) throw new Fault(`${plan.net} has no input or no output`);
  if (second) throw new Fault(`${plan.net} has several inputs, and one picture is given`);
  admit(plan, image, options.image);
  admitClasses(output, options);
  if (plan.outputs.length > 1)
    tellNote(`${plan.net} has ${plan.outputs.length} outputs; this is the first, \`${output.name}\``);

  const { engine, model } = await loadModel(plan, source, isBundle, options);
  const start = performance.now();
  const maskName = plan.outputs.length === 1 && model.outputs.includes("mask") ? "mask" : `${output.name}/mask`;
  const wanted = options.scores === undefined ? [maskName] : [maskName, output.value];
  const values = await model.run({ [input.name]: feedImage(image, input) }, wanted);
  const milliseconds = performance.now() - start;
  model.dispose();
  const [mask, scores] = [values[maskName], values[output.value]];
  await deliver({ plan, output, image, mask, scores, engine, milliseconds }, options);
}

interface Loaded {
  readonly engine: EngineName;
  readonly model: LoadedModel;
}

/** Starts an engine and loads a bundle, or a plan with the weights that were named. */
async function loadModel(plan: Plan, source: string, isBundle: boolean, options: PredictOptions): Promise<Loaded> {
  const weights = isBundle ? null : await openWeights(plan, options);
  if (!isBundle && !weights)
    throw new UsageError("a spec needs weights: --weights FILE.safetensors, or --weights init for fresh ones");
  try {
    const { engine, passedOver } = await selectEngine(options.engine);
    tell(`engine: ${[engine.description, ...passedOver].join("; ")}`);
    if (!weights) return { engine: engine.name, model: await engine.load(source) };
    const { modelJson, weightData } = await buildModel(plan, weights);
    return { engine: engine.name, model: await engine.load({ modelJson, weightData }) };
  } finally {
    await weights?.close();
  }
}

function unreadable(path: string): (error: unknown) => never {
  return (error) => {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "ENOENT") throw new Fault(`there is no file \`${path}\``);
    if (code === "EISDIR") throw new Fault(`\`${path}\` is a folder`, ["name a PNG or JPEG picture in it"]);
    throw new Fault(`\`${path}\` cannot be read: ${reasonOf(error)}`);
  };
}

async function planOf(spec: string, options: PredictOptions): Promise<Plan | null> {
  const result = await compile(
    { path: specPath(spec) },
    nodeHost,
    options.net === undefined ? {} : { net: options.net },
  );
  stopAtErrors(result, options);
  return result.plan;
}

/** Refuses a picture of a size at which the net is known not to work. */
function admit(plan: Plan, image: DecodedImage, name: string): void {
  for (const [side, actual] of [
    ["height", image.height],
    ["width", image.width],
  ] as const) {
    const wanted = plan.inputs[0]?.[side];
    if (typeof wanted === "number" && wanted !== actual)
      throw new Fault(`${name} has a ${side} of ${actual} px, and ${plan.net} takes ${wanted} px alone`, [
        `resize the picture to ${plan.inputs[0]?.height}x${plan.inputs[0]?.width}`,
      ]);
    const valid = typeof wanted === "string" ? plan.validFor[wanted] : undefined;
    if (valid && valid.undecided === null && !contains(valid, actual))
      throw new Fault(`${name} has a ${side} of ${actual} px, and ${plan.net} works for ${valid.text}`, [
        "resize or pad the picture to a size that works",
      ]);
  }
}

/** Masks have eight bits for a pixel, and shares are counted for sixteen. */
function admitClasses({ name, classes }: PlanOutput, options: PredictOptions): void {
  const limit = options.mask === undefined ? 65536 : 256;
  if (classes > limit)
    throw new Fault(`\`${name}\` has ${classes} classes, and a mask at most ${limit}`, ["`--scores` writes them all"]);
}

interface Result {
  readonly plan: Plan;
  readonly output: PlanOutput;
  readonly image: DecodedImage;
  readonly mask: Value | undefined;
  readonly scores: Value | undefined;
  readonly engine: EngineName;
  readonly milliseconds: number;
}

async function deliver(result: Result, options: PredictOptions): Promise<void> {
  const { plan, output, image, mask, scores } = result;
  if (!mask) throw new Error("the model gave no mask");
  const [, height = 0, width = 0] = mask.shape;
  const labels = output.labels ?? numberedLabels(output.classes);
  const indices = {
    width,
    height,
    indices: output.classes > 256 ? Uint16Array.from(mask.data) : Uint8Array.from(mask.data),
  };
  const written: string[] = [];
  const write = async (path: string | undefined, data: () => Uint8Array): Promise<void> => {
    if (path === undefined) return;
    await replaceFile(path, data());
    written.push(path);
  };
  await write(options.mask, () => writePalettePng(indices, labels));
  await write(options.overlay, () =>
    writeRgbPng(drawOverlay(toRgb8(image), indices, labels, { title: `${plan.net}: ${stem(options.image)}` })),
  );
  await write(options.scores, () => {
    if (!(scores?.data instanceof Float32Array)) throw new Error("the model gave no scores");
    return writeNpy(scores.shape.slice(1), scores.data);
  });
  const shares = classShares(indices, labels);
  if (options.format === "json") {
    printJson({
      net: plan.net,
      image: options.image,
      height,
      width,
      engine: result.engine,
      milliseconds: Math.round(result.milliseconds),
      classes: shares.map(({ index, name, share }) => ({ index, name, share })),
      written,
    });
    return;
  }
  print(
    `${plan.net} on ${options.image}, ${height}x${width}, in ${Math.round(result.milliseconds)} ms (${result.engine})`,
  );
  const column = Math.max(...shares.map(({ name }) => name.length));
  for (const { name, share } of shares) print(`  ${name.padEnd(column)}  ${percent(share)}`);
  if (written.length > 0) print(`wrote ${written.join(", ")}`);
}
