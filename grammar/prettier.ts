/** A plugin for Prettier 3: `{ "plugins": ["fcnc/prettier"] }`. The same printer as `fcnc fmt`. */
import type { Parser, Plugin, Printer } from "prettier";
import { SourceFile } from "../src/diagnostics/sources.js";
import { DEFAULT_WIDTH } from "./format.js";
import { parse } from "./parse.js";
import { printFile } from "./printer.js";
import type { File, Node } from "./tree.js";

export const languages: NonNullable<Plugin["languages"]> = [
  { name: "fcn", parsers: ["fcn"], extensions: [".fcn"], linguistLanguageId: undefined, vscodeLanguageIds: ["fcn"] },
];

const parser: Parser<Node> = {
  parse(text, options) {
    const path = options.filepath ?? "";
    const { tree, diagnostics } = parse(text, path);
    const first = diagnostics[0];
    if (first === undefined) return tree;
    const source = new SourceFile(path, text);
    const start = source.position(first.primary?.span.start ?? 0);
    const end = source.position(first.primary?.span.end ?? 0);
    const place = `(${start.line}:${start.column})`;
    throw Object.assign(new SyntaxError(`${first.message} ${place}`), { loc: { start, end }, cause: first });
  },
  astFormat: "fcn-tree",
  locStart: (node) => node.span.start,
  locEnd: (node) => node.span.end,
};

const printer: Printer<Node> = {
  // The root is printed whole: the printer walks the tree by itself.
  print: (path) => (path.node.kind === "file" ? printFile(path.node satisfies File) : ""),
};

export const parsers = { fcn: parser };
export const printers = { "fcn-tree": printer };
export const defaultOptions: NonNullable<Plugin["defaultOptions"]> = { printWidth: DEFAULT_WIDTH };
