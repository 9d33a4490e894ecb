import { check } from "../compile.js";
import { diagnosticsJson } from "../diagnostics/json.js";
import { renderTerminal, summaryLine } from "../diagnostics/terminal.js";
import { nodeHost } from "../node-host.js";
import { exitCodes } from "./fail.js";
import { countErrors, DIAGNOSTIC_LIMIT, print, printJson, showsColor, type FormatOption } from "./output.js";
import { specPath } from "./paths.js";

/** `fcnc check SPEC...`: exit code 1 where a spec has an error. */
export async function run(specs: readonly string[], options: FormatOption): Promise<void> {
  const results = [];
  for (const spec of specs) results.push({ spec, ...(await check({ path: specPath(spec) }, nodeHost)) });
  const all = results.flatMap(({ diagnostics }) => diagnostics);
  const errors = countErrors(all);
  if (errors > 0) process.exitCode = exitCodes.fault;
  if (options.format === "json") {
    printJson({
      specs: results.map(({ spec, nets, diagnostics, sources }) => ({
        path: spec,
        nets,
        diagnostics: diagnosticsJson(diagnostics, sources),
      })),
      errors,
      warnings: all.filter(({ severity }) => severity === "warning").length,
    });
    return;
  }
  const color = showsColor(process.stdout);
  for (const { diagnostics, sources } of results)
    if (diagnostics.length > 0) print(renderTerminal(diagnostics, sources, { color, limit: DIAGNOSTIC_LIMIT }));
  const files = specs.length === 1 ? `\`${specs[0]}\` is` : `${specs.length} specs are`;
  const faults = all.filter(({ severity }) => severity !== "note");
  const praise = faults.length === 0 ? `${files} sound` : `${files} sound, with ${summaryLine(faults)}`;
  print(errors === 0 ? praise : summaryLine(all));
}
