import { parse } from "../../../grammar/parse.js";
import type { Definition } from "../../../grammar/tree.js";
import type { Diagnostic, Label } from "../../diagnostics/diagnostic.js";
import type { CaffeNet } from "../net.js";
import type { Spec } from "./spec.js";
import type { Node } from "./wire.js";

/** What was found in a spec, with the places in the prototxt where it comes from. */
export function placesIn(
  diagnostics: readonly Diagnostic[],
  text: string,
  path: string,
  spec: Spec,
  net: CaffeNet,
): Diagnostic[] {
  const { tree } = parse(text, path);
  const members = tree.declarations
    .filter((declaration): declaration is Definition => declaration.kind === "net")
    .flatMap((definition) => definition.members);
  return diagnostics.map((diagnostic) => {
    const at = diagnostic.primary?.span;
    if (at === undefined || at.file !== path) return diagnostic;
    const member = members.find(({ span }) => span.start <= at.start && at.start < span.end);
    const name = member !== undefined && "name" in member ? member.name?.text : undefined;
    const nodes = name === undefined ? [] : (spec.origins.get(name) ?? []);
    const [node, ...others] = nodes;
    // A trunk is many layers: none of them is the place.
    if (node === undefined || others.length > 3) return diagnostic;
    const label = labelOf(node, net);
    return label === null ? diagnostic : { ...diagnostic, related: [...diagnostic.related, label] };
  });
}

function labelOf({ kind, layer }: Node, net: CaffeNet): Label | null {
  if (layer === null) return null;
  const offset = kind === "crop" ? layer.fields.within("crop_param").span("offset") : null;
  const place = offset ?? layer.fields.span();
  return place && { span: place, message: `\`${layer.name}\` in ${net.file.replace(/^.*[\\/]/, "")}` };
}
