/**
 * A message as protobuf's text format, in the look of Caffe's own `DebugString`: a field a line, messages indented by
 * two spaces. `text.ts` reads it back to the same tree.
 */
import type { Field, Message, Value } from "./message.js";

/** The text of a file, with its last newline. Comments stand on lines of their own before their field. */
export function printMessage(message: Message): string {
  const lines: string[] = [];
  printFields(message, "", lines);
  return lines.map((line) => `${line}\n`).join("");
}

function printFields(message: Message, indent: string, lines: string[]): void {
  for (const field of message.fields) printField(field, indent, lines);
  printComments(message.comments, indent, lines);
}

function printField({ name, value, comments }: Field, indent: string, lines: string[]): void {
  printComments(comments, indent, lines);
  if (typeof value === "object" && value.kind === "message") {
    lines.push(`${indent}${name} {`);
    printFields(value, `${indent}  `, lines);
    lines.push(`${indent}}`);
  } else lines.push(`${indent}${name}: ${printValue(value)}`);
}

function printComments(comments: readonly string[] | undefined, indent: string, lines: string[]): void {
  // A comment ends with its line, whatever it was made from.
  for (const comment of comments ?? []) lines.push(`${indent}# ${comment.replaceAll(/[\r\n]+/g, " ")}`.trimEnd());
}

function printValue(value: Exclude<Value, Message>): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
      return printNumber(value);
    case "boolean":
      return String(value);
    case "object":
      return value.name;
  }
}

/** The shortest digits that are read as the same double; Caffe rounds them to its float. */
function printNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  '"': '\\"',
  "\\": "\\\\",
};

/** Text stays UTF-8; quotes, backslashes and control characters are escaped as in C. */
function quote(text: string): string {
  // eslint-disable-next-line no-control-regex
  const escaped = text.replaceAll(/["\\\u0000-\u001f\u007f]/g, (character) => {
    const octal = character.charCodeAt(0).toString(8).padStart(3, "0");
    return ESCAPES[character] ?? `\\${octal}`;
  });
  return `"${escaped}"`;
}
