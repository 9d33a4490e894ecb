import { nodeName, outputOf, valueOf, type NativeNode } from "../../../targets/tfjs-node/graph.js";
import { fused } from "./fusion.js";
import { HOST_KERNELS, SHAPE_KERNEL } from "./host.js";
import { KERNELS } from "./kernels/index.js";
import { isControl, schedule } from "./schedule.js";
import { STATE_KERNELS } from "./state-kernels.js";
import { HostValue, toTensor, type Call, type Tensor, type TensorFlow, type Value } from "./value.js";
import type { Variables } from "./variables.js";

/** One node, and the values that nobody takes after it. */
interface Instruction {
  readonly node: NativeNode;
  readonly inputs: readonly string[];
  /** Nodes of the handles among its inputs. */
  readonly handles: readonly string[];
  readonly last: readonly string[];
}

/** What a program runs on. */
export interface Machine {
  readonly core: TensorFlow;
  readonly variables: Variables;
  readonly isComposed: boolean;
}

/** The part of a graph that gives some values and makes some changes, as a list of kernels to run one after another. */
export class Program {
  readonly #instructions: readonly Instruction[];
  readonly #outputs: readonly string[];
  readonly #taken: ReadonlySet<string>;

  /** @param targets values, and nodes that are run for their effect */
  constructor(nodes: ReadonlyMap<string, NativeNode>, targets: readonly string[]) {
    this.#outputs = targets.map(canonical);
    const order = fused(schedule(nodes, targets), this.#outputs);
    const lastTaker = new Map<string, string>();
    for (const node of order) for (const input of valuesOf(node)) lastTaker.set(canonical(input), node.name);
    this.#taken = new Set([...lastTaker.keys(), ...this.#outputs]);
    const given = new Map<string, string[]>();
    for (const [value, taker] of lastTaker) {
      if (this.#outputs.includes(value)) continue;
      given.set(taker, [...(given.get(taker) ?? []), value]);
    }
    this.#instructions = order.map((node) => {
      const inputs = valuesOf(node).map(canonical);
      const isHandle = (value: string): boolean => nodes.get(nodeName(value))?.op === "VarHandleOp";
      return {
        node,
        inputs: inputs.filter((value) => !isHandle(value)),
        handles: inputs.filter(isHandle),
        last: given.get(node.name) ?? [],
      };
    });
  }

  /**
   * Runs it once. It takes the tensors of `feeds`, and gives the values of its targets that have one, in order; all others
   * are freed, also when it fails.
   *
   * @param feeds by placeholder
   */
  run(machine: Machine, feeds: ReadonlyMap<string, Value>): (Value | undefined)[] {
    const live = new Map<string, Value>(feeds);
    try {
      for (const instruction of this.#instructions) {
        this.#step(machine, instruction, live);
        for (const value of instruction.last) free(live, value);
      }
      return this.#outputs.map((name) => {
        const value = live.get(name);
        live.delete(name);
        return value;
      });
    } finally {
      for (const name of live.keys()) free(live, name);
    }
  }

  #step(machine: Machine, { node, inputs, handles }: Instruction, live: Map<string, Value>): void {
    if (node.op === "VarHandleOp" || node.op === "NoOp") return;
    if (node.op === "Placeholder") {
      if (!live.has(node.name)) throw new RangeError(`the graph was not given ${node.name}`);
      return;
    }
    const { core, variables, isComposed } = machine;
    const call = callOf(core, isComposed, node, inputs, live);
    const state = STATE_KERNELS[node.op];
    const host = node.op === "Shape" ? SHAPE_KERNEL : HOST_KERNELS[node.op];
    const isOnHost = host !== undefined && (node.op === "Shape" || inputs.every((name) => isHost(live.get(name))));
    const kernel = isOnHost ? host : KERNELS[node.op];
    let results: readonly (Value | null)[];
    if (state !== undefined) results = [core.tidy(() => state(call, variables, handles) as Tensor)];
    else if (kernel === undefined) throw new Error(`${node.op}, of ${node.name}, is not run eagerly`);
    else if (isOnHost) results = [kernel(call)].flat();
    else results = [core.tidy(() => kernel(call) as Tensor | Tensor[])].flat();
    for (const [output, value] of results.entries()) {
      const name = valueOf(node.name, output);
      if (value === null) continue;
      live.set(name, value);
      // One that nobody takes, such as the statistics of a normalization.
      if (!this.#taken.has(name)) free(live, name);
    }
  }
}

const isHost = (value: Value | undefined): boolean => value instanceof HostValue;

function callOf(
  core: TensorFlow,
  isComposed: boolean,
  node: NativeNode,
  inputs: readonly string[],
  live: ReadonlyMap<string, Value>,
): Call {
  const value = (position: number): Value => {
    const found = live.get(inputs[position] ?? "");
    if (found === undefined) throw new RangeError(`${node.name} has no input ${position}`);
    return found;
  };
  return {
    core,
    node,
    isComposed,
    count: inputs.length,
    value,
    tensor: (position) => toTensor(core, value(position)),
    numbers: (position) => {
      const found = value(position);
      if (!(found instanceof HostValue))
        throw new RangeError(`${node.name}: input ${position} is not known beforehand`);
      return Array.from(found.values);
    },
  };
}

const valuesOf = ({ inputs }: NativeNode): string[] => inputs.filter((input) => !isControl(input));

const canonical = (value: string): string => valueOf(nodeName(value), outputOf(value));

function free(live: Map<string, Value>, name: string): void {
  const value = live.get(name);
  live.delete(name);
  if (value !== undefined && !(value instanceof HostValue)) value.dispose();
}
