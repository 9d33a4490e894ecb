/**
 * The productions of docs/grammar.md as anybody else would use them, from the page alone: whether they cover a text,
 * and texts that they allow.
 */
import { readFileSync } from "node:fs";
import { tokenMatcher, type IToken } from "chevrotain";
import { vocabulary } from "../../grammar/tokens.js";

type Expression =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "sequence" | "choice"; readonly items: readonly Expression[] }
  | { readonly kind: "repeat"; readonly item: Expression; readonly least: 0 | 1; readonly most: 1 | typeof Infinity };

export type Productions = ReadonlyMap<string, Expression>;

export function productionsOfPage(): Productions {
  const page = readFileSync(new URL("../../docs/grammar.md", import.meta.url), "utf8");
  const blocks = [...page.matchAll(/```ebnf\n(.*?)```/gs)].map(([, block = ""]) => block);
  const productions = new Map<string, Expression>();
  for (const [, name = "", text = ""] of blocks.join("").matchAll(/^(\w+) +::=(.*(?:\n .*)*)/gm)) {
    const symbols = text.match(/"[^"]+"|\w+|[()|?*+]/g) ?? [];
    productions.set(name, choice(symbols));
    if (symbols.length > 0) throw new Error(`${symbols.join(" ")} is left of ${name}`);
  }
  return productions;
}

function choice(symbols: string[]): Expression {
  const items = [sequence(symbols)];
  while (symbols[0] === "|") {
    symbols.shift();
    items.push(sequence(symbols));
  }
  return items.length === 1 ? (items[0] as Expression) : { kind: "choice", items };
}

function sequence(symbols: string[]): Expression {
  const items: Expression[] = [];
  while (symbols.length > 0 && symbols[0] !== "|" && symbols[0] !== ")") {
    const symbol = symbols.shift() as string;
    let item: Expression =
      symbol === "("
        ? choice(symbols)
        : symbol.startsWith('"')
          ? { kind: "word", text: symbol.slice(1, -1) }
          : { kind: "name", name: symbol };
    if (symbol === "(" && symbols.shift() !== ")") throw new Error("a group is not closed");
    const mark = symbols[0];
    if (mark === "?" || mark === "*" || mark === "+") {
      symbols.shift();
      item = { kind: "repeat", item, least: mark === "+" ? 1 : 0, most: mark === "?" ? 1 : Infinity };
    }
    items.push(item);
  }
  return { kind: "sequence", items };
}

/** Whether the tokens are a file, whatever the ways to read them. */
export function covers(productions: Productions, tokens: readonly IToken[]): boolean {
  const known = new Map<string, ReadonlySet<number>>();
  const types = new Map(vocabulary.map((type) => [type.name, type]));
  const ends = (expression: Expression, start: number): ReadonlySet<number> => {
    switch (expression.kind) {
      case "word":
        return new Set(tokens[start]?.image === expression.text ? [start + 1] : []);
      case "name": {
        const { name } = expression;
        const rule = productions.get(name);
        if (!rule) {
          const type = types.get(name);
          if (!type) throw new Error(`the page does not say what ${name} is`);
          const token = tokens[start];
          return new Set(token && tokenMatcher(token, type) ? [start + 1] : []);
        }
        const key = `${name} ${start}`;
        const found = known.get(key) ?? ends(rule, start);
        known.set(key, found);
        return found;
      }
      case "sequence": {
        let from: ReadonlySet<number> = new Set([start]);
        for (const item of expression.items) from = new Set([...from].flatMap((at) => [...ends(item, at)]));
        return from;
      }
      case "choice":
        return new Set(expression.items.flatMap((item) => [...ends(item, start)]));
      case "repeat": {
        const found = new Set(expression.least === 0 ? [start] : []);
        let last: ReadonlySet<number> = new Set([start]);
        for (let times = 0; times < expression.most && last.size > 0; times++) {
          last = new Set([...last].flatMap((at) => [...ends(expression.item, at)]).filter((end) => !found.has(end)));
          for (const end of last) found.add(end);
        }
        return found;
      }
    }
  };
  return ends({ kind: "name", name: "file" }, 0).has(tokens.length);
}

/** Texts of tokens; where a name has several, any will do. */
const samples: Readonly<Record<string, readonly string[]>> = {
  Identifier: ["a", "b2", "stage"],
  Word: ["a", "k1", "output", "net", "from"],
  StringLiteral: ['"x.fcn"'],
  Extent: ["3x5"],
  Factor: ["2x", "0.5x"],
  NumberLiteral: ["1"],
  Comparison: ["==", "!=", "<="],
  Additive: ["+", "-"],
  Multiplicative: ["*", "/", "mod"],
};

/** A text that the page allows. `pick(n)` gives a whole number below n; deep down, what is shortest is taken. */
export function sentence(productions: Productions, pick: (below: number) => number): string {
  const write = (expression: Expression, depth: number): string => {
    switch (expression.kind) {
      case "word":
        return expression.text;
      case "name": {
        const rule = productions.get(expression.name);
        if (!rule) {
          const texts = samples[expression.name];
          if (!texts) throw new Error(`no text of a ${expression.name}`);
          return texts[pick(texts.length)] as string;
        }
        // Parts stand on lines of their own, as people write them.
        const part = /Member$|^setting$|Line$|Head$/.test(expression.name) ? "\n" : "";
        for (;;) {
          const text = part + write(rule, depth + 1);
          if (!isReadOtherwise(expression.name, text)) return text;
        }
      }
      case "sequence":
        return expression.items.map((item) => write(item, depth)).join(" ");
      case "choice":
        return write(expression.items[depth > DEEP ? 0 : pick(expression.items.length)] as Expression, depth);
      case "repeat": {
        const most = depth > DEEP ? expression.least : Math.min(3, expression.most);
        const times = expression.least + pick(most - expression.least + 1);
        return Array.from({ length: times }, () => write(expression.item, depth)).join(" ");
      }
    }
  };
  return write({ kind: "name", name: "file" }, 0);
}

const DEEP = 12;

/** What the page says of texts that two productions allow: braces after `vgg.fc7` do not belong to it. */
function isReadOtherwise(name: string, text: string): boolean {
  return name === "head" && /^\w+ (\. \w+ ?)+ \{/.test(text);
}
