/**
 * What `fcnc inspect` says of a net, as data: a contract, described by `docs/inspect.schema.json`. Everything comes from
 * the plan; sizes are evaluated exactly, and a size at which the net does not work gives a fault and no numbers.
 */
import type { NodeGeometry } from "../model/geometry.js";
import { planGeometry, planGrid } from "../model/plan-geometry.js";
import type { Operation, Plan, PlanCrop, PlanInput, PlanLayer, SizeSetDescription, Tensor } from "../model/plan.js";
import {
  BYTES_PER_VALUE,
  elements,
  formulaOf,
  holdsActivations,
  inPlaceLayers,
  totalOf,
  workOf,
  type Term,
} from "./cost.js";
import { isFault, type InspectFault } from "./fault.js";
import { bindSymbols, fixedSize, type InputSize } from "./input-size.js";
import { measure, type Extents } from "./measure.js";
import { geometryAt, resizesOf, withGrids, type InspectResize } from "./resizes.js";

export interface InspectReport {
  readonly net: string;
  /** Of the plan: equal for equal nets, wherever they were written. */
  readonly digest: string;
  /** The size of the inputs for which heights, widths and costs are given; null gives formulas alone. */
  readonly size: InputSize | null;
  readonly inputs: readonly InspectInput[];
  readonly outputs: readonly InspectOutput[];
  readonly layers: readonly InspectLayer[];
  readonly crops: readonly PlanCrop[];
  /** Resizes to the size of another map, and the largest shift over the image that each makes. */
  readonly resizes: readonly InspectResize[];
  /** Elements of blobs as Caffe stores them: a bilinear deconvolution C * C * k * k, a scale one for each channel. */
  readonly parameters: {
    readonly total: number;
    readonly trainable: number;
    /** All others, among them the statistics. */
    readonly frozen: number;
    /** Means and variances that batch normalization measures: no recipe trains them, yet training changes them. */
    readonly statistics: number;
  };
  /** Of convolutions and deconvolutions, the latter counted dense. */
  readonly multiplyAccumulates: number | null;
  readonly multiplyAccumulatesFormula: string;
  readonly memory: InspectMemory;
  /** By size symbol. */
  readonly validFor: Readonly<Record<string, SizeSetDescription>>;
}

export interface InspectInput {
  readonly name: string;
  readonly format: PlanInput["format"];
  readonly channels: number;
  readonly height: number | null;
  readonly width: number | null;
  readonly heightFormula: string;
  readonly widthFormula: string;
}

export interface InspectOutput {
  readonly name: string;
  /** The layer whose value it is. */
  readonly layer: string;
  readonly classes: number;
  readonly height: number | null;
  readonly width: number | null;
  readonly heightFormula: string;
  readonly widthFormula: string;
  /** What the labels are called, or null. */
  readonly labels: string | null;
  readonly ignore: number | null;
}

export interface InspectLayer extends Omit<PlanLayer, "settings"> {
  readonly height: number | null;
  readonly width: number | null;
  readonly multiplyAccumulates: number | null;
  readonly multiplyAccumulatesFormula: string;
  /** True where it overwrites its input, and so takes no memory of its own. */
  readonly inPlace: boolean;
  readonly activationBytes: number | null;
  readonly activationBytesFormula: string;
  readonly weightBytes: number;
}

/** In bytes, at 4 for each number. */
export interface InspectMemory {
  /** All maps that are not computed in place, the inputs left out. */
  readonly activationBytes: number | null;
  readonly activationBytesFormula: string;
  readonly weightBytes: number;
}

/** Without a size, a net whose inputs have one fixed size is looked at in that size, and any other in formulas. */
export function inspect(plan: Plan, size: InputSize | null): InspectReport | InspectFault {
  const geometry = planGeometry(plan);
  const chosen = size ?? fixedSize(plan);
  const symbols = chosen && bindSymbols(plan, chosen);
  if (symbols && isFault(symbols)) return symbols;
  const extents = symbols && measure(plan, geometry, symbols);
  if (extents && isFault(extents)) return extents;
  const exact = symbols && geometryAt(plan, symbols);
  const context = contextOf(plan, withGrids(geometry, exact), extents);
  const layers = plan.layers.map((layer) => inspectLayer(layer, context));
  const work = plan.layers.flatMap((layer) => context.work.get(layer.name) ?? []);
  const maps = plan.layers.flatMap((layer) => context.maps.get(layer.name) ?? []);
  const counted = [numberAt(work, extents), numberAt(maps, extents)];
  if (counted.some((value) => value !== null && !Number.isSafeInteger(value))) {
    return { fault: "at this size the costs are larger than numbers hold exactly", help: ["try a smaller size"] };
  }
  const sum = (tensors: readonly Tensor[]): number => tensors.reduce((all, { shape }) => all + elements(shape), 0);
  const total = sum(plan.tensors);
  const trainable = sum(plan.tensors.filter((tensor) => tensor.trainable));
  const measured = new Set(plan.operations.flatMap((op) => (op.op === "batchnorm" ? [op.mean, op.variance] : [])));
  const statistics = sum(plan.tensors.filter(({ name }) => measured.has(name)));
  return {
    net: plan.net,
    digest: plan.digest,
    size: chosen && { height: chosen.height, width: chosen.width },
    inputs: plan.inputs.map(({ name, format, channels }) => ({ name, format, channels, ...sidesOf(name, context) })),
    outputs: plan.outputs.map(({ name, value, classes, labels, ignore }) => {
      const layer = context.layerOf.get(value) ?? value;
      return { name, layer, classes, ...sidesOf(layer, context), labels: labels?.name ?? null, ignore };
    }),
    layers,
    crops: plan.crops,
    resizes: resizesOf(plan, exact),
    parameters: { total, trainable, frozen: total - trainable, statistics },
    multiplyAccumulates: numberAt(work, extents),
    multiplyAccumulatesFormula: formulaOf(work),
    memory: {
      activationBytes: numberAt(maps, extents),
      activationBytesFormula: formulaOf(maps),
      weightBytes: total * BYTES_PER_VALUE,
    },
    validFor: plan.validFor,
  };
}

interface Context {
  /** Sizes as formulas; at a size, every grid that there is. */
  readonly geometry: ReadonlyMap<string, NodeGeometry>;
  readonly extents: Extents | null;
  readonly layers: ReadonlyMap<string, PlanLayer>;
  /** The layer of each operation, and the last operation of each layer, which bears the layer's value. */
  readonly layerOf: ReadonlyMap<string, string>;
  readonly valueOf: ReadonlyMap<string, Operation>;
  readonly work: ReadonlyMap<string, readonly Term[]>;
  readonly maps: ReadonlyMap<string, readonly Term[]>;
  readonly inPlace: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, number>;
}

function contextOf(plan: Plan, geometry: ReadonlyMap<string, NodeGeometry>, extents: Extents | null): Context {
  const tensors = new Map(plan.tensors.map((tensor) => [tensor.name, tensor]));
  const inPlace = inPlaceLayers(plan);
  const valueOf = new Map(plan.operations.map((operation) => [operation.layer, operation]));
  const work = new Map<string, Term[]>();
  for (const operation of plan.operations) {
    const term = workOf(operation, geometry, tensors);
    if (term) work.set(operation.layer, [...(work.get(operation.layer) ?? []), term]);
  }
  const maps = new Map<string, Term[]>();
  for (const layer of plan.layers) {
    const of = valueOf.get(layer.name)?.name ?? "";
    const map = geometry.get(of);
    if (!map || !holdsActivations(layer, inPlace)) continue;
    maps.set(layer.name, [{ each: layer.channels * BYTES_PER_VALUE, height: map.y.size, width: map.x.size, of }]);
  }
  const values = new Map<string, number>();
  for (const { layer, shape } of plan.tensors) values.set(layer, (values.get(layer) ?? 0) + elements(shape));
  return {
    geometry,
    extents,
    layers: new Map(plan.layers.map((layer) => [layer.name, layer])),
    layerOf: new Map(plan.operations.map((operation) => [operation.name, operation.layer])),
    valueOf,
    work,
    maps,
    inPlace,
    values,
  };
}

function inspectLayer(layer: PlanLayer, context: Context): InspectLayer {
  const { name, kind, inputs, channels, parameters, trainable, file, line } = layer;
  const { y, x } = context.geometry.get(context.valueOf.get(name)?.name ?? "") ?? {};
  const grid = y?.grid && x?.grid ? { y: planGrid(y.grid), x: planGrid(x.grid) } : null;
  const work = context.work.get(name) ?? [];
  const maps = context.maps.get(name) ?? [];
  return {
    name,
    kind,
    inputs,
    channels,
    ...sidesOf(name, context),
    grid,
    parameters,
    trainable,
    multiplyAccumulates: numberAt(work, context.extents),
    multiplyAccumulatesFormula: formulaOf(work),
    inPlace: context.inPlace.has(name),
    activationBytes: numberAt(maps, context.extents),
    activationBytesFormula: formulaOf(maps),
    weightBytes: (context.values.get(name) ?? 0) * BYTES_PER_VALUE,
    file,
    line,
  };
}

function sidesOf(
  layer: string,
  { extents, layers, valueOf }: Context,
): Pick<InspectLayer, "height" | "width" | "heightFormula" | "widthFormula"> {
  const [height = null, width = null] = extents?.get(valueOf.get(layer)?.name ?? "") ?? [];
  const { heightFormula = "", widthFormula = "" } = layers.get(layer) ?? {};
  return { height, width, heightFormula, widthFormula };
}

function numberAt(terms: readonly Term[], extents: Extents | null): number | null {
  return extents && Number(totalOf(terms, extents));
}
