import packageJson from "../../package.json" with { type: "json" };
import { catalogue } from "../catalogue.js";
import { check, type CheckResult } from "../compile.js";
import { applyFixes, safeFixes } from "../diagnostics/fixes.js";
import { diagnosticsJson } from "../diagnostics/json.js";
import { sarif } from "../diagnostics/sarif.js";
import { renderTerminal, summaryLine } from "../diagnostics/terminal.js";
import { nodeHost } from "../node-host.js";
import { exitCodes } from "./fail.js";
import { countErrors, DIAGNOSTIC_LIMIT, print, printJson, showsColor, tell } from "./output.js";
import { specPath } from "./paths.js";
import { replaceFile } from "./write-file.js";

export interface CheckOptions {
  readonly format: "text" | "json" | "sarif";
  readonly fix?: boolean;
}

interface Checked extends CheckResult {
  readonly spec: string;
}

/** Fixes that uncover other fixes end after so many rounds. */
const ROUNDS = 10;

/** `fcnc check SPEC...`: exit code 1 where a spec has an error. */
export async function run(specs: readonly string[], options: CheckOptions): Promise<void> {
  if (options.fix) for (const spec of specs) await mend(spec);
  const results: Checked[] = [];
  for (const spec of specs) results.push({ spec, ...(await check({ path: specPath(spec) }, nodeHost)) });
  const all = results.flatMap(({ diagnostics }) => diagnostics);
  const errors = countErrors(all);
  if (errors > 0) process.exitCode = exitCodes.fault;
  if (options.format === "sarif") printJson(sarif(results, catalogue, packageJson.version));
  else if (options.format === "json")
    printJson({
      specs: results.map(({ spec, nets, diagnostics, sources }) => ({
        path: spec,
        nets,
        diagnostics: diagnosticsJson(diagnostics, sources),
      })),
      errors,
      warnings: all.filter(({ severity }) => severity === "warning").length,
    });
  else printText(results, errors);
}

function printText(results: readonly Checked[], errors: number): void {
  const color = showsColor(process.stdout);
  for (const { diagnostics, sources } of results)
    if (diagnostics.length > 0) print(renderTerminal(diagnostics, sources, { color, limit: DIAGNOSTIC_LIMIT }));
  const files = results.length === 1 ? `\`${results[0]?.spec}\` is` : `${results.length} specs are`;
  const all = results.flatMap(({ diagnostics }) => diagnostics);
  const faults = all.filter(({ severity }) => severity !== "note");
  const praise = faults.length === 0 ? `${files} sound` : `${files} sound, with ${summaryLine(faults)}`;
  print(errors === 0 ? praise : summaryLine(all));
}

/**
 * Applies the safe fixes in a spec's own text until none is left, says which, and writes the file once. Files that it
 * imports are left as they are, unless they are named themselves.
 */
async function mend(spec: string): Promise<void> {
  const path = specPath(spec);
  let text: string | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    const { diagnostics, sources } = await check(text === null ? { path } : { path, text }, nodeHost);
    const file = sources.get(path);
    const fixes = safeFixes(diagnostics, sources, path);
    if (!file || fixes.length === 0) break;
    for (const { span, replacement } of fixes) {
      const { line, column } = file.position(span.start);
      tell(`fixed ${spec}:${line}:${column}: \`${sources.textOf(span)}\` is now \`${replacement}\``);
    }
    text = applyFixes(file.text, fixes);
  }
  if (text !== null) await replaceFile(spec, text);
}
