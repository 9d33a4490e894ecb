import { endOfString } from "./json.js";

/**
 * The first key that comes twice in one object of a JSON text, or null. `JSON.parse` keeps the last one silently, so
 * that two readers of a file may see two different things.
 *
 * @param text valid JSON
 */
export function duplicateKey(text: string): string | null {
  /** Keys of the objects that are open; null for an open array. */
  const open: (Set<string> | null)[] = [];
  let expectsKey = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x7b: // {
        open.push(new Set());
        expectsKey = true;
        break;
      case 0x5b: // [
        open.push(null);
        expectsKey = false;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        expectsKey = false;
        break;
      case 0x2c: // ,
        expectsKey = open.at(-1) != null;
        break;
      case 0x22: {
        const end = endOfString(text, at);
        const keys = open.at(-1);
        if (expectsKey && keys != null) {
          // An escape can spell the same key in two ways.
          const key = String(JSON.parse(text.slice(at, end)));
          if (keys.has(key)) return key;
          keys.add(key);
          expectsKey = false;
        }
        at = end - 1;
        break;
      }
    }
  }
  return null;
}
