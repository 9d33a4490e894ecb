/** Where the images of a training net come from. */
import { DATASETS, type Dataset } from "../../src/caffe/datasets.js";
import { field, message } from "../../src/caffe/message.js";
import type { Plan, PlanInput, PlanSettings, PlanValue } from "../../src/model/plan.js";
import type { CaffeLayer } from "./layer.js";
import { inputBlobs, labelBlobs } from "./names.js";

export interface DataLayer {
  readonly layer: CaffeLayer;
  /** What the layer says of the recipe's `data` or `validate`, and nothing where it is a list of files. */
  readonly said: PlanValue | null;
  /** Images that are loaded at a time. */
  readonly batch: number;
  /** Images in all, where that is known. */
  readonly images: number | null;
  /** Whether it says the mean of the input, so that no note does. */
  readonly saysMean: boolean;
}

/**
 * The Python layer of the published FCNs where a recipe names their data, otherwise Caffe's HDF5Data, which loads maps
 * for images and labels of any size with what every Caffe has.
 *
 * @param call `data` or `validate` of the recipe
 * @param source the list of HDF5 files
 */
export function dataLayer(plan: Plan, call: PlanValue | undefined, source: string): DataLayer {
  const tops = [...inputBlobs(plan).values(), ...labelBlobs(plan)];
  const known = isCall(call) ? DATASETS.find(({ name }) => name === call.call) : undefined;
  const loaded = known !== undefined && isCall(call) ? pythonLayer(plan, known, call.arguments, tops) : null;
  return loaded ?? fileLayer(plan, tops, source);
}

function pythonLayer(plan: Plan, dataset: Dataset, settings: PlanSettings, tops: readonly string[]): DataLayer | null {
  const { split, seed, ...others } = settings;
  const [input] = plan.inputs;
  if (typeof split !== "string" || (seed !== undefined && typeof seed !== "number") || input === undefined) return null;
  if (Object.keys(others).length > 0 || plan.outputs.length !== (dataset.name === "siftflow" ? 2 : 1)) return null;
  if (!dataset.hasTops && (plan.inputs.length !== 1 || input.format !== "bgr")) return null;
  const mean = dataset.hasMean ? meanOf(plan, input) : null;
  if (dataset.hasMean && mean === null) return null;
  const entries = [
    `'${dataset.folderKey}': '${dataset.folder}'`,
    ...Object.entries(dataset.more ?? {}).map(([key, value]) => `'${key}': '${value}'`),
    ...(seed === undefined ? [] : [`'seed': ${seed}`]),
    `'split': '${split}'`,
    ...(mean === null ? [] : [`'mean': (${mean.join(", ")})`]),
    ...(dataset.hasTops ? [`'tops': [${[...plan.inputs.map(({ name }) => `'${name}'`), "'label'"].join(", ")}]`] : []),
  ];
  const parameters = [
    field("module", dataset.module),
    field("layer", dataset.layer),
    field("param_str", `{${entries.join(", ")}}`),
  ];
  return {
    layer: {
      name: tops[0] ?? "data",
      type: "Python",
      bottoms: [],
      tops,
      settings: [field("python_param", message(parameters))],
    },
    said: { call: dataset.name, arguments: settings },
    batch: 1,
    images: dataset.images[split] ?? null,
    saysMean: mean !== null,
  };
}

/** What preprocessing subtracts and does no more, in the order of the blob's channels; null where it does more. */
export function meanOf(plan: Plan, input: PlanInput): readonly number[] | null {
  const { op, ...preprocess } = plan.operations.find(
    (operation) => operation.op === "preprocess" && operation.inputs[0] === input.name,
  ) ?? { op: null };
  if (op !== "preprocess" || !("scale" in preprocess) || preprocess.log) return null;
  return preprocess.scale.every((factor) => factor === 1) ? preprocess.offset.map((offset) => 0 - offset) : null;
}

function fileLayer(plan: Plan, tops: readonly string[], source: string): DataLayer {
  const declared = plan.train?.["batch"];
  const batch = typeof declared === "number" ? declared : 1;
  const settings = message([field("source", source), field("batch_size", batch)]);
  return {
    layer: {
      name: tops[0] ?? "data",
      type: "HDF5Data",
      bottoms: [],
      tops,
      settings: [field("hdf5_data_param", settings)],
    },
    said: null,
    batch,
    images: null,
    saysMean: false,
  };
}

interface PlanCall {
  readonly call: string;
  readonly arguments: PlanSettings;
}

/** `sbdd(split: "train")` among a recipe's values. */
export const isCall = (value: PlanValue | undefined): value is PlanCall & PlanSettings =>
  typeof value === "object" && "call" in value && typeof value.call === "string" && isSettings(value["arguments"]);

const isSettings = (value: PlanValue | undefined): value is PlanSettings =>
  typeof value === "object" && !Array.isArray(value);
