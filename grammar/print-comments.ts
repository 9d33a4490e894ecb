/** Comments and documentation as documents of Prettier, and the spacing around them. */
import { builders, type Doc } from "./doc.js";
import type { Comment, Node } from "./tree.js";

const { breakParent, hardline, lineSuffix } = builders;

/** Documentation, and the comments above a node, each on its line. */
export function printAbove(node: Node): Doc[] {
  const lines: Doc[] = [];
  const leading = node.leading ?? [];
  leading.forEach((comment, i) => {
    if (i > 0 && comment.blankBefore) lines.push(hardline);
    lines.push(comment.text, hardline);
  });
  const documentation = "documentation" in node ? node.documentation : [];
  if (leading[leading.length - 1]?.blankAfter && documentation.length === 0) lines.push(hardline);
  for (const line of documentation) lines.push(line === "" ? "///" : `/// ${line}`, hardline);
  return lines;
}

/** The comments at the end of a node's line. */
export function printBeside(node: Node): Doc[] {
  return (node.trailing ?? []).flatMap((comment) => [lineSuffix(` ${comment.text}`), breakParent]);
}

/** A node with its comments. */
export function withComments(node: Node, printed: Doc): Doc {
  const [above, beside] = [printAbove(node), printBeside(node)];
  return above.length === 0 && beside.length === 0 ? printed : [...above, printed, ...beside];
}

/** The comments after the last of some items; `first` where there is no item. */
export function printDangling(comments: readonly Comment[], first: boolean): Doc[] {
  return comments.flatMap((comment, i) => {
    const line: Doc[] = first && i === 0 ? [comment.text] : [hardline, comment.text];
    return comment.blankBefore && !(first && i === 0) ? [hardline, ...line] : line;
  });
}

/** Items on lines of their own, with the blank lines that were between them. */
export function printLines(
  items: readonly Node[],
  print: (item: Node, i: number) => Doc,
  dangling: readonly Comment[],
): Doc {
  const lines = items.flatMap((item, i): Doc[] => {
    const printed = withComments(item, print(item, i));
    if (i === 0) return [printed];
    return item.blankBefore ? [hardline, hardline, printed] : [hardline, printed];
  });
  return [...lines, ...printDangling(dangling, items.length === 0)];
}

export const hasComments = (node: Node): boolean => (node.leading?.length ?? 0) > 0 || (node.trailing?.length ?? 0) > 0;
