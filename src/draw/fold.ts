/**
 * From the layers of a plan to the maps of a picture: what works in place is drawn with the map that it changes, and a
 * crop on the way to a fusion is a mark on the line.
 */
import type { InspectLayer, InspectReport } from "../inspect/report.js";
import { wordingOf } from "../inspect/wording.js";
import { layerKinds } from "../layers/index.js";
import type { Operation, Plan } from "../model/plan.js";
import { lookOf, signOf } from "./look.js";
import type { CropMark, DrawNode, Link } from "./node.js";

interface Flow {
  readonly operations: ReadonlyMap<string, Operation>;
  /** How often a layer's value is taken, by layers and as an output. */
  readonly reads: ReadonlyMap<string, number>;
  readonly fusedOnly: ReadonlySet<string>;
}

export function drawNodes(plan: Plan, report: InspectReport): DrawNode[] {
  const flow = flowOf(plan, report);
  const scores = scoreLayers(report, flow);
  const outputs = new Map<string, string[]>();
  for (const { name, layer } of report.outputs) outputs.set(layer, [...(outputs.get(layer) ?? []), name]);
  const links = new Map<string, Link>();
  const nodes = new Map<string, DrawNode>();
  for (const layer of report.layers) {
    const operation = flow.operations.get(layer.name);
    if (!operation) continue;
    const own = inputsOf(layer).map((name) => links.get(name) ?? { from: name, crop: null });
    const [first] = own;
    const changed = first && nodes.get(first.from);
    if (flow.fusedOnly.has(layer.name) && first && operation.op === "crop") {
      links.set(layer.name, { from: first.from, crop: markOf(layer.name, operation) });
    } else if (changed && canFold(layer, operation, first, changed, flow)) {
      const does = `${changed.does} +${layer.kind}`;
      const named = outputs.get(layer.name) ?? [];
      nodes.set(changed.name, { ...changed, does, outputs: [...changed.outputs, ...named] });
      links.set(layer.name, { from: changed.name, crop: null });
    } else {
      nodes.set(layer.name, {
        name: layer.name,
        look: scores.has(layer.name) ? "score" : lookOf(operation),
        layer,
        does: wordingOf(operation, layer.kind, layer.inputs[1] ?? ""),
        sign: signOf(operation),
        links: operation.op === "crop" ? own.map(({ from }) => ({ from, crop: markOf(layer.name, operation) })) : own,
        outputs: outputs.get(layer.name) ?? [],
        parts: [],
      });
      links.set(layer.name, { from: layer.name, crop: null });
    }
  }
  return [...nodes.values()];
}

/** What leaves channels, size and place as they are, and is all that takes the map that it changes. */
function canFold(layer: InspectLayer, operation: Operation, link: Link, changed: DrawNode, { reads }: Flow): boolean {
  if (lookOf(operation) !== "other" || link.crop || changed.look === "input") return false;
  const { channels, heightFormula, widthFormula } = changed.layer;
  const [source = ""] = layer.inputs;
  const isSame = layer.channels === channels && layer.heightFormula === heightFormula;
  return isSame && layer.widthFormula === widthFormula && reads.get(source) === 1;
}

function markOf(name: string, operation: Operation): CropMark | null {
  return operation.op === "crop" ? { name, offset: operation.offset } : null;
}

/** The layers whose values go into it: not the one that only says how large a crop or a resized map is. */
function inputsOf({ kind, inputs }: InspectLayer): readonly string[] {
  const rule = layerKinds.get(kind)?.inputs;
  return rule === "reference" || rule === "target" ? inputs.slice(0, 1) : inputs;
}

function flowOf(plan: Plan, report: InspectReport): Flow {
  const operations = new Map(plan.operations.map((operation) => [operation.layer, operation]));
  const readers = new Map<string, InspectLayer[]>();
  const reads = new Map<string, number>();
  const read = (name: string): void => void reads.set(name, (reads.get(name) ?? 0) + 1);
  for (const layer of report.layers) {
    for (const input of inputsOf(layer)) {
      readers.set(input, [...(readers.get(input) ?? []), layer]);
      read(input);
    }
  }
  const outputs = new Set(report.outputs.map(({ layer }) => layer));
  outputs.forEach(read);
  const isFusion = ({ name }: InspectLayer): boolean => {
    const operation = operations.get(name);
    return operation !== undefined && lookOf(operation) === "fuse";
  };
  const fusedOnly = report.layers
    .map(({ name }) => name)
    .filter((name) => !outputs.has(name) && (readers.get(name) ?? []).length > 0)
    .filter((name) => (readers.get(name) ?? []).every(isFusion));
  return { operations, reads, fusedOnly: new Set(fusedOnly) };
}

/** The convolutions that make the scores of classes: the first met on the way back from an output. */
function scoreLayers(report: InspectReport, { operations }: Flow): ReadonlySet<string> {
  const layers = new Map(report.layers.map((layer) => [layer.name, layer]));
  const found = new Set<string>();
  const seen = new Set<string>();
  const open = report.outputs.map(({ layer }) => layer);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const layer = layers.get(name);
    if (!layer || seen.has(name)) continue;
    seen.add(name);
    if (operations.get(name)?.op === "conv") found.add(name);
    else open.push(...inputsOf(layer));
  }
  return found;
}
