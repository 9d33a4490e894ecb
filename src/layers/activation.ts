import { defineLayer, type LayerKind } from "../model/layer-kind.js";
import type { OperationOf } from "../model/plan.js";

/** An activation: element by element, in place, without parameters. */
export function defineActivation(
  name: OperationOf<"activation">["function"],
  formula: string,
  example: string,
): LayerKind {
  return defineLayer({
    name,
    summary: `${formula}, element by element.`,
    documentation: "It changes neither size nor grid, and may stay unnamed at the end of a flow.",
    example,
    inputs: "one",
    parameters: {},
    inPlace: true,
    channels: (_settings, [input = 0]) => input,
    lower: () => ({ op: "activation", function: name }),
  });
}
