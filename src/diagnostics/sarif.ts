/**
 * SARIF 2.1.0 (OASIS), the form in which code review tools take findings. Regions count lines and columns from 1, in
 * UTF-16 units, as the log says of itself.
 */
import type { Code, Diagnostic, Span } from "./diagnostic.js";
import type { Sources } from "./sources.js";

export interface SarifLog {
  readonly $schema: string;
  readonly version: "2.1.0";
  readonly runs: readonly object[];
}

/** One run with all diagnostics. Files are named as they were given, relative ones relative to the working folder. */
export function sarif(
  found: readonly { readonly diagnostics: readonly Diagnostic[]; readonly sources: Sources }[],
  catalogue: ReadonlyMap<string, Code>,
  version: string,
): SarifLog {
  const codes = [...new Set(found.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code)))].sort();
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "fcnc",
            version,
            rules: codes.map((code) => {
              const page = catalogue.get(code);
              return {
                id: code,
                ...(page && {
                  shortDescription: { text: page.summary },
                  fullDescription: { text: page.explanation.trim() },
                  defaultConfiguration: { level: page.severity },
                }),
              };
            }),
          },
        },
        columnKind: "utf16CodeUnits",
        results: found.flatMap(({ diagnostics, sources }) =>
          diagnostics.map((diagnostic) => result(diagnostic, sources, codes.indexOf(diagnostic.code))),
        ),
      },
    ],
  };
}

function result(diagnostic: Diagnostic, sources: Sources, ruleIndex: number): object {
  const { code, severity, message, primary, related, notes, help, fixes } = diagnostic;
  const lines = [
    message,
    ...(primary?.message ? [primary.message] : []),
    ...notes,
    ...help.map((way) => `help: ${way}`),
  ];
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: lines.join("\n") },
    locations: primary ? [location(primary.span, sources)] : [],
    relatedLocations: related.map((label, id) => ({
      id,
      ...location(label.span, sources),
      message: { text: label.message },
    })),
    ...(fixes.length > 0 && {
      fixes: fixes.map((fix) => ({
        description: { text: fix.title },
        artifactChanges: [
          {
            artifactLocation: { uri: uri(fix.span.file) },
            replacements: [{ deletedRegion: region(fix.span, sources), insertedContent: { text: fix.replacement } }],
          },
        ],
      })),
    }),
  };
}

function location(span: Span, sources: Sources): { readonly physicalLocation: object } {
  return { physicalLocation: { artifactLocation: { uri: uri(span.file) }, region: region(span, sources) } };
}

/** A path as a URI reference: relative ones stay relative, as reviewers' tools want them. */
function uri(path: string): string {
  const encoded = path.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
  if (path.startsWith("/")) return `file://${encoded}`;
  return /^[A-Za-z]:/.test(path) ? `file:///${encoded.replace("%3A", ":")}` : encoded;
}

function region(span: Span, sources: Sources): object {
  const file = sources.get(span.file);
  if (!file) return { startLine: 1 };
  const start = file.position(span.start);
  const end = file.position(span.end);
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}
