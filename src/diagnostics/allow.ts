/**
 * `// allow CODE: reason`: what a person has looked at is silenced on one line: warnings, notes, and those errors that
 * leave a net that runs.
 */
import { allowReason, unusedAllow } from "./codes/allow.js";
import { diagnose, isAllowable, type Code, type Diagnostic, type Span } from "./diagnostic.js";
import type { SourceFile, Sources } from "./sources.js";
import { nearest } from "./suggest.js";

export interface Comment {
  /** With its marks: `// allow ...`. */
  readonly text: string;
  readonly start: number;
}

export interface AllowOptions {
  /** The comments of a text, wherever they stand. */
  readonly commentsIn: (text: string) => readonly Comment[];
  /** Every code there is. */
  readonly codes: ReadonlyMap<string, Code>;
  /** The file whose allowances are held to silence something; null where only a part of it was looked at. */
  readonly whole: string | null;
}

interface Allowance {
  readonly code: string;
  readonly reason: string;
  /** The line that it speaks of. */
  readonly line: number;
  readonly span: Span;
  used: boolean;
}

/** Three slashes make documentation, which is no comment. */
const shape = /^\/\/[ \t]*allow[ \t]+([\w-]+)[ \t]*(?::[ \t]*(.*?))?[ \t]*$/;

/** What is left of the diagnostics, and what is wrong with the allowances themselves. */
export function applyAllowances(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  { commentsIn, codes, whole }: AllowOptions,
): Diagnostic[] {
  const byFile = new Map<string, readonly Allowance[]>();
  const allowancesOf = (path: string): readonly Allowance[] => {
    const known = byFile.get(path) ?? allowancesIn(sources.get(path), commentsIn);
    byFile.set(path, known);
    return known;
  };
  const left = diagnostics.flatMap((diagnostic) => {
    if (!diagnostic.primary) return [diagnostic];
    const { span } = diagnostic.primary;
    const line = sources.lineOf(span);
    const allowances = allowancesOf(span.file).filter((each) => each.code === diagnostic.code && each.line === line);
    for (const each of allowances) each.used = true;
    if (allowances.length === 0) return [diagnostic];
    const refusal = refusalOf(diagnostic, codes);
    if (refusal !== null) return [{ ...diagnostic, notes: [...diagnostic.notes, `it cannot be allowed: ${refusal}`] }];
    if (allowances.some(({ reason }) => reason !== "")) return [];
    // Beside an error, nothing is told of the comment itself.
    if (diagnostic.severity !== "error") return [diagnostic];
    return [
      { ...diagnostic, help: [...diagnostic.help, `to allow it, say why: \`// allow ${diagnostic.code}: ...\``] },
    ];
  });
  // Beside errors, much is not looked for that would be allowed.
  if (whole === null || left.some(({ severity }) => severity === "error")) return left;
  return [...left, ...allowancesOf(whole).flatMap((allowance) => faultOf(allowance, [...codes.keys()]))];
}

/** Why a comment cannot allow it, or null where one can. */
function refusalOf({ code, unallowable }: Diagnostic, codes: AllowOptions["codes"]): string | null {
  const known = codes.get(code);
  if (!known || !isAllowable(known)) return "there is no net without mending it";
  return unallowable ?? null;
}

/** Whether a comment with a reason allows a code on the line of a place. */
export function isAllowed(
  code: string,
  { file, start }: Span,
  sources: Sources,
  commentsIn: AllowOptions["commentsIn"],
): boolean {
  const source = sources.get(file);
  const line = source?.position(start).line;
  return allowancesIn(source, commentsIn).some(
    (each) => each.code === code && each.line === line && each.reason !== "",
  );
}

function allowancesIn(file: SourceFile | undefined, commentsIn: AllowOptions["commentsIn"]): Allowance[] {
  if (!file || !/\/\/[ \t]*allow\b/.test(file.text)) return [];
  const found: Allowance[] = [];
  for (const { text, start } of commentsIn(file.text)) {
    const [, code = "", reason = ""] = shape.exec(text) ?? [];
    if (code === "") continue;
    const span = { file: file.path, start, end: start + text.trimEnd().length };
    found.push({ code, reason, line: lineOf(file, start), span, used: false });
  }
  return found;
}

/** The comment's own line, or the next one that is more than a comment where it has a line of its own. */
function lineOf(file: SourceFile, start: number): number {
  const { line } = file.position(start);
  const last = file.position(file.text.length).line;
  for (let next = line; next <= last; next++) if (!/^\s*(\/\/.*)?$/.test(file.line(next))) return next;
  return line;
}

function faultOf({ code, reason, span, used }: Allowance, codes: readonly string[]): Diagnostic[] {
  if (!codes.includes(code)) {
    const near = nearest(code, codes);
    return [
      diagnose(unusedAllow, `there is no code \`${code}\``, {
        at: span,
        label: near ? `did you mean \`${near}\`?` : "allows nothing",
      }),
    ];
  }
  if (!used)
    return [
      diagnose(unusedAllow, `\`${code}\` is not reported here`, {
        at: span,
        label: "allows nothing",
        help: ["remove it, or put it on the line of the warning or above it"],
      }),
    ];
  if (reason !== "") return [];
  return [
    diagnose(allowReason, `\`${code}\` is not allowed without a reason`, {
      at: span,
      help: [`say why: \`// allow ${code}: ...\``],
    }),
  ];
}
