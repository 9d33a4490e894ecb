/** `reference.json`: the classes and some of the scores that a bundle was compared with, small enough to ship. */
import { deflateSync, inflateSync } from "node:zlib";
import type { ReferenceJson } from "../../targets/certificate.js";
import { CertifyError } from "./error.js";
import { classesOf, type Scores } from "./scores.js";

/** Scores that are kept of an output at most. */
const KEPT = 8192;
/** More pixels than a picture has that somebody certifies with. */
const MOST_PIXELS = 2 ** 26;

/** What is kept of one output. */
export interface Kept {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly classes: number;
  /** The class of each pixel. */
  readonly mask: Uint16Array;
  /** Of pixels 0, every, 2 every, ...: [pixels kept, classes]. */
  readonly every: number;
  readonly scores: Float32Array;
}

export function keep(outputs: readonly Scores[]): ReferenceJson {
  return {
    format: "fcnc-reference",
    version: 1,
    outputs: outputs.map((scores) => {
      const { name, height, width, classes } = scores;
      const every = Math.max(1, Math.ceil((height * width * classes) / KEPT));
      const mask = deflateSync(bytesOf(classesOf(scores)), { level: 9 }).toString("base64");
      const sample = Buffer.from(bytesOf(sampleOf(scores, every))).toString("base64");
      return { name, height, width, classes, mask, every, scores: sample };
    }),
  };
}

/** The scores of pixels 0, every, 2 every, ... */
export function sampleOf({ height, width, classes, data }: Scores, every: number): Float32Array {
  const sample = new Float32Array(Math.ceil((height * width) / every) * classes);
  for (let from = 0, to = 0; from < data.length; from += every * classes, to += classes)
    sample.set(data.subarray(from, from + classes), to);
  return sample;
}

/** @throws {CertifyError} where it is not what this version writes. */
export function readReference(json: unknown, path: string): Kept[] {
  const outputs = isReference(json) ? json.outputs : null;
  if (outputs === null) throw new CertifyError(`${path} is no reference that this version of fcnc understands`);
  return outputs.map(({ name, height, width, classes, every, ...texts }) => {
    const pixels = height * width;
    const counts = [height, width, classes, every].every((value) => Number.isSafeInteger(value) && value >= 1);
    if (!counts || pixels > MOST_PIXELS) throw new CertifyError(`${path}: the size of \`${name}\` cannot be read`);
    const mask = inflated(texts.mask, 2 * pixels);
    const scores = Buffer.from(texts.scores, "base64");
    if (mask.length !== 2 * pixels || scores.length !== 4 * Math.ceil(pixels / every) * classes)
      throw new CertifyError(`${path}: what it holds of \`${name}\` is not whole`);
    // Copied: a part of a Buffer may begin where no float32 can.
    return {
      name,
      height,
      width,
      classes,
      mask: new Uint16Array(Uint8Array.from(mask).buffer),
      every,
      scores: new Float32Array(Uint8Array.from(scores).buffer),
    };
  });
}

function inflated(text: string, bytes: number): Uint8Array {
  try {
    return inflateSync(Buffer.from(text, "base64"), { maxOutputLength: Math.max(1, bytes) });
  } catch {
    return new Uint8Array(0);
  }
}

function isReference(json: unknown): json is ReferenceJson {
  if (typeof json !== "object" || json === null || !("format" in json) || json.format !== "fcnc-reference")
    return false;
  if (!("version" in json) || json.version !== 1 || !("outputs" in json) || !Array.isArray(json.outputs)) return false;
  return (json.outputs as readonly unknown[]).every(
    (output) =>
      typeof output === "object" &&
      output !== null &&
      "mask" in output &&
      typeof output.mask === "string" &&
      "scores" in output &&
      typeof output.scores === "string" &&
      "name" in output &&
      typeof output.name === "string",
  );
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
