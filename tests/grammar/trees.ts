/** Trees without what a layout decides: spans, blank lines and whether settings were broken. */
import type { File, Member } from "../../grammar/tree.js";

const layout = new Set(["span", "blankBefore", "blankAfter", "multiline", "documentationSpan"]);

export function shape(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(shape);
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !layout.has(key))
      .map(([key, child]) => [key, shape(child)]),
  );
}

export const membersOf = (tree: File): readonly Member[] =>
  tree.declarations.flatMap((declaration) => ("members" in declaration ? declaration.members : []));
