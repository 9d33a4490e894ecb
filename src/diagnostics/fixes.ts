/** Applying fixes to texts. */
import type { Diagnostic, Fix } from "./diagnostic.js";
import type { Sources } from "./sources.js";

/** A number, or two in brackets: what a person wrote as a value and not as a rule. */
const plain = /^\d[\d_]*$|^\[\s*\d[\d_]*\s*,\s*\d[\d_]*\s*\]$/;

/**
 * Whether a fix can be applied unseen: it is the only answer there is, and it replaces a plain number. An expression
 * (`2 * border`) says why its value is what it is, so it is left to a person.
 */
export function isSafe(fix: Fix, sources: Sources): boolean {
  return fix.safe === true && plain.test(sources.textOf(fix.span));
}

/** The safe fixes in one file, in the order of the text; of those that overlap, the first. */
export function safeFixes(diagnostics: readonly Diagnostic[], sources: Sources, file: string): Fix[] {
  const found = diagnostics
    .flatMap(({ fixes }) => fixes.slice(0, 1))
    .filter((fix) => fix.span.file === file && isSafe(fix, sources))
    .toSorted((a, b) => a.span.start - b.span.start);
  let end = -1;
  return found.filter(({ span }) => {
    const apart = span.start > end;
    if (apart) end = span.end;
    return apart;
  });
}

/** `fixes` are in the order of the text and do not overlap. */
export function applyFixes(text: string, fixes: readonly Fix[]): string {
  return fixes.reduceRight(
    (mended, { span, replacement }) => mended.slice(0, span.start) + replacement + mended.slice(span.end),
    text,
  );
}
