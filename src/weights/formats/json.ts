import type { WeightsError } from "../errors.js";
import { beyond, type ReadLimits } from "./limits.js";

/** Values of a table of tensors, or nodes of a graph, that one tensor has at most. */
const VALUES_PER_TENSOR = 64;

/**
 * Parses a stranger's JSON. How deep it goes and how many values it has is counted before, as each value takes more
 * memory than text.
 *
 * @param title the file, for messages
 * @param subject what it is, for messages: `its header`
 * @param fail makes the error for what is no JSON, of half a sentence
 */
export function parseJson(
  text: string,
  limits: ReadLimits,
  title: string,
  subject: string,
  fail: (what: string) => WeightsError,
): unknown {
  const most = limits.tensors * VALUES_PER_TENSOR;
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++depth > limits.nesting)
        throw beyond(title, `${subject} is nested deeper than ${limits.nesting}`, "nesting");
      values++;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
    else if (code === COMMA) values++;
    if (values > most) throw beyond(title, `${subject} has more than the ${most} values that are read`, "tensors");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw fail(`${subject} is not JSON`);
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Just beyond the closing quote of the string that opens at `at`. */
export function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text.charCodeAt(end) !== QUOTE) end += text.charCodeAt(end) === 0x5c ? 2 : 1;
  return end + 1;
}
