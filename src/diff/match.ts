/** Which layers of two nets are the same ones: by name where both have it, otherwise by the best alignment in order. */
import type { PlanLayer } from "../model/plan.js";

export interface LayerPair {
  /** Null where the layer is in the other net alone. */
  readonly before: PlanLayer | null;
  readonly after: PlanLayer | null;
}

/** What speaks for two layers of one kind being the same one. */
const SAME_KIND = 2;
const SAME_CHANNELS = 1;
const SAME_SETTINGS = 2;
const SAME_INPUTS = 3;

/** In the order of the second net, layers of the first one alone where they would stand. */
export function matchLayers(before: readonly PlanLayer[], after: readonly PlanLayer[]): LayerPair[] {
  const names = new Set(after.map(({ name }) => name));
  const shared = new Set(before.map(({ name }) => name).filter((name) => names.has(name)));
  const partner = new Map<string, string>([...shared].map((name) => [name, name]));
  const left = (layers: readonly PlanLayer[]): PlanLayer[] => layers.filter(({ name }) => !shared.has(name));
  // Inputs of a layer are matched before the layer itself, so a second round sees what the first one found.
  for (let round = 0; round < 2; round++) {
    const found = alignInOrder(left(before), left(after), partner);
    for (const [name, other] of found) partner.set(name, other);
  }
  return inOrder(before, after, partner);
}

/** The pairs of the alignment with the greatest likeness, by the name in the first net. */
function alignInOrder(
  before: readonly PlanLayer[],
  after: readonly PlanLayer[],
  partner: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const width = after.length + 1;
  const best = new Float64Array((before.length + 1) * width);
  const likeness = (i: number, j: number): number => {
    const [a, b] = [before[i], after[j]];
    return a && b ? likenessOf(a, b, partner) : 0;
  };
  const at = (i: number, j: number): number => best[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--) {
      const own = likeness(i, j);
      const paired = own > 0 ? at(i + 1, j + 1) + own : 0;
      best[i * width + j] = Math.max(paired, at(i + 1, j), at(i, j + 1));
    }
  const pairs = new Map<string, string>();
  for (let i = 0, j = 0; i < before.length && j < after.length;) {
    const [a, b] = [before[i], after[j]];
    if (a && b && likeness(i, j) > 0 && at(i, j) === at(i + 1, j + 1) + likeness(i, j)) {
      pairs.set(a.name, b.name);
      i++;
      j++;
    } else if (at(i, j) === at(i + 1, j)) i++;
    else j++;
  }
  return pairs;
}

/** 0 for layers that cannot be the same one: another kind, or nothing in common but the kind. */
function likenessOf(a: PlanLayer, b: PlanLayer, partner: ReadonlyMap<string, string>): number {
  if (a.kind !== b.kind) return 0;
  const fed = a.inputs.length > 0 && a.inputs.every((input, i) => partner.get(input) === b.inputs[i]);
  const settings = JSON.stringify(a.settings) === JSON.stringify(b.settings);
  const evidence =
    (fed ? SAME_INPUTS : 0) + (settings ? SAME_SETTINGS : 0) + (a.channels === b.channels ? SAME_CHANNELS : 0);
  return evidence >= SAME_SETTINGS ? SAME_KIND + evidence : 0;
}

function inOrder(
  before: readonly PlanLayer[],
  after: readonly PlanLayer[],
  partner: ReadonlyMap<string, string>,
): LayerPair[] {
  const later = new Map(after.map((layer) => [layer.name, layer]));
  const origin = new Map([...partner].map(([name, other]) => [other, name]));
  const earlier = new Map(before.map((layer) => [layer.name, layer]));
  const pairs: LayerPair[] = [];
  const placed = new Set<string>();
  const removeUpTo = (name: string | undefined): void => {
    const end = before.findIndex((layer) => layer.name === name);
    for (const layer of before.slice(0, Math.max(0, end))) {
      if (partner.has(layer.name) || placed.has(layer.name)) continue;
      placed.add(layer.name);
      pairs.push({ before: layer, after: null });
    }
  };
  for (const layer of later.values()) {
    const name = origin.get(layer.name);
    removeUpTo(name);
    pairs.push({ before: (name !== undefined && earlier.get(name)) || null, after: layer });
  }
  const rest = before.filter(({ name }) => !partner.has(name) && !placed.has(name));
  return [...pairs, ...rest.map((layer): LayerPair => ({ before: layer, after: null }))];
}
