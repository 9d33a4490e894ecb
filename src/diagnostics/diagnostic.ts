/**
 * The diagnostic as a value. Whoever finds a fault makes one of these; whoever shows it (terminal, JSON, an
 * editor) renders it. Positions are offsets into the text of a file, so that no one has to agree on lines first.
 */
import { tooManyFaults } from "./codes/files.js";

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
  /** True where it is the only answer, so that `fcnc check --fix` may give it: see `fixes.ts`. */
  readonly safe?: boolean;
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
  /** Why a comment cannot allow this one, though it can others of its code. */
  readonly unallowable?: string;
}

/**
 * One code of the catalogue with its page. A diagnostic can only be made from one of these (see `diagnose`), so the
 * catalogue cannot lack a code that is reported; a test holds it against the codes that the sources define.
 */
export interface Code {
  /** Kebab-case words that name the fault: `crop-offset`. */
  readonly code: string;
  readonly severity: Severity;
  /**
   * What then holds, in sentences, where `// allow CODE: reason` may silence an error, because it leaves a net that
   * runs. Warnings and notes need none to be silenced; `null` is for those that no comment can silence.
   */
  readonly whenAllowed?: string | null;
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
  readonly unallowable?: string | undefined;
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
    ...(details.unallowable !== undefined && { unallowable: details.unallowable }),
  };
}

/** Whether a comment may silence what has this code. */
export function isAllowable({ severity, whenAllowed }: Code): boolean {
  return severity === "error" ? typeof whenAllowed === "string" : whenAllowed !== null;
}

/** Errors that are kept of one compilation, and as many warnings: nobody reads more, and each may take a search. */
export const FAULT_LIMIT = 500;

/** Collects what the passes find. The same fault (code and place) is kept once. */
export class Report {
  readonly #found = new Map<string, Diagnostic>();
  readonly #counts: Record<Severity, number> = { error: 0, warning: 0, note: 0 };

  /** True when there are so many errors that it is no use to look for more. */
  get full(): boolean {
    return this.#counts.error >= FAULT_LIMIT;
  }

  add(diagnostic: Diagnostic): void {
    if (this.#counts[diagnostic.severity] >= FAULT_LIMIT) return;
    const place = diagnostic.primary?.span;
    const key = place
      ? `${diagnostic.code} ${place.file} ${place.start} ${place.end} ${diagnostic.message}`
      : `${diagnostic.code} ${diagnostic.message}`;
    if (this.#found.has(key)) return;
    this.#found.set(key, diagnostic);
    this.#counts[diagnostic.severity]++;
    if (this.full) this.#found.set("", diagnose(tooManyFaults, `only the first ${FAULT_LIMIT} errors are reported`));
  }

  addAll(diagnostics: Iterable<Diagnostic>): void {
    for (const diagnostic of diagnostics) {
      if (this.full) return;
      this.add(diagnostic);
    }
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#found.values()];
  }

  get hasErrors(): boolean {
    for (const diagnostic of this.#found.values()) if (diagnostic.severity === "error") return true;
    return false;
  }
}
