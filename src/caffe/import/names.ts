/** Names that a spec can have, each once. */
import { reservedNames } from "../../../grammar/tokens.js";

/** `inception_3a_1x1` for `inception_3a/1x1`. */
export function identifierOf(name: string): string {
  const word = name
    .replaceAll(/\W+/g, "_")
    .replace(/^(?=\d)/, "l")
    .replaceAll(/^_+(?=[A-Za-z])|_+$/g, "");
  if (word === "" || word.startsWith("_")) return `layer${word}`;
  return reservedNames.has(word) ? `${word}_` : word;
}

export class Names {
  readonly #taken = new Set<string>();

  take(wanted: string): string {
    const base = identifierOf(wanted);
    let name = base;
    for (let count = 2; this.#taken.has(name); count++) name = `${base}_${count}`;
    this.#taken.add(name);
    return name;
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }
}
