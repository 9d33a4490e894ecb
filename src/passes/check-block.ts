/**
 * Checks a block that may not be used anywhere: names, layers and arguments. What depends on its maps, which only a use
 * brings, stays silent.
 */
import type { Report } from "../diagnostics/diagnostic.js";
import type { Given } from "./bind.js";
import { instantiate } from "./instantiate.js";
import type { NamedDefinition } from "./resolve.js";
import { broken } from "./values.js";

export function checkBlock(block: NamedDefinition, report: Report): void {
  instantiate(block, report, unknownParameters(block));
}

/** Unknown values for the parameters that have no default, so that what depends on them stays silent. */
export function unknownParameters({ definition }: NamedDefinition): ReadonlyMap<string, Given> {
  const open = (definition.parameters ?? []).filter((parameter) => !parameter.default);
  return new Map(open.map((parameter) => [parameter.name.text, { value: broken, span: parameter.span }]));
}
