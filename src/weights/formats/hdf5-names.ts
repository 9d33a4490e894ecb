/**
 * What people call the tensors that HDF5 files hold. Keras 2 has `model_weights/<layer>/<layer>/kernel:0`, Keras 3
 * `layers/<class>/vars/0`, and a snapshot of Caffe `data/<layer>/0`.
 */

/**
 * The names of these paths, in their order; the paths themselves where two would have one name.
 * @param layers what layers of Keras 3 are called, by their paths
 */
export function namesOf(paths: readonly string[], layers: ReadonlyMap<string, string> = new Map()): string[] {
  const taken = new Set(paths);
  const names = paths.map((path) => keras3Name(path, layers, taken) ?? nameOf(path));
  return new Set(names).size === names.length ? names : [...paths];
}

/** Keras's own names of a layer's tensors, in the order in which its class makes them. */
const TENSORS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^batch_normalization(_\d+)?$/, ["gamma", "beta", "moving_mean", "moving_variance"]],
  [/^depthwise_conv2d(_\d+)?$/, ["depthwise_kernel", "bias"]],
  [/^(conv2d|conv2d_transpose|dense)(_\d+)?$/, ["kernel", "bias"]],
];

/** `block1_conv1/kernel`; null where the file does not name the layer. What is not known by its class keeps its number. */
function keras3Name(path: string, layers: ReadonlyMap<string, string>, taken: ReadonlySet<string>): string | null {
  const [, group = "", index = ""] = /^(layers\/.*)\/vars\/(\d+)$/.exec(path) ?? [];
  const layer = layers.get(group);
  if (layer === undefined) return null;
  const keys = TENSORS.find(([kind]) => kind.test(group.slice(group.lastIndexOf("/") + 1)))?.[1] ?? [];
  // Normalization without gamma or beta has fewer: which one is lacking cannot be told.
  const isWhole = keys.length !== 4 || taken.has(`${group}/vars/3`);
  return `${layer}/${(isWhole ? keys[Number(index)] : undefined) ?? index}`;
}

function nameOf(path: string): string {
  const caffe = /^data\/(.+)\/(\d+)$/.exec(path);
  if (caffe !== null) return `${caffe[1]}.${["weight", "bias"][Number(caffe[2])] ?? caffe[2]}`;
  const keras = path
    .replace(/^model_weights\//, "")
    .replace(/:0$/, "")
    .replace(/\/vars\/(\d+)$/, "/$1")
    .replace(/^layers\//, "");
  // A layer's group holds a group of the layer's name.
  const parts = keras.split("/");
  return parts[0] === parts[1] && parts.length > 2 ? parts.slice(1).join("/") : keras;
}
