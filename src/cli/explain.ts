import { compile } from "../compile.js";
import { catalogue, renderPage } from "../catalogue.js";
import { isAllowable, type Code } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import { explainKind, explainLayer, renderExplanation } from "../inspect/explain.js";
import { layerKinds } from "../layers/index.js";
import { nodeHost } from "../node-host.js";
import { Fault } from "./fail.js";
import { parseSize, print, printJson, showsColor, stopAtErrors, type FormatOption } from "./output.js";
import { specPath } from "./paths.js";

interface ExplainOptions extends FormatOption {
  readonly net?: string;
  readonly size?: string;
}

/** `fcnc explain CODE | KIND | SPEC LAYER` */
export async function run(what: string, layer: string | undefined, options: ExplainOptions): Promise<void> {
  if (layer === undefined) explainWord(what, options);
  else await derive(what, layer, options);
}

function explainWord(word: string, options: FormatOption): void {
  const code = catalogue.get(word);
  const kind = layerKinds.get(word);
  if (code) {
    if (options.format === "json") printJson(pageJson(code));
    else print(renderPage(code));
  } else if (kind) {
    if (options.format === "json")
      printJson({
        name: kind.name,
        summary: kind.summary,
        documentation: kind.documentation.trim(),
        example: kind.example,
        parameters: kind.parameters,
      });
    else print(explainKind(kind, { color: showsColor(process.stdout), width: process.stdout.columns ?? 100 }));
  } else if (word.endsWith(".fcn")) throw new Fault("which layer?", [`write \`fcnc explain ${word} score\``]);
  else {
    const near = nearest(word, [...catalogue.keys(), ...layerKinds.keys()]);
    throw new Fault(`\`${word}\` is neither a code nor a layer kind`, [
      ...(near ? [`did you mean \`${near}\`?`] : []),
      `codes: ${[...catalogue.keys()].join(", ")}`,
      `layer kinds: ${[...layerKinds.keys()].join(", ")}`,
    ]);
  }
}

function pageJson(page: Code): object {
  const { code, severity, summary, explanation, example, whenAllowed } = page;
  return {
    code,
    severity,
    summary,
    explanation,
    example,
    allowable: isAllowable(page),
    whenAllowed: whenAllowed?.trim() ?? null,
  };
}

async function derive(spec: string, layer: string, options: ExplainOptions): Promise<void> {
  const size = options.size === undefined ? null : parseSize(options.size);
  const result = await compile(
    { path: specPath(spec) },
    nodeHost,
    options.net === undefined ? {} : { net: options.net },
  );
  stopAtErrors(result, options);
  if (!result.plan) return;
  const explanation = explainLayer(result.plan, layer, size);
  if ("fault" in explanation) throw new Fault(explanation.fault, explanation.help);
  if (options.format === "json") printJson(explanation);
  else
    print(renderExplanation(explanation, { color: showsColor(process.stdout), width: process.stdout.columns ?? 100 }));
}
