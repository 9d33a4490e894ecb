/** The graph that a definition is written out into, from a fresh start. */
import type { Report } from "../diagnostics/diagnostic.js";
import type { Graph } from "../model/graph.js";
import type { Given } from "./bind.js";
import { bindParameters } from "./block-parameters.js";
import { Builder } from "./builder.js";
import type { Environment } from "./environment.js";
import { tooLargeToWrite } from "./extent.js";
import type { NamedDefinition } from "./resolve.js";
import { plainUse } from "./use.js";
import { Scope } from "./values.js";

/** `given` are values for its parameters; `write` writes its members out. */
export function graphOf(
  { definition, module }: NamedDefinition,
  report: Report,
  given: ReadonlyMap<string, Given>,
  write: Environment["write"],
  canonical: Environment["canonical"] = new Map(),
): Graph {
  const builder = new Builder(report);
  const environment: Environment = {
    builder,
    report,
    module,
    definition,
    scope: new Scope(),
    use: plainUse,
    nameOf: (local) => local,
    sites: [],
    stack: [definition],
    write,
    canonical,
    above: null,
  };
  const large = tooLargeToWrite({ definition, module });
  if (large) {
    report.add(large);
    builder.incomplete = true;
  } else {
    bindParameters(definition.parameters ?? [], given, environment, definition.name.span);
    write(environment);
  }
  return {
    name: definition.name.text,
    file: module.path,
    span: definition.name.span,
    nodes: builder.nodes,
    outputs: builder.outputs,
    lostLabels: builder.lostLabels,
    taps: builder.taps,
    expectations: builder.expectations,
    domain: builder.domain,
    incomplete: builder.incomplete,
  };
}
