/** Where the boxes of a block's panel lie: branches as rows, steps as columns. */
import { blockName } from "./blocks.js";
import type { DrawNode } from "./node.js";
import { middleCut, textWidth } from "./text.js";

export interface Box {
  readonly node: DrawNode;
  readonly title: string;
  readonly detail: string;
  readonly x: number;
  /** Its middle. */
  readonly y: number;
  readonly width: number;
}

export interface Arrangement {
  readonly boxes: readonly Box[];
  readonly lines: readonly (readonly (readonly [number, number])[])[];
  readonly entry: { readonly x: number; readonly y: number };
  readonly exit: { readonly x: number; readonly y: number; readonly sign: string };
  readonly width: number;
  readonly height: number;
}

export const BOX_HEIGHT = 30;
const ROW = BOX_HEIGHT + 8;
const BETWEEN = 26;

export function arrange(block: DrawNode): Arrangement {
  const inner = block.parts.slice(0, -1);
  const exitNode = block.parts.at(-1) ?? block;
  const isInner = new Set(inner.map(({ name }) => name));
  const rowOf = new Map<string, number>();
  const stepOf = new Map<string, number>();
  const continued = new Set<string>();
  let rows = 0;
  for (const { name, links } of inner) {
    const before = links.map(({ from }) => from).filter((from) => isInner.has(from));
    const [first] = before;
    stepOf.set(name, 1 + Math.max(-1, ...before.map((from) => stepOf.get(from) ?? 0)));
    const row = first !== undefined && !continued.has(first) ? rowOf.get(first) : undefined;
    if (first !== undefined) continued.add(first);
    rowOf.set(name, row ?? rows++);
  }
  const passesBy = exitNode.links.some(({ from }) => !isInner.has(from));
  const texts = inner.map((node) => boxText(node, blockName(block)));
  const steps = Math.max(0, ...stepOf.values()) + 1;
  const widths = Array.from({ length: steps }, (_, step) =>
    inner.reduce((most, { name }, i) => (stepOf.get(name) === step ? Math.max(most, texts[i]?.width ?? 0) : most), 0),
  );
  const lefts = widths.map(
    (_, step) => 8 + BETWEEN + widths.slice(0, step).reduce((sum, width) => sum + width + BETWEEN, 0),
  );
  const height = (rows + (passesBy ? 0.6 : 0)) * ROW;
  const yOf = (row: number): number => row * ROW + ROW / 2;
  const entry = { x: 8, y: (rows * ROW) / 2 };
  const exit = {
    x: 8 + BETWEEN + widths.reduce((sum, width) => sum + width + BETWEEN, 0) + 9,
    y: entry.y,
    sign: exitNode.sign,
  };
  const boxes = inner.map((node, i): Box => {
    const { title, detail, width } = texts[i] ?? { title: node.name, detail: "", width: 0 };
    return { node, title, detail, width, x: lefts[stepOf.get(node.name) ?? 0] ?? 0, y: yOf(rowOf.get(node.name) ?? 0) };
  });
  const places = new Map(boxes.map((box) => [box.node.name, box]));
  const lines: (readonly [number, number])[][] = [];
  for (const node of [...inner, exitNode]) {
    const to = places.get(node.name);
    const end = to ? { x: to.x, y: to.y } : { x: exit.x, y: exit.y };
    const turn = to ? to.x - BETWEEN / 2 : exit.x - 9 - BETWEEN / 2;
    for (const { from } of node.links) {
      const box = places.get(from);
      const start = box ? { x: box.x + box.width, y: box.y } : entry;
      if (!box && !to) {
        const below = rows * ROW + 0.3 * ROW;
        lines.push([
          [entry.x, entry.y],
          [entry.x + 8, entry.y],
          [entry.x + 8, below],
          [turn, below],
          [turn, end.y],
          [end.x, end.y],
        ]);
      } else
        lines.push([
          [start.x, start.y],
          [box ? turn : entry.x + 12, start.y],
          [box ? turn : entry.x + 12, end.y],
          [end.x, end.y],
        ]);
    }
  }
  return { boxes, lines, entry, exit, width: exit.x + 14, height };
}

function boxText(
  node: DrawNode,
  block: string,
): { readonly title: string; readonly detail: string; readonly width: number } {
  const own = node.name.startsWith(block) ? node.name.slice(block.length).replace(/^[/._-]+/, "") : node.name;
  const title = middleCut(own || node.name, 28);
  const detail = `${node.does.replaceAll(/(\d)x(\d)/g, "$1×$2")}, ${node.layer.channels} ch`;
  return { title, detail, width: 12 + Math.max(textWidth(title, 10, true), textWidth(detail, 10)) + 8 };
}
