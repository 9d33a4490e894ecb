import { basename } from "node:path";
import { RandomAccessFile } from "./file.js";
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
  async open(path, limits) {
    const file = await RandomAccessFile.open(path, limits);
    try {
      const array = await readNumpyArray(path, basename(path).replace(/\.npy$/i, ""), file, limits);
      return new NumpyTensors("npy", path, [array], () => file.close());
    } catch (error) {
      await file.close();
      throw error;
    }
  },
  write: null,
};
