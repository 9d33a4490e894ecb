/** Reading chevrotain's concrete tree: children by name, told apart as tokens and nodes. */
import type { CstElement, CstNode, IToken } from "chevrotain";

const isNode = (element: CstElement): element is CstNode => "children" in element;

export function nodes(parent: CstNode, name: string): readonly CstNode[] {
  return (parent.children[name] ?? []).filter(isNode);
}

export function node(parent: CstNode, name: string): CstNode | undefined {
  return nodes(parent, name)[0];
}

export function tokens(parent: CstNode, name: string): readonly IToken[] {
  return (parent.children[name] ?? []).filter((element) => !isNode(element)) as IToken[];
}

export function token(parent: CstNode, name: string): IToken | undefined {
  return tokens(parent, name)[0];
}

/** For children that the grammar demands: a tree without them is a fault of ours, not of the text. */
export function demand<T>(child: T | undefined): T {
  if (child === undefined) throw new Error("the concrete tree lacks a child that its rule demands");
  return child;
}
