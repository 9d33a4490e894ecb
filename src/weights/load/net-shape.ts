/** What the loading of weights asks of a net: which layers see its inputs, and which are its trunk. */
import type { Operation, OperationOf, Plan, PlanInput } from "../../model/plan.js";

/** Channels of a first layer that come from one input, in order. */
export interface Segment {
  readonly input: PlanInput;
  readonly channels: number;
  /** What stands between the input and the layer, or null where nothing does. */
  readonly preprocess: OperationOf<"preprocess"> | null;
}

/** By weight, the inputs that a layer sees directly: through nothing but preprocessing, borders and joining. */
export function firstLayers(plan: Plan): ReadonlyMap<string, readonly Segment[]> {
  const byName = new Map(plan.operations.map((operation) => [operation.name, operation]));
  const inputs = new Map(plan.inputs.map((input) => [input.name, input]));
  const known = new Map<string, readonly Segment[] | null>();

  function segmentsOf(name: string): readonly Segment[] | null {
    const found = known.get(name);
    if (found !== undefined) return found;
    const operation = byName.get(name);
    const segments = operation === undefined ? null : trace(operation);
    known.set(name, segments);
    return segments;
  }

  function trace(operation: Operation): readonly Segment[] | null {
    const { op } = operation;
    if (op === "input") {
      const input = inputs.get(operation.name);
      return input === undefined ? null : [{ input, channels: operation.channels, preprocess: null }];
    }
    const [only = ""] = operation.inputs;
    if (op === "preprocess") return segmentsOf(only)?.map((segment) => ({ ...segment, preprocess: operation })) ?? null;
    if (op === "pad" || op === "dropout" || op === "crop") return segmentsOf(only);
    if (op !== "concat") return null;
    const parts = operation.inputs.map(segmentsOf);
    return parts.includes(null) ? null : parts.flatMap((part) => part ?? []);
  }

  const first = new Map<string, readonly Segment[]>();
  for (const operation of plan.operations) {
    if (operation.op !== "conv" || operation.groups !== 1) continue;
    const segments = segmentsOf(operation.inputs[0] ?? "");
    if (segments !== null) first.set(operation.weight, segments);
  }
  return first;
}

/**
 * The trunk: every convolution, deconvolution and batch normalization that is not frozen, with another convolution
 * behind it on some way to an output. What has none behind it makes scores (`score_fr`, a learned `upscore`), and is what
 * a net starts anew.
 */
export function trunkLayers(plan: Plan): ReadonlySet<string> {
  const consumers = new Map<string, Operation[]>();
  for (const operation of plan.operations)
    for (const input of new Set(operation.inputs)) {
      const known = consumers.get(input);
      if (known) known.push(operation);
      else consumers.set(input, [operation]);
    }
  // Operations stand in an order in which they can be run: backwards, what follows one is known when it comes.
  const convolutionBehind = new Map<string, boolean>();
  for (const { name } of [...plan.operations].reverse())
    convolutionBehind.set(
      name,
      (consumers.get(name) ?? []).some(({ op, name: next }) => op === "conv" || convolutionBehind.get(next) === true),
    );
  const frozen = new Set(plan.tensors.filter(({ generated }) => generated).map(({ layer }) => layer));
  return new Set(
    plan.operations.flatMap(({ op, name, layer }) =>
      TRUNK.has(op) && !frozen.has(layer) && convolutionBehind.get(name) === true ? [layer] : [],
    ),
  );
}

const TRUNK: ReadonlySet<string> = new Set(["conv", "deconv", "batchnorm"]);
