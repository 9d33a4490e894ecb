/** The nets of a plan as Caffe has them: one for training, one for validation, one that predicts. */
import { field, message, type Message } from "../../src/caffe/message.js";
import { printNotes, type InputNote, type OutputNote } from "../../src/caffe/notes.js";
import type { Plan, PlanInput } from "../../src/model/plan.js";
import { dataLayer, meanOf, type DataLayer } from "./data.js";
import { layerField, parameters, type CaffeLayer } from "./layer.js";
import { losses } from "./loss.js";
import { lower } from "./lower.js";
import { labelFiles } from "./label-files.js";
import { inputBlobs } from "./names.js";
import { deploySize } from "./sizes.js";
import { solver } from "./solver.js";

export interface CaffeNets {
  /** By the file's name. */
  readonly files: ReadonlyMap<string, Message>;
  /** Those with weights, and without. */
  readonly layers: readonly CaffeLayer[];
  readonly departures: readonly string[];
}

/**
 * `deploy.prototxt`; of a plan with a recipe also `train.prototxt`, `val.prototxt` and `solver.prototxt`.
 *
 * @param dense names of `upsample` operations whose weights are not bilinear
 * @throws {TargetError} when the plan holds something that Caffe cannot say.
 */
export function caffeNets(plan: Plan, dense: ReadonlySet<string> = new Set()): CaffeNets {
  const lowered = lower(plan, dense);
  const { layers, blobs } = lowered;
  const inputs = inputLayers(plan, lowered.names.free.bind(lowered.names));
  const net = (data: readonly CaffeLayer[], loss: readonly CaffeLayer[], loader: DataLayer | null): Message => {
    const head = [...notesOf(plan, blobs, loader), ...remarks(plan, loader)];
    const all = [...data, ...layers, ...loss].map(layerField);
    return message([field("name", plan.net, head), ...all]);
  };
  const files = new Map([["deploy.prototxt", net(inputs, [], null)]]);
  if (plan.train === null) return { files, layers, departures: [] };

  const train = dataLayer(plan, plan.train["data"], "train.txt");
  const validation = dataLayer(plan, plan.train["validate"], "val.txt");
  const loss = losses(plan, lowered);
  const made = solver(plan, plan.train, train, validation, loss.said);
  files.set("train.prototxt", net([train.layer], loss.layers, train));
  files.set("val.prototxt", net([validation.layer], loss.layers, validation));
  files.set("solver.prototxt", made.text);
  return { files, layers, departures: made.departures };
}

/** One layer for each input, of a valid size. */
function inputLayers(plan: Plan, free: (wanted: string) => string): CaffeLayer[] {
  const blobs = inputBlobs(plan);
  return plan.inputs.map(({ name, channels, height, width }) => {
    const blob = blobs.get(name) ?? name;
    const dims = [1, channels, deploySize(plan, height), deploySize(plan, width)];
    const shape = message(dims.map((dim) => field("dim", dim)));
    return {
      name: plan.inputs.length === 1 ? free("input") : blob,
      type: "Input",
      bottoms: [],
      tops: [blob],
      settings: [parameters("input_param", { shape })],
    };
  });
}

function notesOf(plan: Plan, blobs: ReadonlyMap<string, string>, loader: DataLayer | null): string[] {
  const files = labelFiles(plan);
  return printNotes({
    inputs: plan.inputs.map((input) => inputNote(plan, input, loader)),
    outputs: plan.outputs.map(({ name, value, labels, ignore }): OutputNote => ({
      blob: blobs.get(value) ?? value,
      name,
      ...(labels !== null && { labels: files.get(labels) ?? labels.name }),
      ...(ignore !== null && loader === null && { ignore }),
    })),
    derived: plan.crops.filter(({ stated }) => stated === null).map(({ layer }) => layer),
    dense: plan.tensors.filter(({ denseShape }) => denseShape !== null).map(({ layer }) => layer),
    targets: plan.targets,
  });
}

function inputNote(plan: Plan, input: PlanInput, loader: DataLayer | null): InputNote {
  const { name, format, height, width } = input;
  const blob = inputBlobs(plan).get(name) ?? name;
  const mean = meanOf(plan, input);
  const preprocess = plan.operations.find(({ op, inputs }) => op === "preprocess" && inputs[0] === name);
  const common = {
    blob,
    name,
    format,
    ...(height !== "H" && { height }),
    ...(width !== "W" && { width }),
  };
  if (preprocess?.op !== "preprocess" || (mean !== null && loader?.saysMean)) return common;
  const { scale, offset, log } = preprocess;
  const means = offset.map((shift, channel) => meanBehind(shift, scale[channel] ?? 1));
  return {
    ...common,
    ...(means.some((value) => value !== 0) && { mean: means }),
    ...(scale.some((factor) => factor !== 1) && { scale }),
    ...(log && { log: true }),
  };
}

/** The mean of which the plan's offset is the product with -scale: the shortest number that gives it to the bit. */
function meanBehind(shift: number, scale: number): number {
  const mean = 0 - shift / scale;
  const short = Number(mean.toPrecision(15));
  return 0 - scale * short === shift ? short : mean;
}

const FED: Readonly<Record<PlanInput["format"], string>> = {
  bgr: "blue, green and red of 0..255",
  rgb: "red, green and blue of 0..255",
  gray: "gray of 0..255",
  raw: "numbers as they are",
};

/** For people. */
function remarks(plan: Plan, loader: DataLayer | null): string[] {
  if (loader !== null) return [`${plan.net}, compiled by fcnc (${plan.digest}).`];
  const valid = Object.values(plan.validFor).map(({ text }) => text);
  return [
    `${plan.net}, compiled by fcnc (${plan.digest}).`,
    ...plan.inputs.map((input) => {
      const { mean, scale, log } = inputNote(plan, input, null);
      const steps = [
        FED[input.format],
        ...(log ? ["their logarithm"] : []),
        ...(mean === undefined ? [] : [`less ${mean.join(", ")}`]),
        ...(scale === undefined ? [] : [`times ${scale.join(", ")}`]),
      ];
      return `\`${inputBlobs(plan).get(input.name)}\` is fed preprocessed: ${steps.join(", ")}.`;
    }),
    ...(valid.length === 0
      ? []
      : [`It works for ${valid.join(", ")}; the size below is one of them, and Reshape takes it to others.`]),
  ];
}
