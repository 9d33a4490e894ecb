/** Values, calls and settings as documents of Prettier. */
import { builders, type Doc } from "./doc.js";
import { hasComments, printDangling, printLines, withComments } from "./print-comments.js";
import type { Argument, Call, Comment, Node, Parameter, Setting, Settings, Value } from "./tree.js";

const { fill, group, hardline, ifBreak, indent, join, line, softline } = builders;

export function printValue(value: Value): Doc {
  switch (value.kind) {
    case "number":
    case "factor":
    case "extent":
    case "string":
      return value.spelling;
    case "boolean":
      return String(value.value);
    case "reference":
      return value.parts.map((part) => part.text).join(".");
    case "list":
      return printList("[", value.items, "]", value.dangling);
    case "settings":
      return printSettings(value);
    case "call":
      return printCall(value);
    case "unary":
      return value.operand.kind === "unary" ? ["-(", printValue(value.operand), ")"] : ["-", printValue(value.operand)];
    case "binary": {
      const printed = [printValue(value.left), ` ${value.operator}`, indent([line, printValue(value.right)])];
      return value.parenthesised ? ["(", group(printed), ")"] : group(printed);
    }
  }
}

/** Items between brackets: on one line where they fit, else each on its own; plain numbers fill their lines. */
export function printList(open: string, items: readonly Node[], close: string, dangling: readonly Comment[] = []): Doc {
  if (items.length === 0 && dangling.length === 0) return open + close;
  const after = printDangling(dangling, items.length === 0);
  if (items.length === 0) return group([open, indent([hardline, ...after]), hardline, close]);
  const printed = items.map((item) => withComments(item, printItem(item)));
  const separated: Doc[] = printed.flatMap((item, i) => (i === 0 ? [item] : [line, item]));
  const body = items.every((item) => isPlainNumber(item))
    ? fill(separated.map((part, i) => (i % 2 === 0 && i < separated.length - 1 ? [part, ","] : part)))
    : join([",", line], printed);
  return group([open, indent([softline, body, ifBreak(","), ...after]), after.length > 0 ? hardline : softline, close]);
}

function isPlainNumber(item: Node): boolean {
  if (hasComments(item)) return false;
  return item.kind === "unary" ? isPlainNumber(item.operand) : item.kind === "number";
}

function printItem(item: Node): Doc {
  switch (item.kind) {
    case "argument":
      return printArgument(item);
    case "parameter":
      return printParameter(item);
    default:
      return printValue(item as Value);
  }
}

function printArgument(argument: Argument): Doc {
  const value = printValue(argument.value);
  return argument.name === null ? value : [argument.name.text, ": ", value];
}

function printParameter(parameter: Parameter): Doc {
  const declared = [parameter.name.text, ": ", parameter.type.text];
  return parameter.default === null ? declared : [...declared, " = ", printValue(parameter.default)];
}

/** A call with its arguments and without its settings. */
export function printCallee(call: Call): Doc {
  if (call.arguments === null) return call.callee.text;
  return [call.callee.text, printList("(", call.arguments, ")", call.dangling)];
}

export function printCall(call: Call): Doc {
  return call.settings === null ? printCallee(call) : [printCallee(call), " ", printSettings(call.settings)];
}

/** On one line where they were written so and fit, else an entry a line and no commas. */
export function printSettings(settings: Settings, broken = settings.multiline ?? false): Doc {
  const { entries, dangling = [] } = settings;
  if (entries.length === 0 && dangling.length === 0) return "{}";
  if (broken || dangling.length > 0) {
    const lines = printLines(entries, (entry) => printSetting(entry as Setting), dangling);
    return group(["{", indent([hardline, lines]), hardline, "}"]);
  }
  const printed = entries.map((entry) => withComments(entry, printSetting(entry)));
  return group(["{", indent([line, join([ifBreak("", ","), line], printed)]), line, "}"]);
}

function printSetting(setting: Setting): Doc {
  return [printValue(setting.key), ": ", printValue(setting.value)];
}
