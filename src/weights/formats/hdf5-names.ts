/**
 * What people call the tensors that HDF5 files hold. Keras 2 has `model_weights/<layer>/<layer>/kernel:0`, Keras 3
 * `layers/<layer>/vars/0`, and a snapshot of Caffe `data/<layer>/0`.
 */

/** The names of these paths, in their order; the paths themselves where two would have one name. */
export function namesOf(paths: readonly string[]): string[] {
  const names = paths.map(nameOf);
  return new Set(names).size === names.length ? names : [...paths];
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
