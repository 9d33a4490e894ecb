/** What the shapes and colours of a picture mean. */
import { lookWords, paints, type Look } from "./look.js";
import type { DrawNode } from "./node.js";
import { escaped, tag } from "./svg.js";
import { textWidth } from "./text.js";

const SIZE = 10.5;
const LINE = 19;
const SWATCH = 14;
const order: readonly Look[] = ["input", "conv", "pool", "block", "score", "upsample", "fuse", "crop", "other"];

export interface Legend {
  readonly height: number;
  readonly draw: (x: number, y: number) => string;
}

export function legendOf(nodes: readonly DrawNode[], sentences: readonly string[], width: number): Legend {
  const used = order.filter((look) => nodes.some((node) => node.look === look));
  const entries = used.map((look) => ({ look, text: wordsOf(look, nodes) }));
  const placed: { look: Look; text: string; x: number; line: number }[] = [];
  let x = 0;
  let line = 0;
  for (const { look, text } of entries) {
    const needed = SWATCH + 5 + textWidth(text, SIZE) + 16;
    if (x > 0 && x + needed > width) {
      x = 0;
      line++;
    }
    placed.push({ look, text, x, line });
    x += needed;
  }
  const notes = sentences.flatMap((sentence) => wrapText(sentence, width));
  const height = (line + 1) * LINE + 4 + notes.length * 15;
  return {
    height,
    draw: (left, top) =>
      tag(
        "g",
        { "font-size": SIZE, fill: "#4b5560" },
        ...placed.map((entry) => drawEntry(entry.look, entry.text, left + entry.x, top + entry.line * LINE)),
        ...notes.map((note, i) => tag("text", { x: left, y: top + (line + 1) * LINE + 14 + i * 15 }, escaped(note))),
      ),
  };
}

function wordsOf(look: Look, nodes: readonly DrawNode[]): string {
  if (look !== "fuse") return lookWords[look];
  const signs = new Set(nodes.filter((node) => node.look === "fuse").map(({ sign }) => sign));
  const words: readonly (readonly [string, string])[] = [
    ["+", "sum"],
    ["×", "product"],
    ["‖", "concatenation"],
  ];
  return words
    .filter(([sign]) => signs.has(sign))
    .map(([sign, word]) => `${sign} ${word}`)
    .join(", ");
}

function drawEntry(look: Look, text: string, x: number, y: number): string {
  const paint = { fill: paints[look].front, stroke: "#24292f", "stroke-width": 0.8 };
  const swatch =
    look === "fuse"
      ? tag("circle", { cx: x + SWATCH / 2, cy: y + 7, r: 6, ...paint })
      : tag("rect", {
          x,
          y: y + 1,
          width: SWATCH,
          height: 12,
          ...paint,
          "stroke-dasharray": look === "crop" ? "3 2" : undefined,
        });
  return swatch + tag("text", { x: x + SWATCH + 5, y: y + 11 }, escaped(text));
}

export function wrapText(text: string, width: number, size = SIZE): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && textWidth(`${line} ${word}`, size) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}
