/** What differs between two nets, as data: made from their plans, so that two ways to write one net are equal. */
import { isFault, type InspectFault } from "../inspect/fault.js";
import type { InputSize } from "../inspect/input-size.js";
import { inspect, type InspectLayer, type InspectReport } from "../inspect/report.js";
import type { Plan, PlanCrop, PlanLayer } from "../model/plan.js";
import { changesBetween, derivedFacts, flattened, writtenFacts, type Change } from "./change.js";
import { matchLayers, type LayerPair } from "./match.js";

export interface NetDiff {
  readonly before: NetName;
  readonly after: NetName;
  /** True where nothing below differs; names of nets and files are not looked at. */
  readonly same: boolean;
  /** The size at which sizes and costs are compared; null where sizes are compared as formulas. */
  readonly size: InputSize | null;
  /** Layers that are added, removed, renamed or changed, in the order of the second net. */
  readonly layers: readonly LayerDiff[];
  readonly crops: readonly Change[];
  readonly outputs: readonly Change[];
  /** Parameters, cost, valid sizes. */
  readonly totals: readonly TotalChange[];
  readonly validFor: readonly Change[];
  /** Recipe and targets. */
  readonly recipe: readonly Change[];
  /** Layers that are equal in all that is compared. */
  readonly equalLayers: number;
}

export interface NetName {
  readonly net: string;
  readonly file: string;
  readonly digest: string;
}

export interface LayerDiff {
  readonly what: "added" | "removed" | "changed";
  /** Names in the first and the second net; they differ where layers were matched by what they do. */
  readonly before: string | null;
  readonly after: string | null;
  readonly kind: string;
  readonly channels: number;
  readonly parameters: number;
  /** What was written otherwise: settings, inputs. */
  readonly written: readonly Change[];
  /** What came of it: channels, sizes, grid, parameters. */
  readonly derived: readonly Change[];
}

/** In units of the quantity; null where it is not known. */
export interface TotalChange {
  readonly what: "parameters" | "frozen parameters" | "layers" | "multiply-accumulates" | "activation bytes";
  readonly before: number | null;
  readonly after: number | null;
  /** At which input size, or null where it does not depend on one. */
  readonly size: InputSize | null;
}

/** Tried in turn for costs where no size is asked for. */
const usualSides: readonly number[] = [500, 512, 224, 1024];

export function diffNets(before: Plan, after: Plan, size: InputSize | null): NetDiff | InspectFault {
  const [a, b] = [inspect(before, size), inspect(after, size)];
  if (isFault(a)) return { ...a, fault: `${before.net}: ${a.fault}` };
  if (isFault(b)) return { ...b, fault: `${after.net}: ${b.fault}` };
  const pairs = matchLayers(before.layers, after.layers);
  const renamed = new Map(pairs.flatMap(({ before: one, after: two }) => (one && two ? [[one.name, two.name]] : [])));
  const details = (report: InspectReport): Map<string, InspectLayer> =>
    new Map(report.layers.map((layer) => [layer.name, layer]));
  const [ofA, ofB] = [details(a), details(b)];
  const layers = pairs.flatMap((pair) => diffLayer(pair, ofA, ofB, renamed) ?? []);
  const valid = ({ validFor }: Plan): Map<string, string> =>
    new Map(Object.entries(validFor).map(([symbol, { text }]) => [symbol, text]));
  const parts = {
    layers,
    crops: changesBetween(offsets(before.crops, renamed), offsets(after.crops)),
    outputs: changesBetween(ends(before), ends(after)),
    totals: totalsOf(before, after, a, b),
    validFor: changesBetween(valid(before), valid(after)),
    recipe: changesBetween(recipeOf(before), recipeOf(after)),
  };
  return {
    before: { net: before.net, file: before.file, digest: before.digest },
    after: { net: after.net, file: after.file, digest: after.digest },
    same: Object.values(parts).every((list) => list.length === 0),
    size: a.size ?? b.size,
    ...parts,
    equalLayers: pairs.length - layers.length,
  };
}

function diffLayer(
  { before, after }: LayerPair,
  ofA: ReadonlyMap<string, InspectLayer>,
  ofB: ReadonlyMap<string, InspectLayer>,
  renamed: ReadonlyMap<string, string>,
): LayerDiff | null {
  const layer = after ?? before;
  if (!layer) return null;
  const names = { before: before?.name ?? null, after: after?.name ?? null };
  const { kind, channels, parameters } = layer;
  if (!before || !after) {
    return { what: after ? "added" : "removed", ...names, kind, channels, parameters, written: [], derived: [] };
  }
  const inputs = ({ inputs: all }: PlanLayer, table?: ReadonlyMap<string, string>): string =>
    all.map((name) => table?.get(name) ?? name).join(", ");
  const written = changesBetween(
    writtenFacts(before).set("inputs", inputs(before, renamed)),
    writtenFacts(after).set("inputs", inputs(after)),
  );
  const [one, two] = [ofA.get(before.name), ofB.get(after.name)];
  const facts = (of: InspectLayer | undefined): Map<string, string> =>
    (of ? derivedFacts(of) : new Map<string, string>()).set("parameters", `${of?.parameters ?? 0}`);
  const derived = changesBetween(facts(one), facts(two));
  if (written.length === 0 && derived.length === 0 && before.name === after.name) return null;
  return { what: "changed", ...names, kind, channels, parameters, written, derived };
}

function offsets(crops: readonly PlanCrop[], renamed?: ReadonlyMap<string, string>): Map<string, string> {
  const text = ([y, x]: readonly [number, number]): string => (y === x ? `${y}` : `${y}, ${x}`);
  return new Map(crops.map(({ layer, offset }) => [renamed?.get(layer) ?? layer, text(offset)]));
}

function ends({ inputs, outputs }: Plan): Map<string, string> {
  return new Map([
    ...inputs.map(({ name, format, height, width, channels }): [string, string] => [
      `input ${name}`,
      `${format}[${height}, ${width}, ${channels}]`,
    ]),
    ...outputs.map(({ name, classes, labels, ignore }): [string, string] => [
      `output ${name}`,
      `${classes} classes${labels ? ` of ${labels.name}` : ""}${ignore === null ? "" : `, ignoring ${ignore}`}`,
    ]),
  ]);
}

function recipeOf({ train, targets }: Plan): Map<string, string> {
  const parts = train ? [...flattened(train, "train")] : [];
  return new Map([
    ...parts,
    ...Object.entries(targets).flatMap(([name, own]) => [...flattened(own, `target ${name}`)]),
  ]);
}

function totalsOf(before: Plan, after: Plan, a: InspectReport, b: InspectReport): TotalChange[] {
  const [x, y] = a.size && b.size ? [a, b] : atUsualSize(before, after);
  const size = x?.size ?? null;
  const all: TotalChange[] = [
    { what: "layers", before: a.layers.length, after: b.layers.length, size: null },
    { what: "parameters", before: a.parameters.total, after: b.parameters.total, size: null },
    { what: "frozen parameters", before: a.parameters.frozen, after: b.parameters.frozen, size: null },
    {
      what: "multiply-accumulates",
      before: x?.multiplyAccumulates ?? null,
      after: y?.multiplyAccumulates ?? null,
      size,
    },
    {
      what: "activation bytes",
      before: x?.memory.activationBytes ?? null,
      after: y?.memory.activationBytes ?? null,
      size,
    },
  ];
  return all.filter((total) => total.before !== total.after);
}

function atUsualSize(before: Plan, after: Plan): [InspectReport, InspectReport] | [null, null] {
  for (const side of usualSides) {
    const [a, b] = [before, after].map((plan) => inspect(plan, { height: side, width: side }));
    if (a && b && !isFault(a) && !isFault(b)) return [a, b];
  }
  return [null, null];
}
