/** Whether the value of a recipe's or target's setting has the shape that its key wants. */
import type { Call, Setting, Settings, Value } from "../../grammar/tree.js";
import { argumentTwice } from "../diagnostics/codes/arguments.js";
import { recipeSetting } from "../diagnostics/codes/recipes.js";
import { diagnose, type Report, type Span } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import type { SettingShape } from "./shape.js";
import { broken, describe, type Evaluated } from "./values.js";

export function keyOf(entry: Setting): string {
  return entry.key.parts.map((part) => part.text).join(".");
}

/** What a value is held against, and where that is said. */
interface Wanted {
  readonly key: string;
  readonly shape: SettingShape;
  readonly report: Report;
}

/** `written` is the value as it stands in the text, to point into; reports what does not agree. */
export function agrees(key: string, value: Evaluated, shape: SettingShape, written: Value, report: Report): boolean {
  if (shape.several && value.kind === "list" && written.kind === "list") {
    const one = { ...shape, several: false };
    const items = written.items.map((item, i) => agrees(key, value.items[i] ?? broken, one, item, report));
    return items.every(Boolean);
  }
  const wanted: Wanted = { key, shape, report };
  const refuse = (message: string): false => refuseAt(written.span, message, wanted);
  if (!shape.kinds.includes(value.kind)) return refuse(`\`${key}\` cannot be ${describe(value)}`);
  if (value.kind === "number" && shape.range && !shape.range.holds(value.value))
    return refuse(`\`${key}\` is ${shape.range.says}`);
  if (value.kind === "list" && shape.numbers) {
    const numbers = value.items.map((item) => (item.kind === "number" ? item.value : NaN));
    if (!shape.numbers.holds(numbers)) return refuse(`\`${key}\` is ${shape.numbers.says}`);
  }
  if ((value.kind === "word" || value.kind === "string") && shape.words) {
    const quote = value.kind === "string" ? '"' : "";
    const message = `\`${key}\` cannot be \`${value.value}\``;
    return isKnown(value.value, shape.words, message, written.span, wanted, quote);
  }
  if (written.kind === "call" && shape.calls) return callAgrees(value, written, shape.calls, wanted);
  if (written.kind === "settings" && shape.entries) return settingsAgree(value, written, shape.entries, wanted);
  return true;
}

function callAgrees(
  value: Evaluated,
  written: Call,
  calls: NonNullable<SettingShape["calls"]>,
  wanted: Wanted,
): boolean {
  const { key, shape, report } = wanted;
  const callee = written.callee.text;
  if (!isKnown(callee, Object.keys(calls), `\`${key}\` knows no \`${callee}\``, written.callee.span, wanted))
    return false;
  const settings = calls[callee] ?? [];
  const inner = shape.arguments?.[callee] ?? {};
  const { first } = shape;
  const seen = new Map<string, Span>();
  const taken = (written.arguments ?? []).map(({ name, value: given }, index) => {
    if (first && name?.text === first.name)
      return refuseAt(name.span, `the ${first.name} of \`${callee}\` comes first, without a name`, wanted);
    if (name && !isKnown(name.text, settings, `\`${callee}\` has no setting \`${name.text}\``, name.span, wanted))
      return false;
    const held = value.kind === "call" ? (value.arguments.get(name?.text ?? String(index)) ?? broken) : broken;
    if (!name && first) {
      if (index === 0) return held.kind === "broken" || agrees(first.name, held, first, given, report);
      const message = `but for its ${first.name}, which comes first, arguments of \`${callee}\` have names`;
      return refuseAt(given.span, message, wanted);
    }
    const setting = name?.text ?? settings[index];
    if (setting === undefined) {
      if (shape.takesAny) return true;
      const known = settings.length === 0 ? "no arguments" : settings.map((one) => `\`${one}\``).join(", ");
      return refuseAt(given.span, `\`${callee}\` takes ${known}, and this is one more`, wanted);
    }
    if (isTwice(setting, name?.span ?? given.span, seen, report)) return false;
    const own = Object.hasOwn(inner, setting) ? inner[setting] : undefined;
    return !own || held.kind === "broken" || agrees(setting, held, own, given, report);
  });
  return taken.every(Boolean);
}

function settingsAgree(value: Evaluated, written: Settings, entries: readonly string[], wanted: Wanted): boolean {
  const { key, shape, report } = wanted;
  const seen = new Map<string, Span>();
  const taken = written.entries.map((entry) => {
    const name = keyOf(entry);
    if (!isKnown(name, entries, `\`${key}\` has no setting \`${name}\``, entry.key.span, wanted)) return false;
    if (isTwice(name, entry.key.span, seen, report)) return false;
    const inner = shape.within && Object.hasOwn(shape.within, name) ? shape.within[name] : undefined;
    const held = value.kind === "object" ? (value.entries.get(name) ?? broken) : broken;
    return !inner || held.kind === "broken" || agrees(name, held, inner, entry.value, report);
  });
  return taken.every(Boolean);
}

/** Of two values for one setting the later would count in silence. */
function isTwice(setting: string, at: Span, seen: Map<string, Span>, report: Report): boolean {
  const earlier = seen.get(setting);
  if (earlier === undefined) {
    seen.set(setting, at);
    return false;
  }
  const related = [{ span: earlier, message: "given here already" }];
  report.add(diagnose(argumentTwice, `\`${setting}\` is given twice`, { at, related }));
  return true;
}

const exampleOf = ({ key, shape }: Wanted): string => `write it like \`${key}: ${shape.example}\``;

function refuseAt(at: Span, message: string, wanted: Wanted): false {
  wanted.report.add(diagnose(recipeSetting, message, { at, help: [exampleOf(wanted)] }));
  return false;
}

function isKnown(
  name: string,
  names: readonly string[],
  message: string,
  at: Span,
  wanted: Wanted,
  quote = "",
): boolean {
  if (names.includes(name)) return true;
  const near = nearest(name, names);
  wanted.report.add(
    diagnose(recipeSetting, message, {
      at,
      label: near ? `did you mean \`${near}\`?` : `known: ${names.join(", ")}`,
      help: near ? [] : [exampleOf(wanted)],
      fixes: near ? [{ title: `write \`${near}\``, span: at, replacement: `${quote}${near}${quote}` }] : [],
    }),
  );
  return false;
}
