/**
 * Hangs the comments of a file on the nodes of its tree, so that the printer can give them back: on the item below
 * a comment that has a line of its own, on the item before one that ends a line, and on the brackets around it where
 * there is no such item. `///` lines directly above a declaration become its documentation.
 */
import type { IToken } from "chevrotain";
import { containersIn, type Container, type Openings } from "./containers.js";
import { endOf, type Faults } from "./faults.js";
import { blankAbove, blankBelow, sameLine, startsLine } from "./gaps.js";
import type { Comment, File, Node } from "./tree.js";

interface Placed extends Comment {
  readonly ownLine: boolean;
}

interface Hung {
  leading: Placed[];
  trailing: Placed[];
  dangling: Placed[];
}

/** Completes the nodes of a tree that was just built; nobody else has seen them yet. */
export function attachComments(tree: File, comments: readonly IToken[], faults: Faults, openings: Openings): void {
  if (comments.length === 0) return;
  const placed = comments.map((token) => place(token, faults));
  const hung = new Map<Node, Hung>();
  new Hanger(faults.text, openings, hung).hangIn(tree, placed);
  for (const [node, comments] of hung) complete(node, comments);
}

function place(token: IToken, faults: Faults): Placed {
  const { text } = faults;
  const ownLine = startsLine(text, token.startOffset);
  return {
    text: token.image.trimEnd(),
    span: faults.over(token),
    blankBefore: ownLine && blankAbove(text, token.startOffset),
    blankAfter: blankBelow(text, endOf(token)),
    ownLine,
  };
}

class Hanger {
  constructor(
    readonly text: string,
    readonly openings: Openings,
    readonly hung: Map<Node, Hung>,
  ) {}

  /** Comments that lie inside a node, each into the list inside it in which it stands. */
  hangIn(node: Node, comments: readonly Placed[]): void {
    let rest = comments;
    for (const container of containersIn(node, this.openings)) {
      const outside = rest.findIndex((comment) => comment.span.start >= container.end);
      const before = rest.findIndex((comment) => comment.span.start >= container.start);
      const end = outside === -1 ? rest.length : outside;
      const start = before === -1 ? rest.length : Math.min(before, end);
      for (const comment of rest.slice(0, start)) this.#hangOn(node, comment);
      this.#hangBetween(container, rest.slice(start, end));
      rest = rest.slice(end);
    }
    for (const comment of rest) this.#hangOn(node, comment);
  }

  /** In the midst of a node, between no two items: above it, or at its end. */
  #hangOn(node: Node, comment: Placed): void {
    const above = comment.ownLine || "members" in node || "net" in node;
    this.#at(node)[above ? "leading" : "trailing"].push(comment);
  }

  #hangBetween(container: Container, comments: readonly Placed[]): void {
    const { items, owner } = container;
    let k = 0;
    let inside: Placed[] = [];
    comments.forEach((comment, i) => {
      const { start } = comment.span;
      while ((items[k]?.span.end ?? Infinity) <= start) k++;
      const [previous, next] = [items[k - 1], items[k]];
      if (next !== undefined && next.span.start < start) {
        inside.push(comment);
        const after = comments[i + 1];
        if (after !== undefined && after.span.start < next.span.end) return;
        this.hangIn(next, inside);
        inside = [];
      } else if (!comment.ownLine && previous !== undefined && sameLine(this.text, previous.span.end, start)) {
        this.#at(previous).trailing.push(comment);
      } else if (next !== undefined) this.#at(next).leading.push(comment);
      else if (container.keepsDangling || previous === undefined) this.#at(owner).dangling.push(comment);
      else this.#at(previous).trailing.push(comment);
    });
  }

  #at(node: Node): Hung {
    const known = this.hung.get(node);
    if (known !== undefined) return known;
    const fresh: Hung = { leading: [], trailing: [], dangling: [] };
    this.hung.set(node, fresh);
    return fresh;
  }
}

function complete(node: Node, { leading, trailing, dangling }: Hung): void {
  // What hangs above a node comes in the order of the text, but for comments in the midst of it.
  const above = leading.filter((comment) => comment.span.start < node.span.start);
  const midst = leading.filter((comment) => comment.span.start >= node.span.start);
  const first = above[0];
  const blank = first === undefined ? {} : { blankBefore: first.blankBefore };
  let documentation: readonly string[] | null = null;
  let rest = above;
  if ("documentation" in node) {
    const start = above.findLastIndex((comment) => comment.blankBefore);
    const paragraph = above.slice(Math.max(start, 0));
    const lines = paragraph.filter(isDocumentation);
    if (lines.length > 0) {
      documentation = lines.map((comment) => comment.text.slice(3).replace(/^ /, ""));
      rest = above.filter((comment) => !lines.includes(comment));
    }
  }
  Object.assign(node, blank, documentation === null ? {} : { documentation });
  const kept = [...rest, ...midst].map(plain);
  if (kept.length > 0) Object.assign(node, { leading: kept });
  if (trailing.length > 0) Object.assign(node, { trailing: trailing.map(plain) });
  if (dangling.length > 0) Object.assign(node, { dangling: dangling.map(plain) });
}

const isDocumentation = (comment: Comment): boolean => /^\/\/\/(?!\/)/.test(comment.text);

const plain = ({ text, span, blankBefore, blankAfter }: Placed): Comment => ({ text, span, blankBefore, blankAfter });
