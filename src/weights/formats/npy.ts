import { basename } from "node:path";
import type { WeightFormat } from "./format.js";
import { isNpy } from "./npy-header.js";
import { NumpyTensors, readNumpyArray } from "./numpy-arrays.js";

/** One array, which is named after its file. */
export const npy: WeightFormat = {
  name: "npy",
  summary: "NumPy's format of one array, named after the file",
  extensions: [".npy"],
  recognises: isNpy,
  holds: () => null,
  async open(file, limits) {
    const { path } = file;
    const array = await readNumpyArray(path, basename(path).replace(/\.npy$/i, ""), file, limits);
    return new NumpyTensors("npy", path, [array], () => file.close());
  },
  write: null,
};
