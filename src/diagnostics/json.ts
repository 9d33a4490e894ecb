/**
 * Diagnostics for programs: what `--format json` prints. The shape is a contract; fields are only ever added.
 *
 * Lines and columns count from 1, columns in UTF-16 units; `offset` and `end` are UTF-16 offsets into the text from 0.
 * Ends are exclusive. A diagnostic without a place (a missing file) has null in all six, and in `file`.
 */
import type { Diagnostic, Label, Severity, Span } from "./diagnostic.js";
import { isSafe } from "./fixes.js";
import type { Sources } from "./sources.js";

export interface PlaceJson {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly offset: number;
  readonly end: number;
}

export interface LabelJson extends PlaceJson {
  readonly message: string;
}

/** Replacing the text of the place by `replacement` mends the fault. */
export interface FixJson extends PlaceJson {
  readonly title: string;
  readonly replacement: string;
  /** True where `fcnc check --fix` applies it. */
  readonly safe: boolean;
}

type NoPlace = { readonly [K in keyof PlaceJson]: null };

export type DiagnosticJson = (PlaceJson | NoPlace) & {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** The words at the place; may be empty. */
  readonly label: string;
  /** Other places that have to do with it. */
  readonly related: readonly LabelJson[];
  readonly notes: readonly string[];
  /** Ways out, most likely first. */
  readonly help: readonly string[];
  readonly fixes: readonly FixJson[];
};

const noPlace: NoPlace = {
  file: null,
  line: null,
  column: null,
  endLine: null,
  endColumn: null,
  offset: null,
  end: null,
};

export function diagnosticsJson(diagnostics: readonly Diagnostic[], sources: Sources): DiagnosticJson[] {
  const labelled = ({ span, message }: Label): LabelJson => ({ message, ...placeOf(span, sources) });
  return diagnostics.map(({ code, severity, message, primary, related, notes, help, fixes }) => ({
    code,
    severity,
    message,
    ...(primary ? placeOf(primary.span, sources) : noPlace),
    label: primary?.message ?? "",
    related: related.map(labelled),
    notes,
    help,
    fixes: fixes.map((fix) => ({
      title: fix.title,
      replacement: fix.replacement,
      safe: isSafe(fix, sources),
      ...placeOf(fix.span, sources),
    })),
  }));
}

/** A place in a file whose text is not known is said to be at the first character, with its offsets as they are. */
function placeOf({ file, start, end }: Span, sources: Sources): PlaceJson {
  const source = sources.get(file);
  const from = source?.position(start) ?? { line: 1, column: 1 };
  const to = source?.position(end) ?? from;
  return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column, offset: start, end };
}
