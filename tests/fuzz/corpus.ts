/** Good files of every format and encoding, small, from which the bad ones are made. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { npyHeader } from "../../src/weights/formats/npy-header.js";
import { safetensors } from "../weights/bytes.js";
import {
  encode,
  layer,
  layerV1,
  legacy,
  packed,
  shaped,
  text,
  unpacked,
  whole,
  within,
} from "../weights/caffemodel-bytes.js";
import { zip, type Member } from "./repack.js";

const tests = join(import.meta.dirname, "..");
/** Files below `tests` whose names match. */
const files = (folder: string, pattern: RegExp): Uint8Array[] =>
  readdirSync(join(tests, folder))
    .filter((name) => pattern.test(name))
    .map((name) => new Uint8Array(readFileSync(join(tests, folder, name))));
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

const zeros = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, index) => (index * 37) % 64);

const tensor = (dtype: string, shape: number[], from: number, to: number) => ({
  dtype,
  shape,
  data_offsets: [from, to],
});
export const safetensorsFiles = [
  safetensors({ a: tensor("F32", [2, 3], 0, 24), b: tensor("F32", [], 24, 28) }, zeros(28)),
  safetensors(
    {
      __metadata__: { format: "pt" },
      "conv1.weight": tensor("F16", [2, 1, 3, 3], 0, 36),
      "conv1.bias": tensor("BF16", [2], 36, 40),
      mean: tensor("F64", [3], 40, 64),
      step: tensor("I64", [1], 64, 72),
      empty: tensor("F32", [0, 5], 72, 72),
    },
    zeros(72),
  ),
];

const array = (type: string, shape: readonly number[], bytes: number, fortran = false): Uint8Array => {
  const header = Buffer.from(npyHeader(type, shape)).toString("latin1");
  const ordered = fortran ? header.replace("False,", "True, ") : header;
  return new Uint8Array(Buffer.concat([Buffer.from(ordered, "latin1"), zeros(bytes)]));
};
export const npyFiles = [
  array("<f4", [2, 3], 24),
  array(">f8", [3], 24),
  array("<f4", [2, 3, 2], 48, true),
  array("<f2", [5], 10),
  array("|b1", [4], 4),
  array("<i8", [], 8),
];
const member = (name: string, data: Uint8Array, deflated = false): Member => ({ name: `${name}.npy`, data, deflated });
export const archives: readonly (readonly Member[])[] = [
  npyFiles.slice(0, 3).map((data, index) => member(`layer${index}/weight`, data)),
  npyFiles.map((data, index) => member(`a${index}`, data, true)),
  [member("big", array("<f4", [300, 20], 24000), true), member("small", array("<f4", [1], 4))],
];
export const npzFiles = archives.map(zip);

const ramp = (count: number): number[] => Array.from({ length: count }, (_, index) => index / 8 - 1);
export const caffemodels = [
  encode(
    text(1, "net"),
    layer("conv1", "Convolution", [shaped(2, 1, 3, 3), packed(5, ramp(18))], [shaped(2), packed(5, ramp(2))]),
    layer("relu1", "ReLU"),
    layer("fc", "InnerProduct", [shaped(2, 4), packed(8, ramp(8), true)]),
  ),
  encode(layerV1("conv1", 4, [legacy(2, 1, 2, 2), unpacked(5, ramp(8))], [legacy(1, 1, 1, 2), packed(5, ramp(2))])),
  encode(
    within(2, within(1, text(1, "old"), text(2, "conv"), within(50, legacy(1, 1, 2, 2), packed(5, ramp(4))))),
    layer("split", "Scale", [shaped(6), packed(5, ramp(3)), packed(5, ramp(3))]),
    layer("bn", "BatchNorm", ...[2, 2, 1].map((count) => [shaped(count), unpacked(8, ramp(count + 1).slice(1), true)])),
    whole(77, 5),
  ),
];
export const meanImages = [
  encode(legacy(1, 3, 2, 2), packed(5, ramp(12))),
  encode(shaped(1, 3, 2, 2), unpacked(5, ramp(12))),
];

const weight = (name: string, shape: number[], more: object = {}) => ({ name, shape, dtype: "float32", ...more });
const quantized = (dtype: string) => ({ quantization: { dtype, scale: 0.5, min: -1, original_dtype: "float32" } });
/** Shards that the models name, which stay as they are. */
export const shards: Readonly<Record<string, Uint8Array>> = {
  "a.bin": zeros(64),
  "b.bin": zeros(30),
  "c/d.bin": zeros(12),
};
export const models = [
  {
    format: "graph-model",
    generatedBy: "fcnc",
    modelTopology: { node: [{ name: "w", op: "Const", attr: { dtype: { type: "DT_FLOAT" } } }] },
    weightsManifest: [
      { paths: ["a.bin"], weights: [weight("w", [2, 2, 2, 2])] },
      { paths: ["b.bin"], weights: [weight("q", [10], quantized("uint8")), weight("h", [10], quantized("uint16"))] },
    ],
    userDefinedMetadata: {
      fcnc: {
        tensors: { "conv.weight": { shape: [2, 2, 2, 2], constants: ["w"] }, up: { shape: [4, 4, 4, 4], bilinear: 4 } },
      },
    },
  },
  {
    weightsManifest: [
      { paths: ["c/d.bin", "b.bin"], weights: [weight("k", [3, 7], { quantization: { dtype: "float16" } })] },
      { paths: ["a.bin"], weights: [weight("i", [15], { dtype: "int32" }), weight("f", [4], { dtype: "bool" })] },
    ],
  },
].map((model) => new TextEncoder().encode(JSON.stringify(model)));

export const hdf5Files = files("weights/formats/fixtures", /\.h5$/);
export const pngs = files("images/fixtures", /\.png$/);
export const mats = files("data/fixtures", /\.mat$/);
export const jpegs = files("images/fixtures", /^(?!arithmetic).*\.jpg$/);
const library = join("..", "specs");
export const specs = files(library, /^voc-fcn(32s|16s|alexnet)\.fcn$/);
export const labelLists = files(library, /\.labels$/);
export const nameMaps = files(join(library, "names"), /vgg16\.json$/);

const FIELDS = "{ lr_mult: 1 decay_mult: 1 }";
export const prototxts = [
  `name: "small"
input: "data"
input_dim: 1 input_dim: 3 input_dim: 64 input_dim: 64
layers { name: "conv1" type: CONVOLUTION bottom: "data" top: "conv1" blobs_lr: 1 convolution_param { num_output: 8 kernel_size: 3 pad: 1 } }
layers { name: "relu1" type: RELU bottom: "conv1" top: "conv1" }
layers { name: "pool1" type: POOLING bottom: "conv1" top: "pool1" pooling_param { pool: MAX kernel_size: 2 stride: 2 } }
`,
  `# a comment
name: 'newer'
layer { name: "data" type: "Python" top: "data" top: "label" python_param { module: "voc" layer: "L"
  param_str: "{\\'split\\': \\'train\\', \\'mean\\': (104.00699, 116.66877, 122.67892)}" } include { phase: TRAIN } }
layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1" param ${FIELDS} param ${FIELDS}
  convolution_param { num_output: 4 kernel_size: [3] pad: 10 weight_filler { type: "gaussian" std: 1e-2 } } }
layer { name: "up" type: "Deconvolution" bottom: "conv1" top: "up" convolution_param { num_output: 4 bias_term: false kernel_size: 4 stride: 2 } }
layer { name: "crop" type: "Crop" bottom: "up" bottom: "data" top: "score" crop_param < axis: 2 offset: 19 > }
layer { name: "loss" type: "SoftmaxWithLoss" bottom: "score" bottom: "label" top: "loss" loss_param { ignore_label: 255 normalize: false } }
`,
].map((net) => new TextEncoder().encode(net));
export const solvers = [
  'train_net: "train.prototxt"\nbase_lr: 1e-10\nlr_policy: "fixed"\nmomentum: 0.99\niter_size: 1\nmax_iter: 100000\nweight_decay: 0.0005\n',
  'net: "net.prototxt" test_iter: 736 base_lr: 0.01 lr_policy: "step" gamma: 0.1 stepsize: 1000 snapshot_prefix: "a/b"',
].map((solver) => new TextEncoder().encode(solver));
export const paramStrs = [
  "{'sbdd_dir': '../data/sbdd', 'seed': 1337, 'split': 'train', 'mean': (104.00699, 116.66877, 122.67892)}",
  "dict(a=[1, 2.5, None, True], b={'c': -1e-3})",
].map((given) => new TextEncoder().encode(given));

const file = { path: "model.json", bytes: 12, sha256: "ab".repeat(32) };
const output = {
  name: "score",
  height: 4,
  width: 4,
  classes: 2,
  sha256: "c",
  range: [0, 1],
  largest: 0,
  largestOfRange: 0,
  mean: 0,
  meanOfRange: 0,
  changed: 0,
  pixels: 16,
};
export const bundles = [
  {
    format: "fcnc-bundle",
    version: 1,
    net: "small",
    files: [file, { ...file, path: "shards/a.bin" }],
    weights: [],
    certificate: {
      reference: { engine: "js", weights: "f32", sha256: "d" },
      inputs: [{ name: "image", picture: "generated", height: 4, width: 4, channels: 3, sha256: "e" }],
      runs: [{ engine: "js", description: "plain JS", outputs: [output] }],
    },
  },
].map((bundle) => new TextEncoder().encode(JSON.stringify(bundle)));

export const plans = files("golden/plans", /^voc-fcn-alexnet/);
