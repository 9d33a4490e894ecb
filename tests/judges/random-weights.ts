/**
 * Seeded random weights for a net, as a safetensors file, the same on every platform. They keep the second moment of
 * activations from layer to layer (He et al. 2015), so that nothing vanishes or explodes on the way, and leave no score
 * layer at zero, as the recipes do: a test that compares scores of zeros compares nothing.
 */
import { closeSync, openSync, writeSync } from "node:fs";

/** A tensor in PyTorch's layout; the plan's tensors are such. */
export interface WantedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Values that one unit of the output sees. Left out for biases. */
  readonly fanIn?: number;
  /** Frozen tensors that the compiler makes itself stay out of the file. */
  readonly generated?: boolean;
}

export interface RandomWeights {
  readonly seed: number;
  /** Factors on the standard deviation, by tensor name. */
  readonly gain?: Readonly<Record<string, number>>;
}

/** Standard deviation of images less their mean, by which the first layer's weights are divided. */
const imageDeviation = 60;
const biasDeviation = 0.1;

export function writeRandomWeights(
  path: string,
  tensors: readonly WantedTensor[],
  { seed, gain }: RandomWeights,
): void {
  const wanted = tensors.filter((tensor) => !tensor.generated);
  const header: Record<string, { dtype: "F32"; shape: readonly number[]; data_offsets: [number, number] }> = {};
  let offset = 0;
  for (const { name, shape } of wanted) {
    const end = offset + 4 * elements(shape);
    header[name] = { dtype: "F32", shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = JSON.stringify(header);
  const padded = Buffer.from(text + " ".repeat((8 - (Buffer.byteLength(text) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));

  const file = openSync(path, "w");
  try {
    writeSync(file, length);
    writeSync(file, padded);
    const random = generator(seed);
    for (const tensor of wanted)
      writeTensor(file, tensor, deviation(tensor, wanted[0]) * (gain?.[tensor.name] ?? 1), random);
  } finally {
    closeSync(file);
  }
}

function deviation(tensor: WantedTensor, first: WantedTensor | undefined): number {
  if (tensor.name.endsWith(".bias") || tensor.fanIn === undefined) return biasDeviation;
  return Math.sqrt(2 / tensor.fanIn) / (tensor === first ? imageDeviation : 1);
}

/** Uniform values of that standard deviation: unlike Gaussian ones they need nothing but exactly rounded arithmetic. */
function writeTensor(file: number, tensor: WantedTensor, deviation: number, random: () => number): void {
  const range = Math.sqrt(3) * deviation;
  // A variance is positive.
  const centre = tensor.name.endsWith(".running_var") ? 2 * range : 0;
  const chunk = new Float32Array(1 << 20);
  for (let left = elements(tensor.shape); left > 0; left -= chunk.length) {
    const count = Math.min(left, chunk.length);
    for (let index = 0; index < count; index++) chunk[index] = centre + range * (2 * random() - 1);
    writeAll(file, new Uint8Array(chunk.buffer, 0, 4 * count));
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Mulberry32: uniform in [0, 1). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
