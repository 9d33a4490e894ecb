/** What the inputs of a net are: how many channels, in which order, and what is subtracted from them. */
import { DATASETS } from "../datasets.js";
import type { InputNote, Notes } from "../notes.js";
import { parseParamStr, type PythonValue } from "../param-str.js";
import type { CaffeLayer } from "../net.js";
import type { Feed } from "./wire.js";

export interface Preprocessing {
  readonly channels: number;
  readonly format: InputNote["format"];
  /** In the order of the channels, as Caffe subtracts it. */
  readonly mean: readonly number[] | null;
  readonly scale: readonly number[] | null;
  readonly log: boolean;
  /** Where the mean is from, for a comment; null where nothing says what is subtracted. */
  readonly source: string | null;
}

/** Means that the data layers of shelhamer/fcn.berkeleyvision.org have in their code, by what they load. */
const CODED: Readonly<Record<string, Omit<Preprocessing, "source" | "scale">>> = {
  "nyud.color": { channels: 3, format: "bgr", mean: [116.19, 97.203, 92.318], log: false },
  "nyud.hha": { channels: 3, format: "raw", mean: [132.431, 94.076, 118.477], log: false },
  "nyud.depth": { channels: 1, format: "raw", mean: [7.844], log: true },
  "siftflow.image": { channels: 3, format: "bgr", mean: [114.578, 115.294, 108.353], log: false },
  "pascal_context.image": { channels: 3, format: "bgr", mean: [104.007, 116.669, 122.679], log: false },
};

/** Mean images by the path under which a data layer names them: the mean of each channel. */
export type MeanFiles = ReadonlyMap<string, readonly number[]>;

/** Null where nothing says how many channels it has. */
export function preprocessingOf(feed: Feed, notes: Notes, means: MeanFiles): Preprocessing | null {
  const note = notes.inputs.find(({ blob }) => blob === feed.blob);
  const found = feed.layers.map(({ layer, top }) => ofLayer(layer, top, means)).find((each) => each !== null) ?? null;
  const channels = channelsOf(feed) ?? note?.mean?.length ?? found?.channels ?? null;
  if (note !== undefined)
    return {
      channels: channels ?? 3,
      format: note.format,
      mean: note.mean ?? found?.mean ?? null,
      scale: note.scale ?? null,
      log: note.log ?? false,
      source: "a note",
    };
  if (found !== null && (channels === null || channels === found.channels || found.mean === null))
    return { ...found, channels: channels ?? found.channels };
  if (channels === null) return null;
  const format = channels === 3 ? "bgr" : "raw";
  return { channels, format, mean: null, scale: null, log: false, source: null };
}

/** As the input or its layer says, in its second dimension. */
function channelsOf({ input, layers }: Feed): number | null {
  const stated = input?.dims[1];
  if (stated !== undefined) return stated;
  for (const { layer, top } of layers) {
    const shapes = shapesOf(layer);
    const channels = (shapes[top] ?? shapes[0])?.[1];
    if (channels !== undefined) return channels;
  }
  return null;
}

/** The dimensions that Input, DummyData and MemoryData state. */
function shapesOf(layer: CaffeLayer): number[][] {
  const { fields } = layer;
  if (layer.type === "Input")
    return fields
      .within("input_param")
      .several("shape")
      .map((shape) => shape.counts("dim"));
  if (layer.type === "MemoryData") {
    const memory = fields.within("memory_data_param");
    const channels = memory.count("channels");
    return channels === null ? [] : [[memory.count("batch_size") ?? 1, channels]];
  }
  if (layer.type !== "DummyData") return [];
  const dummy = fields.within("dummy_data_param");
  const shapes = dummy.several("shape").map((shape) => shape.counts("dim"));
  return shapes.length > 0 ? shapes : dummy.counts("channels").map((channels) => [1, channels]);
}

function ofLayer(layer: CaffeLayer, top: number, means: MeanFiles): Preprocessing | null {
  if (layer.type === "Python") return ofPython(layer, top);
  if (top !== 0) return null;
  const transform = layer.fields.within("transform_param");
  const values = transform.numbers("mean_value");
  const file = transform.text("mean_file") ?? oldMeanFile(layer);
  const factor = transform.number("scale");
  const fromFile = file === null ? undefined : means.get(file);
  const mean = values.length > 0 ? values : (fromFile ?? null);
  const isImage = ["Data", "ImageData", "WindowData"].includes(layer.type);
  if (mean === null && factor === null && !isImage) return null;
  const isGray = transform.flag("force_gray") === true || mean?.length === 1;
  const channels = isGray && !(transform.flag("force_color") ?? false) ? 1 : 3;
  return {
    channels,
    format: channels === 1 ? "gray" : "bgr",
    mean,
    scale: factor === null || factor === 1 ? null : [factor],
    log: false,
    source:
      values.length > 0 ? "`mean_value`" : fromFile === undefined ? null : `\`${file}\`, its mean over all pixels`,
  };
}

/** Where data layers of 2013 named their mean. */
export function oldMeanFile({ fields }: CaffeLayer): string | null {
  for (const name of ["data_param", "image_data_param", "window_data_param"])
    if (fields.has(name)) return fields.within(name).text("mean_file");
  return null;
}

/** `param_str` as a dictionary. */
export function pythonSettings({ fields }: CaffeLayer): {
  readonly module: string | null;
  readonly layer: string | null;
  readonly settings: { readonly [key: string]: PythonValue };
} {
  const python = fields.within("python_param");
  const value = parseParamStr(python.text("param_str") ?? "");
  const settings = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  return {
    module: python.text("module"),
    layer: python.text("layer"),
    settings: settings as { readonly [key: string]: PythonValue },
  };
}

function ofPython(layer: CaffeLayer, top: number): Preprocessing | null {
  const { module, layer: className, settings } = pythonSettings(layer);
  const mean = settings["mean"];
  const numbers = typeof mean === "number" ? [mean] : mean;
  if (Array.isArray(numbers) && numbers.length > 0 && numbers.every((value) => typeof value === "number")) {
    const format = numbers.length === 3 ? "bgr" : "raw";
    return { channels: numbers.length, format, mean: numbers, scale: null, log: false, source: "`param_str`" };
  }
  const dataset = DATASETS.find((known) => known.module === module && known.layer === className);
  if (dataset === undefined) return null;
  const tops = settings["tops"];
  const what = Array.isArray(tops) ? String(tops[top] ?? "") : "image";
  const key = `${dataset.name}.${what}`;
  const coded = Object.hasOwn(CODED, key) ? CODED[key] : undefined;
  return coded === undefined ? null : { ...coded, scale: null, source: `the code of ${className}` };
}
