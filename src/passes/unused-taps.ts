/** Taps of a file's own backbones that no net of the file reads. */
import type { Definition } from "../../grammar/tree.js";
import { unusedTap } from "../diagnostics/codes/names.js";
import { diagnose, type Report } from "../diagnostics/diagnostic.js";
import type { Module } from "./resolve.js";

/** Backbones that no definition of the file uses are a library, whose taps are for others. */
export function reportUnusedTaps({ tree, incomplete }: Module, report: Report): void {
  if (incomplete || report.hasErrors) return;
  const definitions = tree.declarations.filter((each): each is Definition => "members" in each);
  for (const backbone of definitions) {
    if (backbone.kind !== "backbone") continue;
    const words = wordsIn(definitions.filter((each) => each !== backbone));
    if (!words.has(backbone.name.text)) continue;
    const last = backbone.members.findLast((member) => member.kind === "layer");
    for (const member of backbone.members) {
      if (member.kind !== "tap") continue;
      const name = member.value.parts.at(-1)?.text ?? "";
      // The last layer is the value of the use itself.
      if (words.has(name) || (last?.kind === "layer" && last.name.text === name)) continue;
      report.add(
        diagnose(unusedTap, `no net here reads the tap \`${name}\` of \`${backbone.name.text}\``, {
          at: member.value.span,
        }),
      );
    }
  }
}

/** Every name that stands in a part of the tree, however deep it is. */
function wordsIn(nodes: readonly unknown[]): ReadonlySet<string> {
  const words = new Set<string>();
  const open = [...nodes];
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== "object" || node === null) continue;
    if ("text" in node && typeof node.text === "string") words.add(node.text);
    for (const value of Object.values(node) as unknown[]) open.push(value);
  }
  return words;
}
