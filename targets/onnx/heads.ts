import type { Plan, PlanLayer, PlanOutput } from "../../src/model/plan.js";
import type { Graph } from "./graph.js";
import { identity } from "./pointwise.js";
import { attribute, TYPES, type Dimension, type ElementType, type ValueInfo } from "./proto.js";

/** An output of the net, and the values of the graph that it is. */
export interface Head {
  readonly output: PlanOutput;
  /** float32 [1, classes, H, W], or [1, H, W, classes] where they are wanted so */
  readonly scores: string;
  /** Class indices [1, H, W], the lowest of the best: uint8, or int32 for more than 256 classes. */
  readonly mask: string;
}

/**
 * Adds argmax over the classes to each output, and the scores under the name that they have outside.
 *
 * @param upsampled gives scores pixel by pixel, and says whether it did: else they are turned. Null where scores are to
 *   be as maps are
 */
export function addHeads(
  graph: Graph,
  plan: Plan,
  upsampled: ((name: string, value: string) => boolean) | null,
): Head[] {
  const taken = new Set(plan.operations.map(({ name }) => name));
  const single = plan.outputs.length === 1 && !taken.has("mask") && plan.outputs[0]?.name !== "mask";
  return plan.outputs.map((output) => {
    const scores = upsampled === null ? scoresOf(plan, output) : pixelsOf(plan, output);
    if (upsampled === null) {
      if (scores !== output.value) identity(graph, scores, output.value);
    } else if (!upsampled(scores, output.value))
      graph.node(scores, "Transpose", [output.value], { perm: attribute.integers([0, 2, 3, 1]) });
    const best = graph.node(graph.part(output.name, "best"), "ArgMax", [scores], {
      axis: attribute.integer(upsampled === null ? 1 : 3),
      keepdims: attribute.integer(0),
    });
    const mask = graph.node(single ? "mask" : graph.part(output.name, "mask"), "Cast", [best], {
      to: attribute.integer(TYPES[maskType(output)]),
    });
    return { output, scores, mask };
  });
}

/** The value that has an output's scores: of the output's name, unless a layer has that. */
function scoresOf({ operations }: Pick<Plan, "operations">, { name, value }: PlanOutput): string {
  return operations.some((operation) => operation.name === name) ? value : name;
}

/** The value that has them pixel by pixel. */
export function pixelsOf({ operations }: Pick<Plan, "operations">, { name }: PlanOutput): string {
  let pixels = `${name}/pixels`;
  while (operations.some((operation) => operation.name === pixels)) pixels += "_";
  return pixels;
}

const maskType = ({ classes }: PlanOutput): ElementType => (classes > 256 ? "int32" : "uint8");

export function outputInfos(plan: Plan, { output, scores, mask }: Head, pixels: boolean): ValueInfo[] {
  const layer = plan.layers.find(({ name }) => name === output.value);
  const size = [sizeOf(layer, "height", output), sizeOf(layer, "width", output)];
  const { classes } = output;
  return [
    { name: scores, type: "float32", shape: pixels ? [1, ...size, classes] : [1, classes, ...size] },
    { name: mask, type: maskType(output), shape: [1, ...size] },
  ];
}

/** As large as the input, a fixed number, or by a name that says whose size it is. */
function sizeOf(layer: PlanLayer | undefined, side: "height" | "width", { name }: PlanOutput): Dimension {
  const formula = layer?.[`${side}Formula`] ?? "";
  if (/^\d+$/.test(formula)) return Number(formula);
  return /^[A-Za-z]\w*$/.test(formula) ? formula : `${name}_${side}`;
}
