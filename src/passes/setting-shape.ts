/** Whether the value of a recipe's or target's setting has the shape that its key wants. */
import type { Setting, Value } from "../../grammar/tree.js";
import { recipeSetting } from "../diagnostics/codes/recipes.js";
import { diagnose, type Report, type Span } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import type { SettingShape } from "./shape.js";
import { broken, describe, type Evaluated } from "./values.js";

export function keyOf(entry: Setting): string {
  return entry.key.parts.map((part) => part.text).join(".");
}

/** `written` is the value as it stands in the text, to point into; reports what does not agree. */
export function agrees(key: string, value: Evaluated, shape: SettingShape, written: Value, report: Report): boolean {
  if (shape.several && value.kind === "list" && written.kind === "list") {
    const one = { ...shape, several: false };
    const items = written.items.map((item, i) => agrees(key, value.items[i] ?? broken, one, item, report));
    return items.every(Boolean);
  }
  const example = `write it like \`${key}: ${shape.example}\``;
  const refuseAt = (at: Span, message: string): false => {
    report.add(diagnose(recipeSetting, message, { at, help: [example] }));
    return false;
  };
  const refuse = (message: string): false => refuseAt(written.span, message);
  if (!shape.kinds.includes(value.kind)) return refuse(`\`${key}\` cannot be ${describe(value)}`);
  if (value.kind === "number" && shape.range && !shape.range.holds(value.value))
    return refuse(`\`${key}\` is ${shape.range.says}`);
  if (value.kind === "list" && shape.numbers) {
    const numbers = value.items.map((item) => (item.kind === "number" ? item.value : NaN));
    if (!shape.numbers.holds(numbers)) return refuse(`\`${key}\` is ${shape.numbers.says}`);
  }
  const known = (name: string, names: readonly string[], message: string, at: Span, quote = ""): boolean => {
    if (names.includes(name)) return true;
    const near = nearest(name, names);
    report.add(
      diagnose(recipeSetting, message, {
        at,
        label: near ? `did you mean \`${near}\`?` : `known: ${names.join(", ")}`,
        help: near ? [] : [example],
        fixes: near ? [{ title: `write \`${near}\``, span: at, replacement: `${quote}${near}${quote}` }] : [],
      }),
    );
    return false;
  };
  if ((value.kind === "word" || value.kind === "string") && shape.words) {
    const quote = value.kind === "string" ? '"' : "";
    return known(value.value, shape.words, `\`${key}\` cannot be \`${value.value}\``, written.span, quote);
  }
  if (written.kind === "call" && shape.calls) {
    const callee = written.callee.text;
    const names = Object.keys(shape.calls);
    if (!known(callee, names, `\`${key}\` knows no \`${callee}\``, written.callee.span)) return false;
    const settings = shape.calls[callee] ?? [];
    const inner = shape.arguments?.[callee] ?? {};
    const taken = (written.arguments ?? []).map(({ name, value: given }, index) => {
      if (name && !known(name.text, settings, `\`${callee}\` has no setting \`${name.text}\``, name.span)) return false;
      const held = value.kind === "call" ? (value.arguments.get(name?.text ?? String(index)) ?? broken) : broken;
      const { first } = shape;
      if (!name && first) {
        if (index === 0) return held.kind === "broken" || agrees(first.name, held, first, given, report);
        return refuseAt(
          given.span,
          `but for its ${first.name}, which comes first, arguments of \`${callee}\` have names`,
        );
      }
      const setting = name?.text ?? settings[index] ?? "";
      const wanted = Object.hasOwn(inner, setting) ? inner[setting] : undefined;
      return !wanted || held.kind === "broken" || agrees(setting, held, wanted, given, report);
    });
    return taken.every(Boolean);
  }
  if (written.kind === "settings" && shape.entries) {
    const { entries, within = {} } = shape;
    const taken = written.entries.map((entry) => {
      const name = keyOf(entry);
      if (!known(name, entries, `\`${key}\` has no setting \`${name}\``, entry.key.span)) return false;
      const inner = Object.hasOwn(within, name) ? within[name] : undefined;
      const held = value.kind === "object" ? (value.entries.get(name) ?? broken) : broken;
      return !inner || held.kind === "broken" || agrees(name, held, inner, entry.value, report);
    });
    return taken.every(Boolean);
  }
  return true;
}
