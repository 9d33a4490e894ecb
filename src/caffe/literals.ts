/** Numbers and strings of protobuf's text format. */

const DECIMAL = /^(?:0|[1-9][0-9]*)$/;
const OCTAL = /^0[0-7]+$/;
const HEX = /^0[xX][0-9a-fA-F]+$/;
const FLOAT = /^(?:(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fF]?|[0-9]+(?:[eE][+-]?[0-9]+[fF]?|[fF]))$/;

/** The value of a word that is a number, without its sign; null where it is none. */
export function numberOf(word: string): number | null {
  if (DECIMAL.test(word) || HEX.test(word)) return Number(word);
  if (OCTAL.test(word)) return Number.parseInt(word, 8);
  if (FLOAT.test(word)) return Number(word.replace(/[fF]$/, ""));
  switch (word.toLowerCase()) {
    case "inf":
    case "infinity":
    case "inff":
    case "infinityf":
      return Infinity;
    case "nan":
    case "nanf":
      return NaN;
    default:
      return null;
  }
}

const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  "?": 63,
  "\\": 92,
  "'": 39,
  '"': 34,
};

const PIECE = /\\([0-7]{1,3}|[xX][0-9a-fA-F]{1,2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|[^\\]+/gsu;

/** What a quoted string says. Escapes in octal and hexadecimal are bytes, and the whole is UTF-8. */
export function decodeString(quoted: string): { readonly text: string } | { readonly fault: string } {
  const inside = quoted.slice(1, -1);
  if (!inside.includes("\\")) return { text: inside };
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const [whole, escape] of inside.matchAll(PIECE)) {
    if (escape === undefined) {
      for (const byte of encoder.encode(whole)) bytes.push(byte);
      continue;
    }
    const simple = SIMPLE[escape];
    if (simple !== undefined) bytes.push(simple);
    else if (/^[0-7]/.test(escape)) {
      const byte = Number.parseInt(escape, 8);
      if (byte > 255) return { fault: `\`${whole}\` is no byte` };
      bytes.push(byte);
    } else if (escape.length > 1) {
      const point = Number.parseInt(escape.slice(1), 16);
      if (/^[xX]/.test(escape)) bytes.push(point);
      else if (point > 0x10ffff) return { fault: `\`${whole}\` is no character` };
      else for (const byte of encoder.encode(String.fromCodePoint(point))) bytes.push(byte);
    } else return { fault: `\`${whole}\` is no escape` };
  }
  return { text: new TextDecoder().decode(Uint8Array.from(bytes)) };
}
