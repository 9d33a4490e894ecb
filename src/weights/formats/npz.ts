import { WeightsError } from "../errors.js";
import type { WeightSource } from "../source.js";
import { writeAside } from "./aside.js";
import type { RandomAccessFile } from "./file.js";
import type { WeightFormat, WriteOptions } from "./format.js";
import type { ReadLimits } from "./limits.js";
import { shorten, staysInside } from "./names.js";
import { npyHeader } from "./npy-header.js";
import { NUMPY_TYPES, NumpyTensors, readNumpyArray, type NumpyArray } from "./numpy-arrays.js";
import { bytesOfTensor, progressOf, tensorsToWrite } from "./tensor-bytes.js";
import { ZipArchive } from "./zip-archive.js";
import { isZip, type ZipMember } from "./zip-directory.js";
import { ZipWriter } from "./zip-writer.js";

const SUFFIX = ".npy";

/** A zip archive of `.npy` files, as `numpy.savez` and `savez_compressed` write it. */
export const npz: WeightFormat = {
  name: "npz",
  summary: "NumPy's archive of named arrays",
  extensions: [".npz"],
  recognises: isZip,
  // NumPy has no type for the others; a bfloat16 is a float32 with zeros behind it.
  holds: (dtype) => (dtype === "BF16" ? "F32" : typeOf(dtype) === undefined ? null : dtype),
  open: openNpz,
  write: writeNpz,
};

const typeOf = (dtype: string): string | undefined => {
  const found = NUMPY_TYPES.find(([, name]) => name === dtype)?.[0];
  return found === undefined ? undefined : `${found.endsWith("1") ? "|" : "<"}${found}`;
};

async function openNpz(file: RandomAccessFile, limits: ReadLimits): Promise<NumpyTensors> {
  const { path } = file;
  const archive = await ZipArchive.open(file, limits);
  try {
    refuseOthers(path, archive.members);
    const arrays: NumpyArray[] = [];
    for (const member of archive.members) {
      const name = member.name.slice(0, -SUFFIX.length);
      const title = `${path}: array \`${shorten(name)}\``;
      arrays.push(await readNumpyArray(title, name, archive.bytesOf(member), limits));
    }
    return new NumpyTensors("npz", path, arrays, () => archive.close());
  } catch (error) {
    await archive.close();
    throw error;
  }
}

/** What is said of a checkpoint that `torch.save` wrote. */
export const OF_PYTORCH =
  "it is a checkpoint of PyTorch, which is Python's pickle and never read, as reading it runs its code. " +
  "Save its tensors as safetensors: `safetensors.torch.save_file(model.state_dict(), file)`.";

/** Other things that are zip archives too. */
function refuseOthers(path: string, members: readonly ZipMember[]): void {
  const has = (end: string): boolean => members.some(({ name }) => name === end || name.endsWith(`/${end}`));
  if (has("data.pkl")) throw new WeightsError(`${path}: ${OF_PYTORCH}`);
  if (has("model.weights.h5"))
    throw new WeightsError(
      `${path}: it is a model of Keras. Its weights are in \`model.weights.h5\`, which \`unzip\` takes out of it.`,
    );
  const other = members.find(({ name }) => !name.endsWith(SUFFIX));
  if (other !== undefined)
    throw new WeightsError(
      `${path}: it is a zip archive, and its member \`${shorten(other.name)}\` is no array of NumPy. ` +
        "An npz holds `.npy` files alone.",
    );
}

/**
 * Writes all tensors of a source, stored as they are. Equal weights make equal files.
 * @throws {WeightsError}
 */
async function writeNpz(path: string, source: WeightSource, options: WriteOptions = {}): Promise<void> {
  const tensors = tensorsToWrite(npz, path, source);
  // Who unpacks the archive gets files of these names.
  const astray = tensors.find(({ name }) => !staysInside(name));
  if (astray !== undefined)
    throw new WeightsError(
      `${path}: tensor \`${shorten(astray.name)}\` would be a file outside of the folder that the archive is unpacked ` +
        "into. Leave it out (`--without`), or write another format.",
    );
  const progress = progressOf(tensors, options);
  await writeAside(path, async (file) => {
    const zip = new ZipWriter(file);
    for (const tensor of tensors) {
      const header = npyHeader(typeOf(tensor.dtype) ?? "", tensor.shape);
      const pieces = async function* () {
        yield header;
        for await (const piece of bytesOfTensor(source, tensor, options.signal)) {
          yield piece;
          progress(piece.length);
        }
      };
      await zip.add(`${tensor.name}${SUFFIX}`, header.length + tensor.bytes, pieces());
    }
    await zip.end();
  });
}
