/**
 * The `.labels` text format: what the classes of a net are called and how they are drawn. One class a line, in the
 * order of their indices: a name, then a colour.
 *
 *     // PASCAL VOC
 *     background    #000000
 *     aeroplane     #800000
 *     dining table  #c08000
 *     ignore void   #e0e0c0
 *
 * Blank lines are skipped, and `//` at the start of a line or after a space starts a comment, as in `.fcn`. A name is
 * all that stands before the colour, so it may hold spaces; in double quotes it is taken as it is written. A line
 * that starts with `ignore` says how pixels without a label are drawn; a class of that name is written `"ignore"`.
 */
import type { Labels } from "./plan.js";

/** Red, green, blue, each 0..255. */
export type Color = readonly [number, number, number];

/** Masks are 8-bit pictures in which 255 is the ignore label, so indices 0..254 remain. */
export const MAX_CLASSES = 255;
const MAX_NAME_LENGTH = 100;
const MAX_PROBLEMS = 20;

/** What is wrong with a line of a `.labels` file. */
export interface LabelsProblem {
  /** Counts from 1. */
  readonly line: number;
  /** Half-open range of UTF-16 offsets in the text. */
  readonly start: number;
  readonly end: number;
  /** One line, lower case, without a full stop. */
  readonly message: string;
  readonly help: string;
}

export type LabelsResult =
  | { readonly labels: Labels; readonly problems: readonly [] }
  | { readonly labels: null; readonly problems: readonly LabelsProblem[] };

interface Entry {
  readonly ignore: boolean;
  readonly name: string;
  readonly color: Color;
}

/** Reads the text of a `.labels` file; `name` is what the labels are called. Never throws: faults are `problems`. */
export function parseLabels(text: string, name: string): LabelsResult {
  const classes: Entry[] = [];
  const names = new Map<string, number>();
  const colors = new Map<string, number>();
  const problems: LabelsProblem[] = [];
  let ignore: Entry | null = null;
  let offset = 0;
  let number = 0;
  for (const raw of text.split("\n")) {
    const lineStart = offset;
    offset += raw.length + 1;
    number += 1;
    const content = raw
      .replace(/^\uFEFF/, " ")
      .replace(/(^|\s)\/\/.*$/s, "")
      .trimEnd();
    if (content.trim() === "") continue;
    const start = lineStart + content.search(/\S/);
    const report = (message: string, help: string): void => {
      problems.push({ line: number, start, end: lineStart + content.length, message, help });
    };
    if (problems.length >= MAX_PROBLEMS) break;
    const entry = parseLine(content.trim());
    if ("message" in entry) {
      report(entry.message, entry.help);
      continue;
    }
    if (entry.ignore) {
      if (ignore) report("the ignore label is described twice", "keep one line that starts with `ignore`");
      ignore = entry;
    } else {
      const before = names.get(entry.name);
      if (before !== undefined)
        report(`\`${entry.name}\` is named twice, first on line ${before}`, "rename one of them");
      names.set(entry.name, before ?? number);
      classes.push(entry);
    }
    const shade = entry.color.join();
    const drawn = colors.get(shade);
    if (drawn !== undefined)
      report(`${hex(entry.color)} is the colour of line ${drawn} too`, "give each class a colour of its own");
    colors.set(shade, drawn ?? number);
    if (classes.length > MAX_CLASSES) {
      report(
        `more than ${MAX_CLASSES} classes`,
        `masks are 8-bit pictures in which 255 means "ignore": at most ${MAX_CLASSES} classes fit`,
      );
      break;
    }
  }
  if (classes.length === 0 && problems.length === 0) {
    const help = "write one class a line, as in `background #000000`";
    problems.push({ line: 1, start: 0, end: 0, message: "there is no class in this file", help });
  }
  if (problems.length > 0) return { labels: null, problems };
  const described = ({ name: label, color }: Entry): Labels["classes"][number] => ({ name: label, color });
  return { labels: { name, classes: classes.map(described), ignore: ignore && described(ignore) }, problems: [] };
}

/** A line without its comment, trimmed and not empty. */
function parseLine(line: string): Entry | { readonly message: string; readonly help: string } {
  const example = "write a name and then a colour, as in `background #000000`";
  if (/^#(\s|$)/.test(line)) return { message: "a comment starts with `//` here", help: "replace `#` by `//`" };
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000b-\u001f\u007f\uFFFD]/.test(line))
    return { message: "this line is not text", help: "a `.labels` file is plain text in UTF-8" };
  const fields = /^(?:(?<ignore>ignore)\s+)?(?:"(?<quoted>[^"]*)"|(?<plain>.*?))\s*(?<color>#\S*)?$/.exec(line)?.groups;
  const name = (fields?.["quoted"] ?? fields?.["plain"] ?? "").trim();
  const color = fields?.["color"];
  if (color === undefined)
    return { message: `there is no colour after \`${shorten(line)}\``, help: "end the line with a colour: `#rrggbb`" };
  if (!/^#[0-9a-f]{6}$/i.test(color))
    return {
      message: `\`${shorten(color)}\` is not a colour`,
      help: "write it as `#rrggbb`, each digit one of 0-9, a-f",
    };
  if (name === "") return { message: "there is no name before the colour", help: example };
  if (fields?.["quoted"] === undefined && name.includes('"'))
    return { message: "a quote is not closed, or something stands beside a quoted name", help: example };
  if (name.length > MAX_NAME_LENGTH)
    return { message: `this name has ${name.length} characters`, help: `names may have up to ${MAX_NAME_LENGTH}` };
  return { ignore: fields?.["ignore"] !== undefined, name, color: parseColor(color) };
}

function parseColor(text: string): Color {
  const value = Number.parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function hex(color: Color): string {
  return `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/**
 * The colour that PASCAL VOC's rule gives to an index: bits 0, 1, 2 of the index are bit 7 of red, green and blue,
 * the next three bits are bit 6, and so on.
 */
export function vocColor(index: number): Color {
  const color: [number, number, number] = [0, 0, 0];
  for (let bit = 0; bit < 24; bit += 1) color[bit % 3]! |= ((index >> bit) & 1) << (7 - Math.floor(bit / 3));
  return color;
}

/** Labels for an output that has none: classes called by their number, in VOC's colours. */
export function numberedLabels(classes: number): Labels {
  const entries = Array.from({ length: classes }, (_, index) => ({ name: `class ${index}`, color: vocColor(index) }));
  return { name: "classes", classes: entries, ignore: { name: "ignore", color: [224, 224, 192] } };
}

/** Labels as the text of a `.labels` file, which reads as them. */
export function printLabels({ classes, ignore }: Labels): string {
  const named = classes.map(({ name, color }) => [isPlain(name) ? name : `"${name}"`, hex(color)] as const);
  const lines = ignore === null ? named : [...named, [`ignore ${ignore.name}`, hex(ignore.color)] as const];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, color]) => `${name.padEnd(width)} ${color}\n`).join("");
}

/** Whether a name reads as itself without quotes. */
const isPlain = (name: string): boolean => !/^(?:ignore(?:\s|$)|#)/.test(name);
