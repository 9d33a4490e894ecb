/** What is done to the bytes and texts of good files. */
import type { Random } from "./random.js";

/** Numbers at which readers go wrong: ends of types, sizes of memory, one off. */
const NUMBERS = [
  0,
  1,
  2,
  7,
  8,
  9,
  16,
  255,
  256,
  65535,
  65536,
  1e6,
  2 ** 24,
  2 ** 28,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];
const LARGE = [...NUMBERS.map(BigInt), 2n ** 32n, 2n ** 40n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 64n - 1n];
const MOST_BYTES = 256 * 1024;
/** Characters in which tokens are looked for. */
const MOST_TOKENS = 32 * 1024;

type Edit = (bytes: Uint8Array, random: Random) => Uint8Array;

const changed = (bytes: Uint8Array, at: number, length: number, write: (view: DataView) => void): Uint8Array => {
  if (bytes.length < length) return bytes;
  const copy = bytes.slice();
  write(new DataView(copy.buffer, Math.min(at, copy.length - length), length));
  return copy;
};

const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** A number as protobuf writes it. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    if (rest <= 0x7fn) return Uint8Array.from(bytes);
  }
}

/** Where it matters most: headers stand at the start, directories at the end. */
function placeIn(bytes: Uint8Array, random: Random): number {
  const end = random.pick([16, 64, bytes.length, bytes.length]);
  const at = random.below(Math.min(end, bytes.length));
  return random.oneIn(5) ? bytes.length - 1 - at : at;
}

const EDITS: readonly Edit[] = [
  (bytes, random) =>
    changed(bytes, placeIn(bytes, random), 1, (view) => view.setUint8(0, view.getUint8(0) ^ (1 << random.below(8)))),
  (bytes, random) => changed(bytes, placeIn(bytes, random), 1, (view) => view.setUint8(0, random.below(256))),
  (bytes, random) =>
    changed(bytes, placeIn(bytes, random), 2, (view) => view.setUint16(0, random.pick(NUMBERS), random.oneIn(2))),
  (bytes, random) =>
    changed(bytes, placeIn(bytes, random), 4, (view) => view.setUint32(0, random.pick(NUMBERS), random.oneIn(2))),
  (bytes, random) =>
    changed(bytes, placeIn(bytes, random), 8, (view) => view.setBigUint64(0, random.pick(LARGE), random.oneIn(2))),
  // A length or count beside another.
  (bytes, random) =>
    changed(bytes, placeIn(bytes, random), 1, (view) => view.setUint8(0, view.getUint8(0) + random.below(9) - 4)),
  (bytes, random) => {
    const at = placeIn(bytes, random);
    return joined(bytes.subarray(0, at), varint(random.pick(LARGE)), bytes.subarray(at + 1));
  },
  (bytes, random) => bytes.slice(0, placeIn(bytes, random)),
  (bytes, random) => {
    const at = placeIn(bytes, random);
    return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(random.pick([2, 32, bytes.length]))));
  },
  (bytes, random) => {
    const [at, from] = [placeIn(bytes, random), placeIn(bytes, random)];
    const part = bytes.subarray(from, from + 1 + random.below(random.pick([8, 64, bytes.length])));
    return joined(bytes.subarray(0, at), part, bytes.subarray(at));
  },
  (bytes, random) => {
    const [at, from] = [placeIn(bytes, random), placeIn(bytes, random)];
    const part = bytes.slice(from, from + 1 + random.below(64));
    return joined(bytes.subarray(0, at), part, bytes.subarray(at + part.length));
  },
  (bytes, random) => {
    const at = placeIn(bytes, random);
    const part = bytes.subarray(at, at + 1 + random.below(8));
    const times = random.pick([2, 10, 100, 2000]);
    return joined(bytes.subarray(0, at), ...Array<Uint8Array>(times).fill(part), bytes.subarray(at));
  },
  (bytes, random) =>
    joined(
      bytes,
      Uint8Array.from({ length: 1 + random.below(32) }, () => random.below(256)),
    ),
];

/** A few edits of bytes; sometimes the end of another good file in place of this one's. */
export function mutateBytes(bytes: Uint8Array, random: Random, others: readonly Uint8Array[] = []): Uint8Array {
  let result = bytes;
  if (others.length > 1 && random.oneIn(12)) {
    const other = random.pick(others);
    result = joined(bytes.subarray(0, placeIn(bytes, random)), other.subarray(placeIn(other, random)));
  }
  for (let left = random.pick([1, 1, 1, 2, 3, 6]); left > 0; left--) result = random.pick(EDITS)(result, random);
  return result.subarray(0, MOST_BYTES);
}

const WORDS = [
  "null",
  "true",
  "{}",
  "[]",
  '""',
  "-1",
  "1e308",
  "1e999",
  "NaN",
  "-0",
  "0.5",
  "../../x",
  "/etc/x",
  "C:\\x",
];
const TOKEN = /"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\n]*'|-?\d+(?:\.\d+)?(?:e-?\d+)?|[A-Za-z_][\w]*|[^\s\w]/g;

/** A few edits of the tokens of a text: numbers, names and marks changed, doubled, dropped, moved or nested. */
export function mutateText(text: string, random: Random): string {
  let result = text;
  for (let left = random.pick([1, 1, 2, 3, 6]); left > 0; left--) result = editTokens(result, random);
  return result.slice(0, MOST_BYTES);
}

function editTokens(text: string, random: Random): string {
  const tokens = [...text.slice(0, MOST_TOKENS).matchAll(TOKEN)];
  if (tokens.length === 0) return random.pick(WORDS);
  const { 0: token, index: at } = random.pick(tokens) as RegExpExecArray;
  const put = (replaced: string): string => text.slice(0, at) + replaced + text.slice(at + token.length);
  const other = (random.pick(tokens) as RegExpExecArray)[0];
  switch (random.below(10)) {
    case 0:
      return put("");
    case 1:
      return put(`${token} ${token}`);
    case 2:
      return put(other);
    case 3:
      return put(random.pick(WORDS));
    case 4:
      return put(String(random.pick(LARGE)));
    case 5: {
      const open = random.pick(["[", "{", "(", "a {", '{"a":', '"', "'", "-", "<"]);
      return put(open.repeat(random.pick([1, 3, 70, 5000])) + token);
    }
    case 6:
      return put(token.repeat(random.pick([2, 50, 3000])));
    case 7:
      return text.slice(0, at);
    case 8: {
      const from = random.below(text.length);
      return put(text.slice(from, from + random.below(400)));
    }
    default:
      return put(
        String.fromCharCode(random.pick([0, 9, 10, 34, 92, 0x7f, 0x2028, 0xd800, 0xfeff, random.below(65536)])),
      );
  }
}
