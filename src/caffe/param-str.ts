/**
 * `param_str` of Caffe's Python layers: a literal of Python, mostly a dictionary. It is read by its grammar and never
 * run.
 */
export type PythonValue =
  string | number | boolean | null | readonly PythonValue[] | { readonly [key: string]: PythonValue };

const TOKEN =
  /\s*(?:([{}[\]():,])|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|([A-Za-z]+))/y;
const DEPTH = 16;

/** The value, or null where the text is no literal. Tuples and lists are lists. */
export function parseParamStr(text: string): PythonValue {
  const tokens = tokenize(text);
  if (tokens === null) return null;
  const reader = new Reader(tokens);
  try {
    const value = reader.value(0);
    return reader.done ? value : null;
  } catch (error) {
    if (error instanceof NoLiteral) return null;
    throw error;
  }
}

class NoLiteral extends Error {}

type Token = { readonly mark: string } | { readonly value: string | number | boolean | null };

function tokenize(text: string): Token[] | null {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  for (let at = 0; at < end; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const [, mark, single, double, number, word] = TOKEN.exec(text) ?? [];
    if (mark !== undefined) tokens.push({ mark });
    else if (single !== undefined || double !== undefined)
      tokens.push({ value: (single ?? double ?? "").replaceAll(/\\(.)/g, "$1") });
    else if (number !== undefined) tokens.push({ value: Number(number) });
    else if (word === "True" || word === "False") tokens.push({ value: word === "True" });
    else if (word === "None") tokens.push({ value: null });
    else return null;
  }
  return tokens;
}

class Reader {
  #at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get done(): boolean {
    return this.#at === this.tokens.length;
  }

  value(depth: number): PythonValue {
    if (depth > DEPTH) throw new NoLiteral();
    const token = this.tokens[this.#at++];
    if (token === undefined) throw new NoLiteral();
    if ("value" in token) return token.value;
    if (token.mark === "{") return this.#dictionary(depth);
    if (token.mark === "[") return this.#list("]", depth).items;
    if (token.mark !== "(") throw new NoLiteral();
    const { items, commas } = this.#list(")", depth);
    // Parentheses around one value without a comma are no tuple.
    return items.length === 1 && commas === 0 ? (items[0] ?? null) : items;
  }

  #list(close: string, depth: number): { readonly items: PythonValue[]; readonly commas: number } {
    const items: PythonValue[] = [];
    let commas = 0;
    while (!this.#take(close)) {
      items.push(this.value(depth + 1));
      if (this.#take(",")) commas++;
      else if (!this.#is(close)) throw new NoLiteral();
    }
    return { items, commas };
  }

  #dictionary(depth: number): Readonly<Record<string, PythonValue>> {
    const entries: [string, PythonValue][] = [];
    while (!this.#take("}")) {
      const key = this.value(depth + 1);
      if (typeof key !== "string" || !this.#take(":")) throw new NoLiteral();
      entries.push([key, this.value(depth + 1)]);
      if (!this.#take(",") && !this.#is("}")) throw new NoLiteral();
    }
    return Object.fromEntries(entries);
  }

  #is(mark: string): boolean {
    const token = this.tokens[this.#at];
    return token !== undefined && "mark" in token && token.mark === mark;
  }

  #take(mark: string): boolean {
    if (!this.#is(mark)) return false;
    this.#at++;
    return true;
  }
}
