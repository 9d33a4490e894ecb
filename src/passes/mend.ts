/**
 * What would make a failing net work. Nothing here is guessed: each proposal is tried on the graph and given only when
 * the proof then holds.
 */
import { Report } from "../diagnostics/diagnostic.js";
import type { Geometry } from "../model/geometry.js";
import type { Graph, LayerNode } from "../model/graph.js";
import type { Setting } from "../model/layer-kind.js";
import type { Pair } from "../model/plan.js";
import { compare, isInteger, rational, toString } from "../model/rational.js";
import {
  complement,
  contains,
  emptySet,
  intersect,
  isEmpty,
  isFinite,
  isUndecided,
  smallest,
  type Verdict,
} from "../model/size-set.js";
import { validForText } from "../model/size-set-text.js";
import { align, derivedOffset, type Meeting } from "./align.js";
import { infer } from "./infer.js";
import { prove, type Failure, type Proof } from "./prove.js";

/**
 * Layers that all trials for one net may look at together. Each trial proves the whole net anew; what is left when they
 * are spent is told without a way out.
 */
const TRIAL_LAYERS = 20_000;
/** Paddings that are tried beyond the present one. */
const PADDING_TRIALS = 128;

/** Sizes that must work, by symbol. */
export type Goal = ReadonlyMap<string, Verdict>;

/** `goal` is what a way out has to reach; where it is left out, a net may go on to fail for a few small sizes. */
export type Mender = (failure: Failure, goal?: Goal) => readonly string[];

/** Says of a meeting whether what is wrong with it was allowed: trials look at changed graphs. */
export type Allow = (meeting: Meeting) => Meeting;

/** Tries ways out for the failures of one net, as long as trials are affordable. */
export function mender(graph: Graph, allow: Allow): Mender {
  return (failure, goal = new Map()) => {
    const ways = [ceilInstead(graph, failure, goal, allow), morePadding(graph, failure, goal, allow)];
    if (goal.size === 0) ways.push(restriction(failure));
    return ways.filter((way) => way !== null);
  };
}

const spent = new WeakMap<Graph, number>();

/** Asked before each trial. */
function affordable(graph: Graph): boolean {
  const total = (spent.get(graph) ?? 0) + graph.nodes.length;
  spent.set(graph, total);
  return total <= TRIAL_LAYERS;
}

/** The nodes through whose first inputs a node's value came, nearest first. */
function* upstream(graph: Graph, from: number): Generator<LayerNode> {
  for (let index = from; ;) {
    const node = graph.nodes[index];
    if (node?.kind !== "layer") return;
    yield node;
    index = node.inputs[0] ?? -1;
  }
}

function ancestors(graph: Graph, from: number): Set<number> {
  const found = new Set<number>([from]);
  for (let index = from; index >= 0; index--) {
    const node = graph.nodes[index];
    if (found.has(index) && node?.kind === "layer") for (const input of node.inputs) found.add(input);
  }
  return found;
}

function withSettings(graph: Graph, changes: ReadonlyMap<number, Readonly<Record<string, Setting>>>): Graph {
  const nodes = graph.nodes.map((node) => {
    const change = changes.get(node.id);
    return change && node.kind === "layer" ? { ...node, settings: { ...node.settings, ...change } } : node;
  });
  return { ...graph, nodes };
}

interface Trial {
  readonly proof: Proof;
  readonly meetings: readonly Meeting[];
}

/** The proof of a changed graph, or null where the goal is missed or a map still fails at infinitely many sizes. */
function attempt(graph: Graph, goal: Goal, allow: Allow): Trial | null {
  const geometry = infer(graph, new Report());
  if (geometry.includes(null)) return null;
  const meetings = align(graph, geometry).map(allow);
  if (meetings.some((meeting) => meeting.kind === "crop" && !derivedOffset(meeting) && !meeting.allowed)) return null;
  const proof = prove(graph, geometry, meetings);
  const refused = proof.failures.some(({ symbol, added }) => symbol === null || isUndecided(added) || !isFinite(added));
  return refused || !reached(proof, goal) ? null : { proof, meetings };
}

function reached(proof: Proof, goal: Goal): boolean {
  return [...goal].every(([symbol, wanted]) => {
    const missing = intersect(wanted, complement(proof.validFor.get(symbol) ?? emptySet));
    return !isUndecided(missing) && isEmpty(missing);
  });
}

function worksFor(proof: Proof): string {
  return `it works for ${validForText(proof.validFor)}`;
}

function ceilInstead(graph: Graph, failure: Failure, goal: Goal, allow: Allow): string | null {
  if (!affordable(graph)) return null;
  const above = ancestors(graph, failure.node);
  const floored = graph.nodes.filter(
    (node) => above.has(node.id) && node.kind === "layer" && node.settings["round"] === "floor",
  );
  if (floored.length === 0) return null;
  const ceiled = withSettings(graph, new Map(floored.map((node) => [node.id, { round: "ceil" }])));
  const trial = attempt(ceiled, goal, allow);
  if (!trial) return null;
  const names = floored.map((node) => `\`${node.name}\``).join(", ");
  return `with \`round: ceil\`, the default, on ${names} ${worksFor(trial.proof)}`;
}

function morePadding(graph: Graph, failure: Failure, goal: Goal, allow: Allow): string | null {
  const from = failure.meeting?.own ?? failure.node;
  const first = [...upstream(graph, from)].findLast(
    (node) => Array.isArray(node.settings["pad"]) && node.layer.name === "conv",
  );
  if (!first) return null;
  const [height, width] = first.settings["pad"] as unknown as Pair;
  for (let more = 1; more <= PADDING_TRIALS && affordable(graph); more++) {
    const stated = new Map<number, Readonly<Record<string, Setting>>>([
      [first.id, { pad: [height + more, width + more] }],
    ]);
    // Offsets that were written for the old padding would contradict the new one.
    for (const node of graph.nodes)
      if (node.kind === "layer" && node.layer.role === "crop") stated.set(node.id, { offset: null });
    const trial = attempt(withSettings(graph, stated), goal, allow);
    if (trial) return `with \`pad: ${height + more}\` on \`${first.name}\` ${worksFor(trial.proof)}`;
  }
  return null;
}

/** A condition on the input under which nothing fails. */
function restriction(failure: Failure): string | null {
  const { symbol, total } = failure;
  if (symbol === null || isUndecided(total) || isFinite(total)) return null;
  const valid = complement(total);
  if (isEmpty(valid) || isFinite(valid)) return null;
  if (!contains(valid, total.period * Math.max(1, Math.ceil(total.start / total.period) + 1))) return null;
  const multiples = [...Array(total.start + 1).keys()].filter((size) => size > 0 && size % total.period === 0);
  const least = multiples.find((size) => contains(valid, size)) ?? smallest(valid);
  const from = multiples.some((size) => !contains(valid, size)) && least !== null ? `, ${symbol} >= ${least}` : "";
  return `or admit only sizes that work: \`where: [${symbol} mod ${total.period} == 0${from}]\` on the input, and the same for its other side`;
}

/** Kernels of an upsampling upstream that would bring a meeting onto whole units, with the offset that they give. */
export function mendingKernels(
  graph: Graph,
  geometry: Geometry,
  meeting: Meeting,
): readonly { readonly node: string; readonly kernel: number; readonly offset: string }[] {
  if (!geometry[meeting.own]) return [];
  const found: { node: string; kernel: number; offset: string }[] = [];
  for (const start of [meeting.own, meeting.reference]) {
    for (const node of upstream(graph, start)) {
      if (node.layer.name !== "upsample" && node.layer.name !== "deconv") continue;
      const [kernel] = node.settings["kernel"] as unknown as Pair;
      const factor = Math.ceil(kernel / 2);
      // The two kernels that interpolate exactly, 2f and 2f - 1, before any other of the right parity.
      const candidates = [2 * factor, 2 * factor - 1, kernel - 1, kernel + 1];
      for (const candidate of candidates.filter((size) => size !== kernel)) {
        if (candidate < 1 || found.some((other) => other.node === node.name)) continue;
        if (!affordable(graph)) return found;
        const changed = withSettings(graph, new Map([[node.id, { kernel: [candidate, candidate] }]]));
        const again = align(changed, infer(changed, new Report())).find(
          (other) => other.node.id === meeting.node.id && other.own === meeting.own,
        );
        const { y, x } = again ?? { y: null, x: null };
        if (!y?.offset || !x?.offset || !isInteger(y.offset) || !isInteger(x.offset)) continue;
        if (compare(y.offset, rational(0)) < 0 || compare(x.offset, rational(0)) < 0) continue;
        found.push({ node: node.name, kernel: candidate, offset: toString(y.offset) });
      }
      if (found.length > 0) break;
    }
  }
  return found;
}
