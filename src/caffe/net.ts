/** NetParameter as its file has it, with old forms upgraded: inputs, and layers with what all kinds of them have. */
import { caffeNotUnderstood, prototxtValue } from "../diagnostics/codes/caffe.js";
import { nearest } from "../diagnostics/suggest.js";
import { howToRaise, limitSettings } from "../limits.js";
import { CaffeFault } from "./fault.js";
import { Fields, type Origin } from "./fields.js";
import { isIdentifier, type Field, type Message } from "./message.js";
import { readNotes, type Notes } from "./notes.js";
import { readRules, type Rule } from "./phase.js";
import { V1_TYPES } from "./upgrade.js";

export interface BlobRateSpec {
  readonly rate: number;
  readonly decay: number;
}

export interface CaffeLayer {
  readonly name: string;
  /** As Caffe names it today. */
  readonly type: string;
  readonly bottoms: readonly string[];
  readonly tops: readonly string[];
  /** lr_mult and decay_mult, one a blob as far as they are given. */
  readonly rates: readonly BlobRateSpec[];
  readonly include: readonly Rule[];
  readonly exclude: readonly Rule[];
  /** For the parameters of its kind, and its place. */
  readonly fields: Fields;
}

export interface CaffeInput {
  readonly blob: string;
  /** Batch, channels, height, width; empty where the file does not say. */
  readonly dims: readonly number[];
  readonly field: Field;
}

export interface CaffeNet {
  readonly name: string | null;
  readonly inputs: readonly CaffeInput[];
  readonly layers: readonly CaffeLayer[];
  readonly notes: Notes;
  readonly file: string;
}

/** What a net says of how it is run, which a spec does not. */
const RUNNING = ["force_backward", "debug_info", "state"];

/** ResNet-152 has 700. */
const LAYER_LIMIT = limitSettings.limits.layers;

/** What layers say of how they are run. */
const LAYER_RUNNING = ["loss_weight", "propagate_down", "phase", "engine", "blob_share_mode"];

export function readNet(file: Message, origin: Origin): CaffeNet {
  const fields = new Fields(file, "the net", origin);
  fields.ignore(...RUNNING);
  const { notes, faulty } = readNotes(file);
  for (const comment of faulty)
    fields.fault(prototxtValue, `a note of fcnc is damaged: \`# ${comment.slice(0, 80)}\``, null, {
      help: ["delete the line; what it says is then taken from the net alone"],
    });
  const name = fields.text("name");
  const inputs = readInputs(fields);
  const layers: CaffeLayer[] = [];
  const count = file.fields.filter((field) => field.name === "layer" || field.name === "layers").length;
  if (count > LAYER_LIMIT)
    throw new CaffeFault(caffeNotUnderstood, `the net has ${count} layers, and at most ${LAYER_LIMIT} are read`, {
      help: [howToRaise("layers")],
    });
  for (const field of file.fields)
    if (field.name === "layer" || field.name === "layers") {
      const layer = readLayer(fields, field, origin);
      if (layer) layers.push(layer);
    }
  fields.ignore("layer", "layers");
  fields.finish();
  return { name, inputs, layers, notes, file: origin.file };
}

/** `input` with `input_dim`, four numbers each, or `input_shape`. */
function readInputs(fields: Fields): CaffeInput[] {
  const names = fields.texts("input");
  const dims = fields.counts("input_dim");
  const shapes = fields.several("input_shape").map((shape) => {
    const sizes = shape.counts("dim");
    shape.finish();
    return sizes;
  });
  if (dims.length > 0 && shapes.length === 0 && dims.length !== 4 * names.length)
    fields.fault(
      prototxtValue,
      `${names.length} inputs want ${4 * names.length} \`input_dim\`, and there are ${dims.length}`,
      fields.all("input_dim")[0] ?? null,
    );
  return names.map((blob, index) => ({
    blob,
    dims: shapes[index] ?? dims.slice(4 * index, 4 * index + 4),
    field: fields.all("input")[index] as Field,
  }));
}

function readLayer(net: Fields, field: Field, origin: Origin): CaffeLayer | null {
  const { value } = field;
  if (typeof value !== "object" || value.kind !== "message") {
    net.fault(prototxtValue, `\`${field.name}\` wants a message in braces`, field);
    return null;
  }
  const named = value.fields.find((inner) => inner.name === "name")?.value;
  const owner = typeof named === "string" ? `layer \`${named}\`` : "a layer without a name";
  const layer = new Fields(value, owner, origin, field.place);
  if (layer.has("layer")) {
    layer.fault(caffeNotUnderstood, "a net in the layout of 2013 (V0) is not understood", field, {
      help: ["Caffe's `upgrade_net_proto_text` writes it in the layout of today"],
    });
    return null;
  }
  layer.ignore(...LAYER_RUNNING, "blobs");
  const type = typeOf(layer);
  const name = layer.text("name") ?? "";
  if (type === null) return null;
  if (layer.has("blobs"))
    layer.fault(caffeNotUnderstood, `${owner} holds weights as text`, layer.all("blobs")[0] ?? null, {
      help: ["save them as a caffemodel and give it with `--weights`"],
    });
  return {
    name,
    type,
    bottoms: layer.texts("bottom"),
    tops: layer.texts("top"),
    rates: readRates(layer),
    include: readRules(layer, "include"),
    exclude: readRules(layer, "exclude"),
    fields: layer,
  };
}

/** A text today; a word of an enum in V1. */
function typeOf(layer: Fields): string | null {
  const field = layer.all("type").at(-1);
  const { value } = field ?? {};
  if (typeof value === "string") return value;
  if (isIdentifier(value)) {
    const type = Object.hasOwn(V1_TYPES, value.name) ? V1_TYPES[value.name] : undefined;
    if (type !== undefined) return type;
    const near = nearest(value.name, Object.keys(V1_TYPES));
    layer.fault(prototxtValue, `there is no layer type \`${value.name}\``, field ?? null, {
      label: near === null ? "" : `did you mean \`${near}\`?`,
    });
  } else
    layer.fault(prototxtValue, `${layer.owner} has no type`, field ?? null, { help: ['write `type: "Convolution"`'] });
  return null;
}

/** `param { lr_mult decay_mult }` today; `blobs_lr` and `weight_decay` in V1. */
function readRates(layer: Fields): BlobRateSpec[] {
  const rates = layer.numbers("blobs_lr");
  const decays = layer.numbers("weight_decay");
  if (rates.length > 0 || decays.length > 0)
    return Array.from({ length: Math.max(rates.length, decays.length) }, (_, index) => ({
      rate: rates[index] ?? 1,
      decay: decays[index] ?? 1,
    }));
  return layer.all("param").flatMap((field) => {
    if (typeof field.value !== "object" || field.value.kind !== "message") return [];
    const param = new Fields(field.value, layer.owner, layer.origin, field.place);
    if (param.has("name"))
      param.fault(
        caffeNotUnderstood,
        `${layer.owner} shares weights with another layer`,
        param.all("name")[0] ?? null,
        {
          help: ["delete `name`: each layer of a spec has weights of its own, which may hold the same numbers"],
        },
      );
    const read = { rate: param.number("lr_mult") ?? 1, decay: param.number("decay_mult") ?? 1 };
    param.ignore("share_mode").finish();
    return [read];
  });
}
