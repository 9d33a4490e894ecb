/**
 * What every plan must be, as a program: tests run it on each plan that they make. A target may rely on all of it.
 * Gives the problems in words, none where the plan is right.
 */
import { axes, type NodeGeometry } from "./geometry.js";
import type { Operation, Pair, Plan, PlanGrid, PlanLayer } from "./plan.js";
import { planGeometry } from "./plan-geometry.js";
import { divide, equals, subtract, toNumber, toString } from "./rational.js";
import { formula } from "./size.js";
import type { Grid } from "./transfer.js";
import { operationProblems } from "./verify-operation.js";

export function verify(plan: Plan): string[] {
  const order = orderProblems(plan);
  // Nothing else can be asked of operations that have no order.
  if (order.length > 0) return order;
  const geometry = planGeometry(plan);
  const operations = new Map(plan.operations.map((operation) => [operation.name, operation]));
  const tensors = new Map(plan.tensors.map((tensor) => [tensor.name, tensor]));
  const inputsOf = ({ inputs }: Operation): Operation[] => inputs.flatMap((name) => operations.get(name) ?? []);
  return [
    ...plan.operations.flatMap((operation) =>
      about(operation.name, operationProblems(operation, { inputs: inputsOf(operation), tensors })),
    ),
    ...tensorProblems(plan),
    ...inputAndOutputProblems(plan, operations),
    ...layerProblems(plan, geometry, operations),
    ...cropProblems(plan, geometry),
    ...unusedProblems(plan, inputsOf),
  ];
}

function about(name: string, problems: readonly string[]): string[] {
  return problems.map((problem) => `${name}: ${problem}`);
}

/** One name each, and nothing taken before it is there. */
function orderProblems({ operations, layers, tensors, outputs }: Plan): string[] {
  const problems = [
    ...twice(operations, "operations"),
    ...twice(layers, "layers"),
    ...twice(tensors, "tensors"),
    ...twice(outputs, "outputs"),
  ];
  const known = new Set<string>();
  for (const { name, inputs } of operations) {
    for (const input of inputs) if (!known.has(input)) problems.push(`${name}: takes ${input} before it is there`);
    known.add(name);
  }
  return problems;
}

function twice(list: readonly { readonly name: string }[], what: string): string[] {
  const seen = new Set<string>();
  return list.flatMap(({ name }) => {
    const problems = seen.has(name) ? [`two ${what} are called ${name}`] : [];
    seen.add(name);
    return problems;
  });
}

/** Each tensor belongs to one operation, which names it, and its numbers are what they say. */
function tensorProblems({ tensors, operations }: Plan): string[] {
  const users = new Map(tensors.map(({ name }) => [name, 0]));
  for (const { name: _name, layer: _layer, ...settings } of operations)
    for (const setting of Object.values<unknown>(settings))
      if (typeof setting === "string" && users.has(setting)) users.set(setting, (users.get(setting) ?? 0) + 1);
  return tensors.flatMap((tensor) => {
    const { name, layer, shape, denseShape, trainable, generated, rate, decay, fanIn } = tensor;
    const problems: string[] = [];
    if (!name.startsWith(`${layer}.`)) problems.push(`is not named after ${layer}`);
    if (users.get(name) !== 1) problems.push(`is used by ${users.get(name) ?? 0} operations`);
    if (denseShape && product(denseShape) !== product(shape)) problems.push("has a dense shape of another size");
    if (trainable && (generated || rate === 0)) problems.push("is both trained and frozen");
    if (![rate, decay].every((factor) => factor >= 0) || !(fanIn >= 1)) problems.push("has a wrong rate or fan");
    return about(name, problems);
  });
}

function inputAndOutputProblems(plan: Plan, operations: ReadonlyMap<string, Operation>): string[] {
  const symbols = plan.inputs
    .flatMap(({ height, width }) => [height, width])
    .filter((side) => typeof side === "string");
  const inputs = plan.operations.filter(({ op }) => op === "input").map(({ name }) => name);
  return [
    ...(`${inputs}` === `${plan.inputs.map(({ name }) => name)}` ? [] : [`inputs and input operations differ`]),
    ...plan.inputs.flatMap(({ name, channels }) =>
      operations.get(name)?.channels === channels ? [] : [`${name}: an input of other channels`],
    ),
    ...symbols.filter((symbol) => !(symbol in plan.validFor)).map((symbol) => `${symbol} has no valid sizes`),
    ...(plan.outputs.length === 0 ? ["there is no output"] : []),
    ...plan.outputs.flatMap(({ name, value, classes }) =>
      operations.get(value)?.channels === classes ? [] : [`${name}: an output of ${classes} classes from ${value}`],
    ),
  ];
}

/** Layers say of themselves what their operations come to. */
function layerProblems(
  plan: Plan,
  geometry: ReadonlyMap<string, NodeGeometry>,
  operations: ReadonlyMap<string, Operation>,
): string[] {
  const operationsOf = byLayer(plan.operations);
  const tensorsOf = byLayer(plan.tensors);
  const known = new Set(plan.layers.map(({ name }) => name));
  return [
    ...[...operationsOf.keys()].filter((name) => !known.has(name)).map((name) => `${name}: an operation of no layer`),
    ...plan.layers.flatMap((layer) => {
      const made = operationsOf.get(layer.name) ?? [];
      const value = made.at(-1);
      const own = geometry.get(value?.name ?? "");
      if (!value || !own) return [`${layer.name}: a layer without operations`];
      const problems: string[] = [];
      if (operations.get(layer.name)?.layer !== layer.name) problems.push("no operation bears its name");
      if (value.channels !== layer.channels) problems.push("has other channels than its operation");
      if (formula(own.y.size) !== layer.heightFormula) problems.push(`is ${formula(own.y.size)} high`);
      if (formula(own.x.size) !== layer.widthFormula) problems.push(`is ${formula(own.x.size)} wide`);
      if (!isGrid(layer.grid?.y, own.x.grid && own.y.grid) || !isGrid(layer.grid?.x, own.y.grid && own.x.grid))
        problems.push("does not lie on its grid");
      const tensors = tensorsOf.get(layer.name) ?? [];
      if (tensors.reduce((sum, { shape }) => sum + product(shape), 0) !== layer.parameters)
        problems.push("counts its parameters otherwise");
      if (tensors.some(({ trainable }) => trainable) !== layer.trainable) problems.push("is trained otherwise");
      return about(layer.name, [...problems, ...wiringProblems(layer, made, operations)]);
    }),
  ];
}

/** The layers that a layer takes are those whose operations its own take. */
function wiringProblems(
  layer: PlanLayer,
  made: readonly Operation[],
  operations: ReadonlyMap<string, Operation>,
): string[] {
  const taken = made
    .flatMap(({ inputs }) => inputs.map((name) => operations.get(name)?.layer ?? ""))
    .filter((name) => name !== layer.name);
  return `${taken}` === `${layer.inputs}` ? [] : [`takes ${taken}, but says ${layer.inputs}`];
}

function byLayer<Item extends { readonly layer: string }>(items: readonly Item[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(item.layer);
    if (group) group.push(item);
    else groups.set(item.layer, [item]);
  }
  return groups;
}

function isGrid(said: PlanGrid | undefined, grid: Grid | null): boolean {
  if (!said || !grid) return !said && !grid;
  return (
    said.stride === toString(grid.stride) &&
    said.origin === toString(grid.origin) &&
    said.field === toNumber(grid.field)
  );
}

/** Every crop is listed, with the offset that its grids demand or that was stated. */
function cropProblems({ crops, operations }: Plan, geometry: ReadonlyMap<string, NodeGeometry>): string[] {
  const made = operations.filter((operation) => operation.op === "crop");
  const listed = new Map(crops.map((crop) => [crop.layer, crop]));
  const problems = crops.length === made.length ? [] : ["crops and crop operations differ in number"];
  for (const { name, layer, offset, inputs } of made) {
    const crop = listed.get(layer);
    const [own, reference] = inputs.map((input) => geometry.get(input));
    if (!crop || !own || !reference) {
      problems.push(`${name}: is not listed`);
      continue;
    }
    const derived = offsetBetween(own, reference);
    if (`${crop.offset}` !== `${offset}`) problems.push(`${name}: is listed with offset ${crop.offset}`);
    if (`${crop.derived}` !== `${derived}`) problems.push(`${name}: its grids demand offset ${derived}`);
    // What was stated is another one only where a person allowed it.
    const wanted = crop.stated ?? derived;
    if (`${offset}` !== `${wanted}`) problems.push(`${name}: its offset is ${wanted}`);
  }
  return problems;
}

/** The offset that two grids demand, or null where no whole number of at least 0 does. */
function offsetBetween(own: NodeGeometry, reference: NodeGeometry): Pair | null {
  const [y = null, x = null] = axes.map((axis) => {
    const [a, b] = [own[axis].grid, reference[axis].grid];
    if (!a || !b || !equals(a.stride, b.stride)) return null;
    const offset = toNumber(divide(subtract(b.origin, a.origin), a.stride));
    return Number.isInteger(offset) && offset >= 0 ? offset : null;
  });
  return y === null || x === null ? null : [y, x];
}

/** Nothing is computed that reaches no output. */
function unusedProblems(plan: Plan, inputsOf: (operation: Operation) => readonly Operation[]): string[] {
  const used = new Set(plan.outputs.map(({ value }) => value));
  for (const operation of [...plan.operations].reverse())
    if (used.has(operation.name)) for (const input of inputsOf(operation)) used.add(input.name);
  return plan.operations.flatMap(({ name }) => (used.has(name) ? [] : [`${name}: reaches no output`]));
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, side) => total * side, 1);
}
