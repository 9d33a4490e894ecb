/** What `predict` makes of a net's outputs: masks, overlays, score files, and the shares of the classes. */
import { dirname, extname, join } from "node:path";
import type { EngineName, Value } from "../engines/engine.js";
import { toRgb8 } from "../images/convert.js";
import { percent } from "../images/percent.js";
import { writeNpy } from "../images/npy.js";
import { drawOverlay } from "../images/overlay.js";
import { writePalettePng, type Mask } from "../images/palette-png.js";
import { writeRgbPng } from "../images/png-write.js";
import { classShares } from "../images/shares.js";
import { numberedLabels } from "../model/labels.js";
import type { Plan, PlanOutput } from "../model/plan.js";
import { Fault } from "./fail.js";
import { print, printJson, type FormatOption } from "./output.js";
import { stem } from "./paths.js";
import type { Picture } from "./pictures.js";
import type { EngineDetail } from "./start-engine.js";
import { replaceFile } from "./write-file.js";

export interface OutputFiles extends FormatOption {
  readonly mask?: string;
  readonly overlay?: string;
  readonly scores?: string;
}

/** One output of the net: class indices int32 [1, H, W], and scores float32 [1, H, W, C] where they were asked for. */
export interface HeadResult {
  readonly output: PlanOutput;
  readonly mask: Value | undefined;
  readonly scores: Value | undefined;
}

export interface Prediction {
  readonly plan: Plan;
  readonly pictures: readonly Picture[];
  readonly heads: readonly HeadResult[];
  readonly engine: EngineName | "onnxruntime-web";
  readonly engineDetail: EngineDetail;
  readonly milliseconds: number;
}

/** Masks have eight bits for a pixel, and shares are counted for sixteen. */
export function admitClasses({ name, classes }: PlanOutput, files: OutputFiles): void {
  const limit = files.mask === undefined ? 65536 : 256;
  if (classes > limit)
    throw new Fault(`\`${name}\` has ${classes} classes, and a mask at most ${limit}`, ["`--scores` writes them all"]);
}

/** The file of one head: as it was given where there is one head, else with the head's name before the extension. */
export function fileOf(path: string, head: string, heads: number): string {
  if (heads === 1) return path;
  const extension = extname(path);
  return join(dirname(path), `${stem(path)}-${head}${extension}`);
}

/** `more` is said in JSON as well. */
export async function deliver(
  prediction: Prediction,
  files: OutputFiles,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { plan, pictures, heads, engine, engineDetail, milliseconds } = prediction;
  const written: string[] = [];
  const outputs = [];
  for (const head of heads) outputs.push(await deliverHead(head, prediction, files, written));
  const [first] = outputs;
  const [picture] = pictures;
  if (!first || !picture) throw new Error("a net without inputs or outputs was run");
  if (files.format === "json") {
    printJson({
      net: plan.net,
      image: picture.file,
      images: Object.fromEntries(pictures.map(({ input, file }) => [input.name, file])),
      height: first.height,
      width: first.width,
      engine,
      engineDetail,
      milliseconds: Math.round(milliseconds),
      classes: first.classes,
      outputs,
      ...more,
      written,
    });
    return;
  }
  const names = pictures.map(({ file }) => file).join(", ");
  print(`${plan.net} on ${names}, ${first.height}x${first.width}, in ${Math.round(milliseconds)} ms (${engine})`);
  for (const { name, classes } of outputs) {
    if (outputs.length > 1) print(`${name}:`);
    const column = Math.max(...classes.map((found) => found.name.length));
    for (const found of classes) print(`  ${found.name.padEnd(column)}  ${percent(found.share)}`);
  }
  if (written.length > 0) print(`wrote ${written.join(", ")}`);
}

export interface DeliveredHead {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly classes: readonly { readonly index: number; readonly name: string; readonly share: number }[];
}

/** The classes of a head's pixels. */
export function maskOfHead({ output, mask }: HeadResult): Mask {
  if (!mask) throw new Error(`the model gave no mask for ${output.name}`);
  const [, height = 0, width = 0] = mask.shape;
  const indices = output.classes > 256 ? Uint16Array.from(mask.data) : Uint8Array.from(mask.data);
  return { width, height, indices };
}

/** The picture that people see of a net's inputs: one in colours, where there is one. */
export function shownPicture(pictures: readonly Picture[]): Picture {
  const shown = pictures.find(({ image }) => image.channels === 3) ?? pictures[0];
  if (!shown) throw new Error("there is no picture to draw on");
  return shown;
}

/** Writes the files of one head, and adds their names to `written`. */
export async function deliverHead(
  head: HeadResult,
  { plan, pictures, heads }: Pick<Prediction, "plan" | "pictures" | "heads">,
  files: Omit<OutputFiles, "format">,
  written: string[],
): Promise<DeliveredHead> {
  const { output, scores } = head;
  const labels = output.labels ?? numberedLabels(output.classes);
  const indices = maskOfHead(head);
  const { width, height } = indices;
  const write = async (path: string | undefined, data: () => Uint8Array): Promise<void> => {
    if (path === undefined) return;
    const file = fileOf(path, output.name, heads.length);
    await replaceFile(file, data());
    written.push(file);
  };
  await write(files.mask, () => writePalettePng(indices, labels));
  await write(files.overlay, () => {
    const shown = shownPicture(pictures);
    const title = `${plan.net}: ${stem(shown.file)}`;
    return writeRgbPng(drawOverlay(toRgb8(shown.image), indices, labels, { title }));
  });
  await write(files.scores, () => {
    if (!(scores?.data instanceof Float32Array)) throw new Error(`the model gave no scores for ${output.name}`);
    return writeNpy(scores.shape.slice(1), scores.data);
  });
  const shares = classShares(indices, labels);
  return {
    name: output.name,
    height,
    width,
    classes: shares.map(({ index, name, share }) => ({ index, name, share })),
  };
}
