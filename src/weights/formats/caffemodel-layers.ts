/**
 * The layers with weights of a NetParameter, in its three layouts: `layer` (field 100) with types in words, `layers`
 * (field 2) with types as numbers (V1), and in those a `layer` of their own (V0).
 */
import { readBlob, type Blob } from "./caffemodel-blob.js";
import { beyond } from "./limits.js";
import { shorten } from "./names.js";
import { WIRE, type ProtobufCursor } from "./protobuf-cursor.js";

export interface WeightedLayer {
  readonly name: string;
  /** As Caffe names it today: `Convolution`; empty where the file does not say, or names one without weights. */
  readonly type: string;
  readonly blobs: readonly Blob[];
}

export interface Model {
  /** The net's. */
  readonly name: string;
  readonly layers: readonly WeightedLayer[];
  /** Layers in all, with and without weights. */
  readonly count: number;
}

/** Numbers of fields, by the layout. */
interface Layout {
  readonly name: number;
  readonly type: number;
  readonly blobs: number;
  /** A message in which the fields of an older layout lie. */
  readonly nested: Layout | null;
}

const V0: Layout = { name: 1, type: 2, blobs: 50, nested: null };
const V1: Layout = { name: 4, type: 5, blobs: 6, nested: V0 };
const V2: Layout = { name: 1, type: 2, blobs: 7, nested: null };

const NET = { name: 1, layers: 2, layer: 100 } as const;
const V0_FIELD = 1;

/** V1LayerParameter.LayerType, as far as such layers have weights. */
const V1_TYPES: ReadonlyMap<number, string> = new Map([
  [4, "Convolution"],
  [14, "InnerProduct"],
  [39, "Deconvolution"],
]);

const V0_TYPES: Readonly<Record<string, string>> = { conv: "Convolution", innerproduct: "InnerProduct" };

/** @throws {WeightsError} */
export async function readModel(cursor: ProtobufCursor): Promise<Model> {
  const { size } = cursor.file;
  const layers: WeightedLayer[] = [];
  let name = "";
  let count = 0;
  let tensors = 0;
  for (let tag = await cursor.tag(size); tag !== null; tag = await cursor.tag(size)) {
    if (tag.wire !== WIRE.bytes) await cursor.skip(tag, size);
    else if (tag.field === NET.name) name = await cursor.text(size);
    else if (tag.field === NET.layer || tag.field === NET.layers) {
      const end = await cursor.delimited(size);
      const layer = { name: "", type: "", blobs: [] };
      await readLayer(cursor, end, tag.field === NET.layer ? V2 : V1, layer);
      count++;
      tensors += layer.blobs.length;
      if (tensors > cursor.limits.tensors)
        throw beyond(
          cursor.file.path,
          `it has more than the ${cursor.limits.tensors} tensors that are read`,
          "tensors",
        );
      if (layer.blobs.length > 0) layers.push(layer);
    } else await cursor.skip(tag, size);
  }
  return { name, layers, count };
}

async function readLayer(
  cursor: ProtobufCursor,
  end: number,
  layout: Layout,
  into: { name: string; type: string; readonly blobs: Blob[] },
): Promise<void> {
  for (let tag = await cursor.tag(end); tag !== null; tag = await cursor.tag(end)) {
    const { field, wire } = tag;
    if (wire === WIRE.varint && field === layout.type) into.type = V1_TYPES.get(await cursor.varint(end)) ?? "";
    else if (wire !== WIRE.bytes) await cursor.skip(tag, end);
    else if (field === layout.name) into.name = await cursor.text(end);
    else if (field === layout.type) {
      const type = await cursor.text(end);
      into.type = layout === V0 ? (V0_TYPES[type] ?? "") : type;
    } else if (field === layout.blobs) {
      // A layer's name mostly comes before its blobs, and need not.
      const what = `blob ${into.blobs.length} of layer \`${shorten(into.name)}\``;
      into.blobs.push(await readBlob(cursor, await cursor.delimited(end), what));
    } else if (layout.nested !== null && field === V0_FIELD)
      await readLayer(cursor, await cursor.delimited(end), layout.nested, into);
    else await cursor.skip(tag, end);
  }
}
