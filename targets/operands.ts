import type { Operation, Plan, Tensor } from "../src/model/plan.js";
import { TargetError } from "./target.js";

/** What lowering an operation needs to know of the rest of the plan. */
export interface Operands {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

export function operandsOf(plan: Plan): Operands {
  return {
    operations: new Map(plan.operations.map((operation) => [operation.name, operation])),
    tensors: new Map(plan.tensors.map((tensor) => [tensor.name, tensor])),
  };
}

/** @throws {TargetError} when the plan has no such tensor, which only a plan written by hand can lack. */
export function tensorOf({ tensors }: Operands, operation: Operation, name: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined)
    throw new TargetError(`the plan has no tensor \`${name}\`, which \`${operation.name}\` asks for`);
  return tensor;
}

/** The name of an operation's input: by position, as the plan lists them. */
export function inputOf(operation: Operation, position: number): string {
  const name = operation.inputs[position];
  if (name === undefined) throw new TargetError(`\`${operation.name}\` lacks input ${position + 1} in the plan`);
  return name;
}

/** Channels of an operation's input. */
export function inputChannels({ operations }: Operands, operation: Operation, position = 0): number {
  const name = inputOf(operation, position);
  const input = operations.get(name);
  if (input === undefined)
    throw new TargetError(`the plan has no operation \`${name}\`, which \`${operation.name}\` asks for`);
  return input.channels;
}
