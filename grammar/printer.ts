/**
 * The tree as a document of Prettier: the one style of the language. `format` and the Prettier plugin share it.
 * In a run of layers without blank lines or comments between them the `=` stand below each other.
 */
import { builders, type Doc } from "./doc.js";
import { printAbove, printBeside, printDangling, printLines, withComments } from "./print-comments.js";
import { printCallee, printList, printSettings, printValue } from "./print-values.js";
import type { Call, Declaration, Definition, File, Flow, Import, Member, Node, Settings, Train } from "./tree.js";

const { group, hardline, indent, indentIfBreak, join, line } = builders;

/** Names that differ more than this in length are not aligned. */
const ALIGN_LIMIT = 12;

/** The document of a file that was parsed without a fault. */
export function printFile(file: File): Doc {
  const parts: Doc[] = [];
  if (file.edition !== null) {
    parts.push(withComments(file.edition, `fcn ${file.edition.number.spelling}`), hardline);
  }
  let previous: Declaration | null = null;
  for (const declaration of file.declarations) {
    const imports = declaration.kind === "import" && previous?.kind === "import";
    if (parts.length > 0 && (!imports || declaration.blankBefore)) parts.push(hardline);
    parts.push(withComments(declaration, printDeclaration(declaration)), hardline);
    previous = declaration;
  }
  const dangling = file.dangling ?? [];
  if (dangling.length > 0) {
    if (parts.length > 0 && dangling[0]?.blankBefore) parts.push(hardline);
    parts.push(printDangling(dangling, true), hardline);
  }
  return parts;
}

function printDeclaration(declaration: Declaration): Doc {
  switch (declaration.kind) {
    case "import":
      return printImport(declaration);
    case "train":
      return ["train ", declaration.net.text, printRecipeName(declaration), printBlock(declaration.settings)];
    case "target":
      return ["target ", declaration.target.text, " for ", declaration.net.text, printBlock(declaration.settings)];
    case "broken":
      throw new Error("a file with faults is not printed");
    default:
      return printDefinition(declaration);
  }
}

const printRecipeName = ({ recipe }: Train): string => (recipe === null ? "" : ` as ${recipe.text}`);

function printImport(node: Import): Doc {
  const names = node.names.map((name) =>
    withComments(name, name.alias === null ? name.name.text : `${name.name.text} as ${name.alias.text}`),
  );
  return group(["import ", indent(join([",", line], names)), indent([line, "from "]), node.from.spelling]);
}

const printBlock = (settings: Settings | null): Doc => (settings === null ? "" : [" ", printSettings(settings, true)]);

function printDefinition(node: Definition): Doc {
  const parameters = node.parameters === null ? "" : printList("(", node.parameters, ")");
  const head = [node.kind, " ", node.name.text, parameters, " {"];
  const dangling = node.dangling ?? [];
  if (node.members.length === 0 && dangling.length === 0) return [...head, "}"];
  const widths = alignments(node.members);
  const body = printLines(node.members, (member, i) => printMember(member as Member, widths[i] ?? 0), dangling);
  return [...head, indent([hardline, body]), hardline, "}"];
}

function printMember(member: Member, width: number): Doc {
  switch (member.kind) {
    case "input": {
      const dimensions = printList("[", member.dimensions, "]");
      return ["input ", member.name.text, ": ", member.format.text, dimensions, printAfter(member.settings)];
    }
    case "output":
      return ["output ", printValue(member.value), printAfter(member.settings)];
    case "tap":
      return [
        "tap ",
        printValue(member.value),
        member.stride === null ? "" : [" at stride ", printValue(member.stride)],
      ];
    case "let":
      return ["let ", member.name.text, ": ", printValue(member.value)];
    case "expect":
      return ["expect ", printValue(member.condition)];
    case "return":
      return ["return ", printValue(member.value)];
    case "layer":
      return [member.name.text.padEnd(width), " = ", printFlow(member.flow)];
    case "broken":
      throw new Error("a file with faults is not printed");
  }
}

const printAfter = (settings: Settings | null): Doc => (settings === null ? "" : [" ", printSettings(settings)]);

/** Breaks before each `->` where the line is too long. The settings of the last call break by themselves. */
function printFlow(flow: Flow): Doc {
  const steps: readonly (Node | Call)[] = flow.head === null ? flow.calls : [flow.head, ...flow.calls];
  const id = Symbol("flow");
  const last = steps[steps.length - 1];
  const parts = steps.map((step, i): Doc => {
    const settings = step.kind === "call" && step !== last ? printAfter(step.settings) : "";
    const printed: Doc = [step.kind === "call" ? printCallee(step) : printHead(step), settings];
    if (i === 0) return [...printAbove(step), printed, ...printBeside(step)];
    return indent([line, ...printAbove(step), "-> ", printed, ...printBeside(step)]);
  });
  const end = last?.kind === "call" ? printAfter(last.settings) : "";
  return [group(parts, { id }), indentIfBreak(end, { groupId: id })];
}

const printHead = (head: Node): Doc => (head.kind === "reference" ? printValue(head) : "");

/** For each member the width to which its name is padded. */
function alignments(members: readonly Member[]): readonly number[] {
  const widths = members.map(() => 0);
  let start = 0;
  members.forEach((member, i) => {
    const next = members[i + 1];
    if (next?.kind === "layer" && member.kind === "layer" && isTight(next)) return;
    const lengths = members.slice(start, i + 1).map((each) => (each.kind === "layer" ? each.name.text.length : 0));
    const longest = lengths.reduce((a, b) => Math.max(a, b), 0);
    const shortest = lengths.reduce((a, b) => Math.min(a, b), longest);
    if (longest - shortest <= ALIGN_LIMIT) widths.fill(longest, start, i + 1);
    start = i + 1;
  });
  return widths;
}

/** True when nothing stands between a layer and the one above it. */
function isTight(member: Member): boolean {
  const documented = "documentation" in member && member.documentation.length > 0;
  return !member.blankBefore && !documented && (member.leading?.length ?? 0) === 0;
}
