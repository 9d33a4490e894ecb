/** Which backbones of the library a net has, and where. */
import type { Host } from "../../host.js";
import { BACKBONES, readBackbone, type Backbone } from "./library.js";
import { recognise, type Recognised } from "./recognise.js";
import type { Node } from "./wire.js";

/** All uses of the library's backbones, of which each takes the layers that no other has. */
export async function recogniseAll(nodes: readonly Node[], host: Host): Promise<Recognised[]> {
  const found: Recognised[] = [];
  const taken = new Set<number>();
  const heads = nodes.filter(({ kind }) => kind === "input" || kind === "concat");
  for (const head of heads) {
    const firsts = nodes.filter(({ inputs, kind }) => inputs[0] === head.id && (kind === "conv" || kind === "pad"));
    if (firsts.length === 0) continue;
    const candidates = await candidatesFor(firsts[0], host);
    const matches = candidates.flatMap((backbone) => recognise(nodes, backbone, head.id, taken) ?? []);
    const best = matches.toSorted((a, b) => b.nodes.size - a.nodes.size || a.without.length - b.without.length)[0];
    if (best === undefined) continue;
    found.push(best);
    for (const node of best.nodes.values()) taken.add(node.id);
  }
  return found;
}

/** Backbones whose first layer could be this one, at the width that it has. */
async function candidatesFor(first: Node | undefined, host: Host): Promise<Backbone[]> {
  const backbones: Backbone[] = [];
  for (const name of BACKBONES) {
    const usual = await readBackbone(name, null, host);
    const layer = usual?.layers[0];
    if (!usual || layer === undefined || first === undefined || layer.kind !== first.kind) continue;
    if (String(layer.settings["kernel"]) !== String(first.settings["kernel"])) continue;
    if (layer.channels === first.channels) backbones.push(usual);
    else if (usual.width !== null && layer.channels === usual.width) {
      const scaled = await readBackbone(name, first.channels, host);
      if (scaled !== null) backbones.push(scaled);
    }
  }
  return backbones;
}
