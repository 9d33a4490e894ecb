import { WeightsError } from "../errors.js";
import type { TensorInfo } from "../source.js";
import { readBlob, type Blob } from "./caffemodel-blob.js";
import { readModel, type Model } from "./caffemodel-layers.js";
import { keyOf, shapeOf } from "./caffemodel-names.js";
import { caffemodelHolds, writeCaffemodelByName } from "./caffemodel-writer.js";
import { ELEMENT_TYPES } from "./element-types.js";
import type { RandomAccessFile } from "./file.js";
import type { WeightFormat } from "./format.js";
import type { ReadLimits } from "./limits.js";
import { shorten } from "./names.js";
import type { Pieces } from "./pieces.js";
import { ProtobufCursor } from "./protobuf-cursor.js";
import { StoredTensors } from "./stored.js";

/**
 * A NetParameter in protobuf's wire format, as Caffe's snapshots are (caffe.proto), or a lone BlobProto with a mean
 * image, which gives one tensor `mean` [1, C, H, W].
 *
 * The statistics of BatchNorm are stored as sums with the number that they are to be divided by. They are read divided,
 * as what they are called: `running_mean` and `running_var`. Where fcnc wrote the file, the Scale `<layer>/scale` behind
 * a BatchNorm has that layer's `weight` and `bias`.
 */
export const caffemodel: WeightFormat = {
  name: "caffemodel",
  summary: "Caffe's snapshots (protobuf), and its mean images (.binaryproto)",
  extensions: [".caffemodel", ".binaryproto"],
  // Protobuf has no mark of its own; what does not belong is told when it is opened.
  recognises: (_start, path) => /\.(caffemodel|binaryproto)$/i.test(path),
  open: openCaffemodel,
  holds: caffemodelHolds,
  write: writeCaffemodelByName,
};

interface Entry extends TensorInfo {
  readonly data: Pieces;
  /** What each number is multiplied by; 1 leaves it as it is. */
  readonly factor: number;
}

async function openCaffemodel(file: RandomAccessFile, limits: ReadLimits): Promise<CaffemodelFile> {
  const { path } = file;
  await refuseOthers(file);
  if (/\.binaryproto$/i.test(path)) {
    const cursor = new ProtobufCursor(file, limits, "mean image of Caffe (BlobProto)");
    const { shape, dtype, data } = await readBlob(cursor, file.size, "the mean image");
    return new CaffemodelFile(file, [{ name: "mean", shape, dtype, data, factor: 1 }], "");
  }
  const model = await readModel(new ProtobufCursor(file, limits, "caffemodel"));
  if (model.layers.length === 0)
    throw new WeightsError(
      `${path}: ${model.count === 0 ? "it holds no layers" : `none of its ${model.count} layers has weights`}. ` +
        `A caffemodel with weights is what Caffe's solver writes as a snapshot.`,
    );
  return new CaffemodelFile(file, await entriesOf(file, model), model.name);
}

/** Files that are often found under the name of a caffemodel. */
async function refuseOthers(file: RandomAccessFile): Promise<void> {
  const start = new Uint8Array(64);
  const text = new TextDecoder("latin1").decode(start.subarray(0, await file.readUpTo(0, start)));
  const refuse = (what: string): never => {
    throw new WeightsError(`${file.path}: ${what}`);
  };
  if (text === "") refuse("it is empty");
  if (start[0] === 0x89 && text.startsWith("HDF\r\n", 1))
    refuse(
      "it is a snapshot in HDF5 (`snapshot_format: HDF5`), and caffemodels are read in protobuf. Load it in Caffe and " +
        "save it with `net.save(...)`.",
    );
  if (text.startsWith("version https://git-lfs"))
    refuse("it is the pointer that Git LFS leaves in place of a file. `git lfs pull` gets the file itself.");
  if (/^\s*<(!doctype|html)/i.test(text)) refuse("it is a web page and no caffemodel. Was the download refused?");
  if (/^\s*(#|(name|layers?|input)\s*[:{])/.test(text))
    refuse("it is a text: a prototxt, which describes a net and has no weights. `fcnc import caffe` reads it.");
}

async function entriesOf(file: RandomAccessFile, { layers }: Model): Promise<Entry[]> {
  const entries: Entry[] = [];
  const seen = new Set<string>();
  const norms = new Set<string>();
  for (const { name, type, blobs } of layers) {
    if (seen.has(name))
      throw new WeightsError(
        `${file.path}: two layers with weights are called \`${shorten(name)}\`, and weights are found by name. ` +
          `Rename one in the prototxt and save the net again.`,
      );
    seen.add(name);
    if (type === "BatchNorm") norms.add(name);
    const below = name.replace(/\/scale$/, "");
    const owner = type === "Scale" && norms.has(below) ? below : name;
    const count = type === "BatchNorm" ? Math.min(2, blobs.length) : blobs.length;
    const factor = type === "BatchNorm" ? await statisticsFactor(file, name, blobs) : 1;
    for (const [index, { dtype, data }] of blobs.slice(0, count).entries())
      entries.push({ name: `${owner}.${keyOf(type, index)}`, shape: shapeOf(type, blobs, index), dtype, data, factor });
  }
  return entries;
}

/** What the sums of a BatchNorm are multiplied by (batch_norm_layer.cpp): 1 / blob 2, or 0 where that is 0. */
async function statisticsFactor(file: RandomAccessFile, layer: string, blobs: readonly Blob[]): Promise<number> {
  const blob = blobs[2];
  if (blob === undefined) return 1;
  if (blob.data.elements !== 1)
    throw new WeightsError(
      `${file.path}: blob 2 of the BatchNorm \`${shorten(layer)}\`, by which its statistics are divided, has ` +
        `${blob.data.elements} numbers and not 1`,
    );
  const bytes = new Uint8Array(blob.data.bytes);
  await blob.data.read(file, 0, bytes, `blob 2 of layer \`${shorten(layer)}\``);
  const view = new DataView(bytes.buffer);
  const divisor = blob.dtype === "F64" ? view.getFloat64(0, true) : view.getFloat32(0, true);
  if (divisor === 0) return 0;
  return blob.dtype === "F64" ? 1 / divisor : Math.fround(1 / divisor);
}

class CaffemodelFile extends StoredTensors<Entry> {
  readonly format = "caffemodel";
  readonly title: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, Entry>;
  readonly #file: RandomAccessFile;

  constructor(file: RandomAccessFile, entries: readonly Entry[], net: string) {
    super();
    this.#file = file;
    this.title = file.path;
    this.metadata = net === "" ? {} : { name: net };
    this.tensors = new Map(entries.map((entry) => [entry.name, entry]));
  }

  protected async fill(entry: Entry, start: number, into: Uint8Array): Promise<void> {
    await entry.data.read(this.#file, start, into, `tensor \`${shorten(entry.name)}\``);
    if (entry.factor !== 1) multiply(into, entry.dtype, entry.factor);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Numbers as they lie in a file, in place. */
function multiply(bytes: Uint8Array, dtype: string, factor: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = ELEMENT_TYPES[dtype]?.bytes ?? 4;
  for (let at = 0; at < bytes.length; at += size)
    if (size === 8) view.setFloat64(at, view.getFloat64(at, true) * factor, true);
    else view.setFloat32(at, view.getFloat32(at, true) * factor, true);
}
