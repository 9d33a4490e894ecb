/**
 * Keras 3 files a layer's tensors by its class and their number (`layers/conv2d_1/vars/0`) and keeps the layer's own name
 * as an attribute of `vars` (keras/src/saving/saving_lib.py, `_save_state`).
 */
import { within, type Hdf5Module } from "./hdf5-library.js";

const TEXT = 3;
/** Of a name; longer ones are none. */
const MOST_BYTES = 1024;
const VARS = /^(layers\/.*)\/vars\/\d+$/;

/** The names that layers bear, by the path of what holds their `vars`; of the layers that have one. */
export function kerasLayerNames(
  module: Hdf5Module,
  id: bigint,
  path: string,
  datasets: readonly string[],
): ReadonlyMap<string, string> {
  const groups = new Set(datasets.flatMap((dataset) => VARS.exec(dataset)?.[1] ?? []));
  const names = new Map<string, string>();
  for (const group of groups) {
    const name = within(path, `the name of \`${group}\``, () => textAttribute(module, id, `${group}/vars`, "name"));
    if (name !== null && name !== "") names.set(group, name);
  }
  return names;
}

/** Null where there is none, or where it is no single text. */
function textAttribute(module: Hdf5Module, id: bigint, group: string, name: string): string | null {
  if (!module.get_attribute_names(id, group).includes(name)) return null;
  const { type, size, shape, vlen } = module.get_attribute_metadata(id, group, name);
  if (type !== TEXT || shape === null || shape.length > 0 || size > MOST_BYTES) return null;
  const pointer = module["_malloc"](size);
  if (pointer === 0) throw new Error("no memory");
  try {
    module.get_attribute_data(id, group, name, BigInt(pointer));
    if (!vlen) return module.UTF8ToString(pointer, size);
    const text = new DataView(module.HEAPU8.buffer).getUint32(pointer, true);
    const told = text === 0 ? null : module.UTF8ToString(text, MOST_BYTES);
    module.reclaim_vlen_memory(id, group, name, BigInt(pointer));
    return told;
  } finally {
    module["_free"](pointer);
  }
}
