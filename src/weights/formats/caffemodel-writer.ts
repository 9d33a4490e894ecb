/**
 * Caffe's snapshots, written a few MiB at a time: a NetParameter (caffe.proto) whose layers have a name, a type and
 * blobs with a BlobShape and packed data, which is all that Caffe looks for when it loads weights.
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { WeightsError } from "../errors.js";
import type { TensorInfo, WeightSource } from "../source.js";
import { writeAside } from "./aside.js";
import type { WriteOptions } from "./format.js";
import { shorten } from "./names.js";
import { elementsOf } from "./stored.js";
import { bytesOfTensor, progressOf, tensorsToWrite, type WrittenTensor } from "./tensor-bytes.js";

/** A layer with weights: `tensors` are names in a source, one a blob. */
export interface CaffeLayerWeights {
  readonly name: string;
  /** As Caffe names it: `Convolution`. */
  readonly type: string;
  readonly blobs: readonly (string | ConstantBlob)[];
}

/** A small blob of one number throughout: what the statistics of BatchNorm are divided by. */
export interface ConstantBlob {
  readonly value: number;
  readonly shape: readonly number[];
}

/** Field numbers of caffe.proto. */
const NET = { name: 1, layer: 100 } as const;
const LAYER = { name: 1, type: 2, blobs: 7 } as const;
const BLOB = { data: 5, shape: 7, double_data: 8 } as const;
const SHAPE_DIM = 1;
/** What Caffe reads at most (`kProtoReadBytesLimit` of io.cpp), and protobuf's messages hold. */
const MAX_BYTES = 2 ** 31 - 1;
const FLOAT_BYTES = 4;

const HOLDS: Readonly<Record<string, string>> = { F32: "F32", F16: "F32", BF16: "F32", F64: "F64" };

/** A blob's numbers are float, or double; half precision is written as float. */
export const caffemodelHolds = (dtype: string): string | null => HOLDS[dtype] ?? null;

const format = { name: "caffemodel", holds: caffemodelHolds } as const;

/** What stands before the bytes of a tensor, and the tensor; or bytes alone. */
interface Part {
  readonly head: Uint8Array;
  readonly tensor: WrittenTensor | null;
}

/**
 * Writes layers with the tensors of a source. The file takes its name when it is complete.
 *
 * @throws {WeightsError} when it cannot be written, or would be larger than Caffe reads; or whatever the source throws.
 */
export async function writeCaffemodel(
  path: string,
  net: string,
  layers: readonly CaffeLayerWeights[],
  source: WeightSource,
  options: WriteOptions = {},
): Promise<void> {
  const tensors = new Map(tensorsToWrite(format, path, source).map((tensor) => [tensor.name, tensor]));
  const parts = layers.map((layer) => layerParts(layer, tensors));
  const name = new BinaryWriter().tag(NET.name, WireType.LengthDelimited).string(net).finish();
  const bytes = parts.flat().reduce((sum, part) => sum + lengthOf(part), name.length);
  if (bytes > MAX_BYTES)
    throw new WeightsError(
      `${path}: a caffemodel of ${bytes} bytes is more than the 2 GiB that Caffe reads. Write another format.`,
    );
  const progress = progressOf([...tensors.values()], options);
  await writeAside(path, async (file) => {
    await file.write(name);
    for (const { head, tensor } of parts.flat()) {
      await file.write(head);
      if (tensor === null) continue;
      for await (const piece of bytesOfTensor(source, tensor, options.signal)) {
        await file.write(piece);
        progress(piece.length);
      }
    }
  });
}

const lengthOf = ({ head, tensor }: Part): number => head.length + (tensor?.bytes ?? 0);

/** A layer's bytes: each length stands before what it is of, so they are made from the inside out. */
function layerParts(layer: CaffeLayerWeights, tensors: ReadonlyMap<string, WrittenTensor>): Part[] {
  const blobs = layer.blobs.map((blob) => {
    if (typeof blob !== "string") return constantPart(blob);
    const tensor = tensors.get(blob);
    if (tensor === undefined) throw new RangeError(`${layer.name}: there is no tensor ${blob}`);
    return { head: blobHead(tensor), tensor };
  });
  const start = new BinaryWriter()
    .tag(LAYER.name, WireType.LengthDelimited)
    .string(layer.name)
    .tag(LAYER.type, WireType.LengthDelimited)
    .string(layer.type)
    .finish();
  const length = blobs.reduce((sum, part) => sum + lengthOf(part), start.length);
  const head = new BinaryWriter().tag(NET.layer, WireType.LengthDelimited).uint32(length).raw(start).finish();
  return [{ head, tensor: null }, ...blobs];
}

/** What stands before the data of a blob [..shape]: its own tag and length, its shape, the data's tag and length. */
function blobHead({ shape, dtype, bytes }: Pick<WrittenTensor, "shape" | "dtype" | "bytes">): Uint8Array {
  const dims = new BinaryWriter();
  for (const dim of shape) dims.int64(dim);
  const packed = dims.finish();
  const shapeMessage = new BinaryWriter().tag(SHAPE_DIM, WireType.LengthDelimited).bytes(packed).finish();
  const inside = new BinaryWriter()
    .tag(BLOB.shape, WireType.LengthDelimited)
    .bytes(shapeMessage)
    .tag(dtype === "F64" ? BLOB.double_data : BLOB.data, WireType.LengthDelimited)
    .uint32(bytes)
    .finish();
  return new BinaryWriter()
    .tag(LAYER.blobs, WireType.LengthDelimited)
    .uint32(inside.length + bytes)
    .raw(inside)
    .finish();
}

function constantPart({ value, shape }: ConstantBlob): Part {
  const data = new Uint8Array(FLOAT_BYTES * elementsOf(shape));
  const view = new DataView(data.buffer);
  for (let at = 0; at < data.length; at += FLOAT_BYTES) view.setFloat32(at, value, true);
  const head = blobHead({ shape, dtype: "F32", bytes: data.length });
  return { head: new BinaryWriter().raw(head).raw(data).finish(), tensor: null };
}

/**
 * Layers made of tensors by their names, `<layer>.weight` and `<layer>.bias`, in the source's order. Batch
 * normalization (PyTorch's four vectors) becomes Caffe's two layers: BatchNorm with statistics that are divided by 1,
 * and `<layer>/scale`. Types are told by shapes, as Caffe goes by names alone.
 *
 * @throws {WeightsError} when a tensor's name is not of this form.
 */
export function layersByName(path: string, tensors: Iterable<TensorInfo>): CaffeLayerWeights[] {
  const layers = new Map<string, Map<string, TensorInfo>>();
  for (const tensor of tensors) {
    const at = tensor.name.lastIndexOf(".");
    const key = tensor.name.slice(at + 1);
    if (key === "num_batches_tracked") continue;
    if (at < 1 || !KEYS.has(key))
      throw new WeightsError(
        `${path}: a caffemodel holds the weights of layers, and \`${shorten(tensor.name)}\` is not named \`<layer>.weight\` or ` +
          `\`<layer>.bias\`. Rename it, or leave it out.`,
      );
    const layer = tensor.name.slice(0, at);
    layers.set(layer, (layers.get(layer) ?? new Map<string, TensorInfo>()).set(key, tensor));
  }
  return [...layers].flatMap(([name, keys]) => layersOf(name, keys));
}

const STATISTICS = ["running_mean", "running_var"] as const;
const LEARNED = ["weight", "bias"] as const;
const KEYS: ReadonlySet<string> = new Set([...STATISTICS, ...LEARNED]);

function layersOf(name: string, keys: ReadonlyMap<string, TensorInfo>): CaffeLayerWeights[] {
  const present = (wanted: readonly string[]): string[] =>
    wanted.flatMap((key) => {
      const tensor = keys.get(key);
      return tensor === undefined ? [] : [tensor.name];
    });
  const statistics = present(STATISTICS);
  const learned = present(LEARNED);
  const dimensions = keys.get("weight")?.shape.length;
  const type =
    dimensions === 4 ? "Convolution" : dimensions === 2 ? "InnerProduct" : dimensions === 1 ? "Scale" : "Bias";
  if (statistics.length === 0) return [{ name, type, blobs: learned }];
  const norm = { name, type: "BatchNorm", blobs: [...statistics, { value: 1, shape: [1] }] };
  return learned.length === 0 ? [norm] : [norm, { name: `${name}/scale`, type: "Scale", blobs: learned }];
}

/**
 * Writes a source whose tensors are named by layers.
 * @throws {WeightsError} as `layersByName` and `writeCaffemodel` do.
 */
export async function writeCaffemodelByName(path: string, source: WeightSource, options?: WriteOptions): Promise<void> {
  const layers = layersByName(path, source.tensors.values());
  await writeCaffemodel(path, options?.metadata?.["name"] ?? "", layers, source, options);
}
