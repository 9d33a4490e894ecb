import { WeightsError } from "../errors.js";
import type { TensorInfo } from "../source.js";
import { ELEMENT_TYPES } from "./element-types.js";
import { parseJson } from "./json.js";
import { duplicateKey } from "./json-keys.js";
import { beyond, type ReadLimits } from "./limits.js";
import { shorten } from "./names.js";
import { checkShape } from "./shape-limits.js";
import { elementsOf } from "./stored.js";

/** What safetensors itself allows. */
export const HEADER_LIMIT_BYTES = 100_000_000;

export interface Entry extends TensorInfo {
  /** Bytes from the start of the file. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** Sorted by where they lie. */
  readonly entries: readonly Entry[];
  /** Its `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The tensors that a header lists, sorted by where they lie. Nothing in it is believed: names come once, shapes are
 * whole numbers, and each tensor's bytes lie within the file, are as many as its shape asks for, and are its own.
 *
 * @param title the file, for messages
 * @param dataStart where the data begins in the file, and `fileBytes` where it ends
 * @throws {WeightsError}
 */
export function parseHeader(
  title: string,
  header: Uint8Array,
  dataStart: number,
  fileBytes: number,
  limits: ReadLimits,
): Header {
  const fail = (what: string) => new WeightsError(`${title}: ${what}. ${DAMAGED}`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(header);
  } catch {
    throw fail("the header of this safetensors file is not JSON");
  }
  const parsed = parseJson(text, limits, title, "the header of this safetensors file", fail);
  if (!isRecord(parsed)) throw fail("the header of this safetensors file is not a table of tensors");
  const twice = duplicateKey(text);
  if (twice !== null) throw fail(`the header names \`${shorten(twice)}\` twice`);

  const entries: Entry[] = [];
  let metadata: Record<string, string> = {};
  const listed = Object.keys(parsed).length;
  if (listed > limits.tensors + 1)
    throw beyond(title, `it lists ${listed} tensors, and at most ${limits.tensors} are read`, "tensors");
  for (const [name, value] of Object.entries(parsed)) {
    if (name === "__metadata__") {
      if (!isRecord(value)) throw fail("its `__metadata__` is not a table of texts");
      metadata = Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
      continue;
    }
    const tensor = `tensor \`${shorten(name)}\``;
    if (!isRecord(value)) throw fail(`${tensor} is not described by a table`);
    const { dtype, shape, data_offsets: offsets } = value;
    if (typeof dtype !== "string") throw fail(`${tensor} has no type`);
    const type = Object.hasOwn(ELEMENT_TYPES, dtype) ? ELEMENT_TYPES[dtype] : undefined;
    if (type === undefined) throw fail(`${tensor} has the unknown type \`${shorten(dtype)}\``);
    if (!isSizes(shape)) throw fail(`${tensor} has no shape of whole numbers`);
    checkShape(title, tensor, shape, limits);
    if (!isSizes(offsets) || offsets.length !== 2) throw fail(`${tensor} has no two offsets`);
    const [from = 0, to = 0] = offsets;
    if (from > to || dataStart + to > fileBytes)
      throw fail(`${tensor} lies at bytes ${from} to ${to} of the data, of which there are ${fileBytes - dataStart}`);
    const bytes = elementsOf(shape) * type.bytes;
    if (to - from !== bytes)
      throw fail(`${tensor} of ${dtype} [${shape.join(", ")}] needs ${bytes} bytes and is given ${to - from}`);
    entries.push({ name, dtype, shape, begin: dataStart + from, end: dataStart + to });
  }

  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  for (const [index, entry] of entries.entries()) {
    const before = entries[index - 1];
    if (before !== undefined && entry.begin < before.end)
      throw fail(`tensors \`${shorten(before.name)}\` and \`${shorten(entry.name)}\` share bytes`);
  }
  return { entries, metadata };
}

export const DAMAGED = "The file is damaged or is none of safetensors; get it anew or write it again.";

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}
