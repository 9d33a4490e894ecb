/**
 * Residual blocks, inception modules and the like: branches that part at one map and meet in another one of no finer
 * stride. Each is drawn as one map in the trunk, and once in full below it.
 */
import { readersOf, strideOf, type DrawNode, type Link } from "./node.js";

/** More than this in a block, and the branches are drawn as they are. */
const LARGEST_BLOCK = 24;

export function gatherBlocks(nodes: readonly DrawNode[]): DrawNode[] {
  let gathered = [...nodes];
  for (const { name } of nodes.filter(({ look }) => look === "fuse")) {
    const region = regionBefore(name, gathered);
    if (!region) continue;
    const names = new Set(region.parts.map((part) => part.name));
    gathered = gathered.flatMap((node) =>
      node.name === name ? [blockOf(region)] : names.has(node.name) ? [] : [node],
    );
  }
  return gathered;
}

interface Region {
  readonly entry: string;
  readonly parts: readonly DrawNode[];
  readonly exit: DrawNode;
}

/** Walks back from a fusion, the latest map first, until one map is left that all branches come from. */
function regionBefore(name: string, nodes: readonly DrawNode[]): Region | null {
  const place = new Map(nodes.map((node, i) => [node.name, i]));
  const exit = nodes[place.get(name) ?? -1];
  if (!exit) return null;
  const open = new Set(exit.links.map(({ from }) => from));
  const inner: DrawNode[] = [];
  while (open.size > 1) {
    const latest = [...open].reduce((a, b) => ((place.get(a) ?? 0) > (place.get(b) ?? 0) ? a : b));
    const node = nodes[place.get(latest) ?? -1];
    if (!node || node.links.length === 0 || inner.length >= LARGEST_BLOCK) return null;
    open.delete(latest);
    inner.unshift(node);
    for (const { from } of node.links) open.add(from);
  }
  const [entry] = open;
  if (entry === undefined || inner.length === 0) return null;
  const parts = [...inner, exit];
  return isClosed(inner, parts, nodes) && isNoFiner(inner, exit) ? { entry, parts, exit } : null;
}

/** Nothing but the block itself takes what is inside. */
function isClosed(inner: readonly DrawNode[], parts: readonly DrawNode[], nodes: readonly DrawNode[]): boolean {
  const readers = readersOf(nodes);
  return inner.every(
    (node) => node.outputs.length === 0 && (readers.get(node.name) ?? []).every((reader) => parts.includes(reader)),
  );
}

/** A branch through deeper maps is no block: it is what the picture is about. */
function isNoFiner(inner: readonly DrawNode[], exit: DrawNode): boolean {
  const limit = strideOf(exit) ?? Infinity;
  return inner.every((node) => (strideOf(node) ?? 0) <= limit);
}

function blockOf({ entry, parts, exit }: Region): DrawNode {
  return {
    ...exit,
    name: exit.name,
    look: "block",
    does: `block of ${parts.length} layers that ends in ${exit.does}`,
    links: [{ from: entry, crop: null } satisfies Link],
    parts,
  };
}

/** The name that the maps of a block share: `inception_3a` of `inception_3a/1x1`, ... */
export function blockName({ name, parts }: DrawNode): string {
  const names = parts.map((part) => part.name);
  const [first = ""] = names;
  let length = 0;
  while (length < first.length && names.every((other) => other[length] === first[length])) length++;
  const shared = first.slice(0, length);
  const cut = names.every((other) => other.length === length || /[^A-Za-z0-9]/.test(other[length] ?? ""))
    ? shared
    : shared.replace(/[^/._-]*$/, "");
  return cut.replace(/[/._-]+$/, "") || name;
}

/** Equal for blocks that are built alike, whatever their channels. */
export function structureOf({ parts }: DrawNode): string {
  const place = new Map(parts.map((part, i) => [part.name, i]));
  return parts
    .map(({ does, links }) => `${does}(${links.map(({ from }) => place.get(from) ?? "in").join(" ")})`)
    .join(";");
}
