/** What a source's tensors are called in the net. */
import { layouts, type Layout } from "./layouts.js";
import type { NameMap } from "./name-map.js";
import type { SourceSettings } from "./source-settings.js";

/** A layer and one of its tensors: `conv1_1` and `weight`. */
export interface TensorName {
  readonly layer: string;
  readonly key: string;
}

/**
 * Takes a file's name for a tensor apart. Keras writes `block1_conv1/kernel:0`, also with the layer twice
 * (`conv1/conv1/kernel:0`) and in old releases as `block1_conv1/block1_conv1_W_1:0`; PyTorch `features.0.weight`, in
 * checkpoints of several devices behind `module.`.
 */
export function readName(name: string, layout: Layout): TensorName {
  if (layout !== "keras") {
    const bare = name.startsWith("module.") ? name.slice("module.".length) : name;
    const at = bare.lastIndexOf(".");
    return at < 0 ? { layer: bare, key: "" } : { layer: bare.slice(0, at), key: bare.slice(at + 1) };
  }
  const parts = name.replace(/:0$/, "").split("/");
  const last = parts.pop() ?? "";
  const old = /^(.*)_(W|b)(?:_\d+)?$/.exec(last);
  if (old) return { layer: old[1] ?? "", key: old[2] === "W" ? "weight" : "bias" };
  if (parts.length === 0) {
    const at = last.lastIndexOf(".");
    return { layer: last.slice(0, Math.max(0, at)), key: KERAS_KEYS[last.slice(at + 1)] ?? last.slice(at + 1) };
  }
  const layer = parts.at(-1) === parts.at(-2) ? (parts.at(-1) ?? "") : parts.join("/");
  return { layer, key: KERAS_KEYS[last] ?? last };
}

const KERAS_KEYS: Readonly<Record<string, string | undefined>> = {
  kernel: "weight",
  depthwise_kernel: "weight",
  bias: "bias",
  gamma: "weight",
  beta: "bias",
  moving_mean: "running_mean",
  moving_variance: "running_var",
};

/** The net's name of a source's tensor, or null where the map knows no layer like it. */
export function netName(name: string, layout: Layout, settings: SourceSettings, map: NameMap | null): string | null {
  const { layer, key } = readName(name, layout);
  let local: string | null | undefined = layer;
  if (map !== null) local = Object.hasOwn(map.layers, layer) ? map.layers[layer] : null;
  if (local == null) return null;
  // As where a backbone is used: a layer of a block is `use.layer`, and it is the use that is renamed.
  const at = local.indexOf(".");
  const [use, rest] = at < 0 ? [local, ""] : [local.slice(0, at), local.slice(at)];
  const { rename, suffix } = settings;
  const renamed = own(rename, local) ?? `${own(rename, use) ?? `${use}${suffix}`}${rest}`;
  return key === "" ? renamed : `${renamed}.${key}`;
}

const own = (table: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** The layout of what a file holds, where nothing else is said. HDF5 is Keras's, but for Caffe's snapshots. */
export function layoutOfFile(format: string, names: Iterable<string>): Layout {
  if (format === "hdf5") return [...names].some((name) => name.includes("/")) ? "keras" : "caffe";
  return layouts.find((known) => format.startsWith(known)) ?? "pytorch";
}
