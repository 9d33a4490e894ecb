/**
 * What is set on a command line in a recipe's stead: `batch=20`, `optimizer.rate=1e-4`, `score_fr.bias.rate=1x`. Each is
 * put into the recipe's tree before it is read, so that it is checked as if it stood in the file.
 */
import { parseSetting } from "../../grammar/parse-alone.js";
import type { Argument, Call, Name, Setting, Settings, Value } from "../../grammar/tree.js";
import { recipeSetting } from "../diagnostics/codes/recipes.js";
import { diagnose, Report, type Span } from "../diagnostics/diagnostic.js";
import type { Sources } from "../diagnostics/sources.js";
import type { PlanValue } from "../model/plan.js";
import { plain } from "./plain.js";
import { recipeKeys } from "./recipe-keys.js";
import { keyOf } from "./setting-shape.js";
import type { SettingShape } from "./shape.js";
import { evaluate, Scope } from "./values.js";

/**
 * Reads `key=value` texts; of several for one key the last counts. Messages name `--set KEY` as the place, and `sources`
 * gets its text.
 */
export function readOverrides(texts: readonly string[], sources: Sources, report: Report): readonly Setting[] {
  const last = new Map(texts.map((text) => [/^[^=:]*/.exec(text)?.[0].trim() ?? "", text]));
  return [...last].flatMap(([key, text]) => {
    const place = `--set ${key}`.trimEnd();
    sources.add(place, text);
    const { tree, diagnostics } = parseSetting(text, place);
    report.addAll(diagnostics);
    return tree ? [tree] : [];
  });
}

/** Overrides as plain values, by key, as a run's record has them. */
export function overrideValues(overrides: readonly Setting[]): Readonly<Record<string, PlanValue>> {
  const scope = new Scope();
  const silent = new Report();
  return Object.fromEntries(overrides.map((entry) => [keyOf(entry), plain(evaluate(entry.value, scope, silent))]));
}

/** The settings of a recipe with one set otherwise. */
export function applyOverride(settings: Settings, override: Setting, report: Report): Settings {
  const [first, ...path] = override.key.parts;
  const shape = first && Object.hasOwn(recipeKeys, first.text) ? recipeKeys[first.text] : undefined;
  // A layer's own rate is a key with dots in it, and an unknown key is reported as the recipe is read.
  if (!first || !shape || path.length === 0) return withEntry(settings, override);
  const entry = settings.entries.find((candidate) => keyOf(candidate) === first.text);
  const value = put(entry?.value ?? null, path, { override, key: first.text, shape, report });
  const key = { ...override.key, parts: [first], span: first.span };
  return value ? withEntry(settings, { kind: "setting", span: override.span, key, value }) : settings;
}

interface Place {
  readonly override: Setting;
  /** What was gone through so far: `optimizer`. */
  readonly key: string;
  readonly shape: SettingShape | undefined;
  readonly report: Report;
}

/** A value with what lies under a path in it set otherwise; null where it has no such inside, which is reported. */
function put(value: Value | null, path: readonly Name[], place: Place): Value | null {
  const { override, shape } = place;
  const [name, ...rest] = path;
  if (!name) return override.value;
  const { span } = override;
  const held = value ?? madeOf(shape, span);
  if (held?.kind === "settings") {
    const inside = held.entries.find((entry) => keyOf(entry) === name.text)?.value ?? null;
    const set = put(inside, rest, within(place, name, shape?.within?.[name.text]));
    const key = { ...override.key, parts: [name], span: name.span };
    return set && { ...withEntry(held, { kind: "setting", span, key, value: set }), span };
  }
  if (held?.kind === "call") {
    const { text: callee } = held.callee;
    // Where the first argument alone goes without a name, as a data set's folder, it is no setting of the list.
    const first = shape?.first?.name;
    const order = first === undefined ? (shape?.calls?.[callee] ?? []) : [first];
    const given = held.arguments ?? [];
    const at = given.findIndex((argument, i) => (argument.name?.text ?? order[i]) === name.text);
    const set = put(given[at]?.value ?? null, rest, within(place, name, shape?.arguments?.[callee]?.[name.text]));
    if (!set) return null;
    const argument: Argument = { kind: "argument", span, name, value: set };
    if (at === -1 && name.text === first) return { ...held, arguments: [{ ...argument, name: null }, ...given], span };
    return { ...withArgument(held, at, argument), span };
  }
  reportNoInside(value, name, place);
  return null;
}

const within = (place: Place, name: Name, shape: SettingShape | undefined): Place => ({
  ...place,
  key: `${place.key}.${name.text}`,
  shape,
});

/** What stands where nothing was written: settings, or a call where there is but one that it can be. */
function madeOf(shape: SettingShape | undefined, span: Span): Call | Settings | null {
  const [callee, other] = Object.keys(shape?.calls ?? {});
  if (!shape || shape.kinds.includes("object")) return { kind: "settings", span, entries: [] };
  if (callee === undefined || other !== undefined) return null;
  return { kind: "call", span, callee: { kind: "name", span, text: callee }, arguments: [], settings: null };
}

function withEntry(settings: Settings, entry: Setting): Settings {
  const key = keyOf(entry);
  const others = settings.entries.filter((candidate) => keyOf(candidate) !== key);
  return { ...settings, entries: [...others, entry] };
}

/** Positional arguments stay where they are. */
function withArgument(call: Call, at: number, argument: Argument): Call {
  const given = call.arguments ?? [];
  if (at === -1) return { ...call, arguments: [...given, argument] };
  const own = given[at]?.name === null ? { ...argument, name: null } : argument;
  return { ...call, arguments: given.map((each, i) => (i === at ? own : each)) };
}

function reportNoInside(value: Value | null, name: Name, { key, shape, override, report }: Place): void {
  const example = shape ? [`set all of it: \`--set '${key}=${shape.example}'\``] : [];
  report.add(
    diagnose(
      recipeSetting,
      value ? `\`${key}\` has nothing in it that is called \`${name.text}\`` : `the recipe has no \`${key}\``,
      {
        at: override.key.span,
        label: value ? "" : `\`${name.text}\` would be a part of it`,
        related: value ? [{ span: value.span, message: "this is what it is" }] : [],
        help: example,
      },
    ),
  );
}
