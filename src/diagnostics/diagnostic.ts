/**
 * The diagnostic as a value. Whoever finds a fault makes one of these; whoever shows it (terminal, JSON, an
 * editor) renders it. Positions are offsets into the text of a file, so that no one has to agree on lines first.
 */

/** Half-open range of UTF-16 offsets in one source file. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

export type Severity = "error" | "warning" | "note";

/** A place and what is to be said about it. The primary label is where the fault is; others say how it came about. */
export interface Label {
  readonly span: Span;
  readonly message: string;
}

/** A replacement of the text of one span that mends the fault. */
export interface Fix {
  readonly title: string;
  readonly span: Span;
  readonly replacement: string;
}

export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  /** One line, lower case, without a full stop. */
  readonly message: string;
  /** Null for faults that have no place in a text (a missing file, a weight file). */
  readonly primary: Label | null;
  readonly related: readonly Label[];
  readonly notes: readonly string[];
  /** Ways out, most likely first. */
  readonly help: readonly string[];
  readonly fixes: readonly Fix[];
}

/**
 * One code of the catalogue with its page. A diagnostic can only be made from one of these (see `diagnose`), so the
 * catalogue cannot lack a code that is reported; a test holds it against the codes that the sources define.
 */
export interface Code {
  /** Kebab-case words that name the fault: `crop-offset`. */
  readonly code: string;
  readonly severity: Severity;
  /** What it means, as a sentence. */
  readonly summary: string;
  /** Why it matters and how to think about it: Markdown, some lines. */
  readonly explanation: string;
  /** A whole `.fcn` file that is reported with this code, and the same file mended. Null where no spec can show it. */
  readonly example: { readonly failing: string; readonly mended: string } | null;
}

export interface DiagnosticDetails {
  readonly at?: Span | null;
  /** The words beside the carets. */
  readonly label?: string;
  readonly related?: readonly Label[];
  readonly notes?: readonly string[];
  readonly help?: readonly string[];
  readonly fixes?: readonly Fix[];
  readonly severity?: Severity;
}

export function diagnose(code: Code, message: string, details: DiagnosticDetails = {}): Diagnostic {
  return {
    code: code.code,
    severity: details.severity ?? code.severity,
    message,
    primary: details.at ? { span: details.at, message: details.label ?? "" } : null,
    related: details.related ?? [],
    notes: details.notes ?? [],
    help: details.help ?? [],
    fixes: details.fixes ?? [],
  };
}

/** Collects what the passes find. The same fault (code and place) is kept once. */
export class Report {
  readonly #found = new Map<string, Diagnostic>();

  add(diagnostic: Diagnostic): void {
    const place = diagnostic.primary?.span;
    const key = place
      ? `${diagnostic.code} ${place.file} ${place.start} ${place.end} ${diagnostic.message}`
      : `${diagnostic.code} ${diagnostic.message}`;
    if (!this.#found.has(key)) this.#found.set(key, diagnostic);
  }

  addAll(diagnostics: Iterable<Diagnostic>): void {
    for (const diagnostic of diagnostics) this.add(diagnostic);
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#found.values()];
  }

  get hasErrors(): boolean {
    for (const diagnostic of this.#found.values()) if (diagnostic.severity === "error") return true;
    return false;
  }
}
