import type { Plan, Tensor } from "../../src/model/plan.js";
import { TargetError } from "../target.js";
import { lower } from "../web/lower.js";
import { backward } from "./backward.js";
import type { DescribedOutput } from "./description.js";
import { forward, weightVariables, type Forward } from "./forward.js";
import { FLOAT, INT, NativeGraph, type NativeAttribute } from "./graph.js";
import { headLoss, type HeadLoss } from "./loss.js";
import { dropout, type Draws } from "./random.js";
import { readRecipe, type Optimizer, type Recipe } from "./recipe.js";
import type { Endpoint, SavedModel, Signature } from "./saved-model.js";
import { stateSignatures } from "./state.js";
import { accumulation, appliedSums, clearedSums, stepUpdates, type Trained } from "./steps.js";
import { slotVariables } from "./update.js";
import { assignVariable, variable, zeros, type Variable } from "./variables.js";

export interface TrainingModel {
  readonly savedModel: SavedModel;
  readonly recipe: Recipe;
  /** What a run consists of besides its step: weights, and what the optimizer keeps for those that it trains. */
  readonly state: readonly Variable[];
  /** The tensors among the state that are weights, in the plan's order. */
  readonly weights: readonly Tensor[];
  readonly outputs: readonly DescribedOutput[];
}

/**
 * A plan as a graph that trains it: forward, loss, gradients and updates, and the net as it predicts, on the same
 * variables. See docs/training-graph.md for its signatures.
 *
 * @param learned names of `upsample` operations whose kernel is not the bilinear one: these run dense
 * @throws {TargetError} where the recipe leaves nothing to train, or leaves open how.
 */
export function buildTraining(plan: Plan, learned: ReadonlySet<string>): TrainingModel {
  const recipe = readRecipe(plan);
  const { optimizer } = recipe;
  const graph = new NativeGraph();
  const { graph: lowered, heads } = lower(plan, learned, "any");
  const variables = weightVariables(graph, plan.tensors, lowered);
  const step = placeholder(graph, "step", INT, []);
  const seed = placeholder(graph, "seed", INT, []);
  const count = placeholder(graph, "count", INT, []);
  const rate = placeholder(graph, "rate", FLOAT, []);
  const inputs = { rate, step };
  const dropouts = plan.operations.filter(({ op }) => op === "dropout").length;
  const draws: Draws = { seed, step, places: dropouts + heads.length };

  const train = forward(graph, plan, lowered, "train", variables, (name, value, share, place) =>
    dropout(graph, name, value, share, draws, place),
  );
  const losses = heads.map(({ output, scores }, index): LabelledLoss => {
    const name = heads.length === 1 ? "label" : `label/${output.name}`;
    const label = placeholder(graph, name, INT, [-1, -1, -1]);
    const logits = train.value(logitsOf(plan, scores));
    const head = recipe.loss.heads[index] ?? { weight: 1, classWeights: null };
    const place = dropouts + index;
    const loss = headLoss(graph, `loss/${output.name}`, logits, label, output, recipe.loss, head, draws, place);
    return { ...loss, head: output.name, name, label, logits };
  });
  const loss = total(graph, losses);
  const trained = takeGradients(graph, plan, optimizer, variables, train.weights.reads, losses);
  if (trained.length === 0)
    throw new TargetError(
      `nothing of \`${plan.net}\` is trained: every layer with weights that reaches the loss is frozen. ` +
        `Give one a rate above 0 in the recipe.`,
    );
  const predict = forward(graph, plan, lowered, "predict", variables, null);

  const batch = {
    ...images(plan, train),
    ...Object.fromEntries(losses.map(({ name, label }) => [name, integer(label, [-1, -1, -1])])),
    step: integer(step),
    seed: integer(seed),
  };
  const lossesOf = (name: string, changes: readonly string[]): Record<string, Endpoint> => ({
    loss: float(after(graph, name, loss, changes, FLOAT)),
    ...(losses.length === 1 ? {} : Object.fromEntries(losses.map((each) => [`loss/${each.head}`, float(each.loss)]))),
  });
  const numberOf = (name: string, value: string, changes: readonly string[]): Endpoint =>
    integer(after(graph, name, value, changes, INT));
  const slots = trained.flatMap((each) => Object.values(each.slots));
  const state = [...variables.values(), ...slots];
  const signatures: Record<string, Signature> = {
    step: {
      inputs: { ...batch, rate: float(rate) },
      outputs: lossesOf("step", stepUpdates(graph, optimizer, trained, inputs, loss)),
    },
    accumulate: { inputs: batch, outputs: lossesOf("accumulate", accumulation(graph, trained)) },
    apply: {
      inputs: { rate: float(rate), step: integer(step), count: integer(count) },
      outputs: { applied: numberOf("apply", count, appliedSums(graph, optimizer, trained, inputs, count)) },
    },
    clear: { inputs: {}, outputs: { cleared: numberOf("clear", graph.integers(1), clearedSums(graph, trained)) } },
    predict: {
      inputs: images(plan, predict),
      outputs: Object.fromEntries(
        heads.flatMap(({ output, scores, mask }) => [
          [output.name, float(predict.value(scores), [-1, -1, -1, output.classes])],
          [mask, integer(predict.value(mask), [-1, -1, -1])],
        ]),
      ),
    },
    ...stateSignatures(graph, state, new Set(optimizer.kind === "sgd" ? slots : [])),
  };
  return {
    savedModel: { nodes: graph.nodes, signatures, init: initialized(graph, state) },
    recipe,
    state,
    weights: plan.tensors.filter(({ name }) => variables.has(name)),
    outputs: heads.map(({ output: { name, classes, ignore }, mask }, index) => {
      return { name, mask, label: losses[index]?.name ?? "label", classes, ignore };
    }),
  };
}

/** The loss of a head, with the values that it is of. */
interface LabelledLoss extends HeadLoss {
  readonly head: string;
  /** Of the signature's input for the label. */
  readonly name: string;
  readonly label: string;
  readonly logits: string;
}

const float = (value: string, shape: readonly number[] = []): Endpoint => ({ value, type: "float32", shape });
const integer = (value: string, shape: readonly number[] = []): Endpoint => ({ value, type: "int32", shape });

function placeholder(graph: NativeGraph, name: string, type: NativeAttribute, shape: readonly number[]): string {
  const dim = shape.map((size) => ({ size: String(size) }));
  return graph.node(`input/${name}`, "Placeholder", [], { dtype: type, shape: { shape: { dim } } });
}

/** The inputs for images: [N, H, W, C], by the names of the plan. */
function images(plan: Plan, from: Forward): Record<string, Endpoint> {
  const size = (extent: string | number | undefined) => (typeof extent === "number" ? extent : -1);
  const named = new Map(plan.inputs.map((input) => [input.name, input]));
  return Object.fromEntries(
    plan.operations
      .filter(({ op }) => op === "input")
      .map(({ name, layer, channels }) => {
        const input = named.get(layer);
        return [layer, float(from.value(name), [-1, size(input?.height), size(input?.width), channels])];
      }),
  );
}

/** A value that is there once `changes` have been made. */
function after(
  graph: NativeGraph,
  name: string,
  value: string,
  changes: readonly string[],
  type: NativeAttribute,
): string {
  return graph.typed(name, "Identity", [value, ...changes.map((change) => `^${change}`)], type);
}

/** Zeros for every variable of the state: the node that runs when the folder is loaded. */
function initialized(graph: NativeGraph, state: readonly Variable[]): string {
  const first = state.map((each) =>
    assignVariable(graph, `init/${each.name}`, each, zeros(graph, `init/${each.name}/zeros`, each)),
  );
  return graph.node(
    "init",
    "NoOp",
    first.map((node) => `^${node}`),
  );
}

/** The loss has a softmax of its own: of an output that is one it takes what went in. */
function logitsOf(plan: Plan, value: string): string {
  const last = plan.operations.find(({ name }) => name === value);
  return last?.op === "softmax" ? (last.inputs[0] ?? value) : value;
}

function total(graph: NativeGraph, losses: readonly HeadLoss[]): string {
  const terms = losses.map(({ loss }) => loss);
  const [only] = terms;
  if (terms.length === 1 && only !== undefined) return only;
  return graph.node("loss", "AddN", terms, { T: FLOAT, N: { i: String(terms.length) } });
}

function takeGradients(
  graph: NativeGraph,
  plan: Plan,
  optimizer: Optimizer,
  variables: ReadonlyMap<string, Variable>,
  reads: ReadonlyMap<string, string>,
  losses: readonly LabelledLoss[],
): Trained[] {
  const wanted = plan.tensors.flatMap((tensor) => {
    const read = reads.get(tensor.name);
    const weight = variables.get(tensor.name);
    return tensor.trainable && read !== undefined && weight !== undefined ? [{ tensor, read, weight }] : [];
  });
  const seeds = losses.map(({ logits, gradient }) => [logits, gradient] as const);
  const gradients = backward(
    graph,
    seeds,
    wanted.map(({ read }) => read),
  );
  return wanted.flatMap(({ tensor, read, weight }) => {
    const gradient = gradients.get(read);
    if (gradient === undefined) return [];
    const slots = slotVariables(graph, optimizer, tensor);
    return [{ tensor, read, weight, gradient, slots, sum: variable(graph, `${tensor.name}/gradient`, tensor) }];
  });
}
