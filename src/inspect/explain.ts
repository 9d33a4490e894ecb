/** Where a layer's size, grid and offset come from: derived from the input on, with every number in place. */
import { nearest } from "../diagnostics/suggest.js";
import { axes, type AxisName } from "../model/geometry.js";
import type { Operation, Pair, Plan, PlanGrid } from "../model/plan.js";
import { planGrid } from "../model/plan-geometry.js";
import { divide, equals, subtract } from "../model/rational.js";
import { formula, symbolOf, type Size } from "../model/size.js";
import type { Grid } from "../model/transfer.js";
import { written } from "./derivation.js";
import { isFault, type InspectFault } from "./fault.js";
import { bindSymbols, fixedSize, type InputSize } from "./input-size.js";
import { measure } from "./measure.js";
import { commonTrunk, encountersOf, indexOf, pathTo, type Encounter, type PlanIndex } from "./path.js";
import { geometryAt, resizesOf, withGrids, type InspectResize } from "./resizes.js";
import { axisOf, lastStep, stepsAlong, wording, type Derived, type Step } from "./steps.js";

export { explainKind } from "./kind-page.js";
export { renderExplanation } from "./render-explanation.js";

export interface Explanation {
  readonly net: string;
  readonly layer: string;
  readonly kind: string;
  /** In a few words: `crop to image`. */
  readonly does: string;
  readonly file: string;
  readonly line: number;
  readonly channels: number;
  readonly heightFormula: string;
  readonly widthFormula: string;
  /** At `size`, or null. */
  readonly height: number | null;
  readonly width: number | null;
  readonly size: InputSize | null;
  /** That which holds for every size, or else the one at `size`; null where there is neither. */
  readonly grid: { readonly y: PlanGrid; readonly x: PlanGrid } | null;
  /** Resizes to the size of another map that it comes through, and what each shifts at `size`, as `inspect` says. */
  readonly resizes: readonly InspectResize[];
  /** True where the width is derived as the height is, with its own symbol; what is said of y then holds for x. */
  readonly alike: boolean;
  readonly y: AxisExplanation;
  readonly x: AxisExplanation;
}

export interface AxisExplanation {
  /** From the input on: to where the maps that meet here part, or to the layer. */
  readonly trunk: readonly Step[];
  /** From there on to each map that meets another one here: none where the layer has one input. */
  readonly branches: readonly { readonly to: string; readonly steps: readonly Step[] }[];
  readonly meetings: readonly MeetingExplanation[];
  /** The layer itself. */
  readonly last: Step;
}

/** How a map lies to the one that it is cropped to or merged with. */
export interface MeetingExplanation {
  readonly own: string;
  readonly reference: string;
  /** The crop that brings them together, or null where they must meet unit by unit. */
  readonly crop: string | null;
  /** (origin of the reference - origin of the map) / stride; `none` between two strides, `unknown` without a grid. */
  readonly offset: Derived;
  /** What a crop is made at, which is another one where it was stated and allowed. */
  readonly applied: number | null;
  /** That the crop lies within the map: `27 + H <= 32 * floor((H + 5) / 32) + 80`. Null without a crop. */
  readonly fits: {
    readonly formula: string;
    /** The sizes for which it is proved, or null where it is undecided. */
    readonly proved: string | null;
    readonly numbers: string | null;
  } | null;
}

/** `layerName` as `inspect` lists it. */
export function explainLayer(plan: Plan, layerName: string, size: InputSize | null): Explanation | InspectFault {
  const formulas = indexOf(plan);
  const layer = formulas.layers.get(layerName);
  const operation = formulas.valueOf.get(layerName);
  if (!layer || !operation) return unknownLayer(plan, layerName);
  const chosen = size ?? fixedSize(plan);
  const symbols = chosen && bindSymbols(plan, chosen);
  if (symbols && isFault(symbols)) return symbols;
  const extents = symbols && measure(plan, formulas.geometry, symbols);
  if (extents && isFault(extents)) return extents;
  const exact = symbols && geometryAt(plan, symbols);
  const index = { ...formulas, extents, geometry: withGrids(formulas.geometry, exact) };
  const [height = null, width = null] = extents?.get(operation.name) ?? [];
  const [y, x] = axes.map((axis) => explainAxis(operation, axis, index)) as [AxisExplanation, AxisExplanation];
  const { y: rows, x: columns } = index.geometry.get(operation.name) ?? {};
  const shown = new Set(layersShown(y));
  return {
    net: plan.net,
    layer: layer.name,
    kind: layer.kind,
    does: wording(operation, index),
    file: layer.file,
    line: layer.line,
    channels: layer.channels,
    heightFormula: layer.heightFormula,
    widthFormula: layer.widthFormula,
    height,
    width,
    size: chosen && { height: chosen.height, width: chosen.width },
    grid: rows?.grid && columns?.grid ? { y: planGrid(rows.grid), x: planGrid(columns.grid) } : null,
    resizes: resizesOf(plan, exact).filter((resize) => shown.has(resize.layer)),
    alike: areAlike(y, x, plan),
    y,
    x,
  };
}

function layersShown({ trunk, branches, last }: AxisExplanation): string[] {
  return [...trunk, ...branches.flatMap(({ steps }) => steps), last].flatMap(({ layers }) => layers);
}

function unknownLayer(plan: Plan, name: string): InspectFault {
  const names = plan.layers.map((layer) => layer.name);
  const own = name.slice(name.lastIndexOf(".") + 1);
  const near = names.includes(own) ? own : nearest(name, names);
  return {
    fault: `\`${plan.net}\` has no layer \`${name}\``,
    help: near ? [`did you mean \`${near}\`?`] : ["`fcnc inspect` lists the layers"],
  };
}

function explainAxis(operation: Operation, axis: AxisName, index: PlanIndex): AxisExplanation {
  const encounters = encountersOf(operation, index);
  const last = lastStep(operation, axis, index);
  if (encounters.length === 0) {
    const path = pathTo(operation, index).slice(0, -1);
    return { trunk: stepsAlong(path, axis, index), branches: [], meetings: [], last };
  }
  const ends = [...new Set(encounters.flatMap(({ own, reference }) => [reference, own]))];
  const paths = ends.map((end) => pathTo(end, index));
  const trunk = commonTrunk(paths);
  return {
    trunk: stepsAlong(trunk, axis, index),
    branches: ends.map((end, i) => ({
      to: end.layer,
      steps: stepsAlong(paths[i]?.slice(trunk.length) ?? [], axis, index),
    })),
    meetings: encounters.map((encounter) => explainMeeting(encounter, axis, index)),
    last,
  };
}

function explainMeeting({ own, reference, crop }: Encounter, axis: AxisName, index: PlanIndex): MeetingExplanation {
  const [a, b] = [axisOf(own, axis, index), axisOf(reference, axis, index)];
  const at = axes.indexOf(axis);
  const applied = crop?.op === "crop" ? (crop.offset[at as keyof Pair] as number) : null;
  const sizes = [own, reference].map(({ name }) => index.extents?.get(name)?.[at]);
  return {
    own: own.layer,
    reference: reference.layer,
    crop: crop?.layer ?? null,
    offset: offsetBetween(a.grid, b.grid),
    applied,
    fits: crop && {
      formula: `${applied} + ${formula(b.size)} <= ${formula(a.size)}`,
      proved: provedFor([a.size, b.size], index.plan),
      numbers: sizes[0] === undefined ? null : `${applied} + ${sizes[1]} <= ${sizes[0]}`,
    },
  };
}

function offsetBetween(own: Grid | null, reference: Grid | null): Derived {
  if (!own || !reference) return { derivation: null, value: "unknown" };
  if (!equals(own.stride, reference.stride)) return { derivation: null, value: "none" };
  return {
    derivation: `(${written(reference.origin)} - ${written(own.origin)}) / ${written(own.stride)}`,
    value: written(divide(subtract(reference.origin, own.origin), own.stride)),
  };
}

/** The sizes at which the net is proved to work, in terms of the symbols that these sizes depend on. */
function provedFor(sizes: readonly Size[], { validFor }: Plan): string | null {
  const symbols = new Set(sizes.map(symbolOf).filter((symbol) => symbol !== null));
  const sets = [...symbols].map((symbol) => validFor[symbol]);
  return sets.some((set) => set?.undecided !== null) ? null : sets.map((set) => set?.text).join(", ");
}

/** Whether one explanation becomes the other when the width's symbols stand for the height's; numbers may differ. */
function areAlike(y: AxisExplanation, x: AxisExplanation, plan: Plan): boolean {
  const symbols = new Map(plan.inputs.map(({ height, width }) => [`${height}`, `${width}`]));
  const text = (axis: AxisExplanation): string =>
    JSON.stringify(axis, (key, value: unknown) => (key === "pixels" || key === "numbers" ? null : value));
  const translated = text(y).replace(/\b[A-Za-z_]\w*\b/g, (word) => symbols.get(word) ?? word);
  return translated === text(x);
}
