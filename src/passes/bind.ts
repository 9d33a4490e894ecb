/**
 * Binds the values of a call to the parameters of a layer kind: each is checked against its parameter's type, and what
 * was left out gets its default.
 */
import { argumentTwice, argumentType, missingArgument, unknownArgument } from "../diagnostics/codes/arguments.js";
import { diagnose, type Diagnostic, type Report, type Span } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import type { Parameter, ParameterTable, Setting, SettingsRecord } from "../model/layer-kind.js";
import type { Initializer } from "../model/plan.js";
import { describe, type Evaluated } from "./values.js";

/** An argument with its place. */
export interface Given {
  readonly value: Evaluated;
  readonly span: Span;
  /** With the name that stands before it, `pad: 100`; absent where it was given in order. */
  readonly setting?: Span;
}

/** Beyond these a number is taken for a slip: no net has them, and sizes would leave the range of exact numbers. */
const LARGEST_COUNT = 2 ** 20;
const LARGEST_PIXELS = 2 ** 16;

export interface Sorted {
  readonly given: Map<string, Given>;
  /** False where an argument has no parameter or is given twice, so that what was meant is not known. */
  readonly sound: boolean;
}

/** Sorts positional and named arguments by parameter; reports what has no parameter or is given twice. */
export function sortArguments(
  positional: readonly Given[],
  named: readonly (Given & { readonly name: string; readonly nameSpan: Span })[],
  parameters: readonly string[],
  callee: string,
  report: Report,
  alsoKnown: readonly string[] = [],
): Sorted {
  const given = new Map<string, Given>();
  let sound = true;
  positional.forEach((argument, index) => {
    const parameter = parameters[index];
    if (parameter !== undefined) {
      given.set(parameter, argument);
      return;
    }
    sound = false;
    const takes = parameters.length === 0 ? "no arguments" : `at most ${parameters.length}: ${parameters.join(", ")}`;
    report.add(
      diagnose(unknownArgument, `\`${callee}\` has no place for ${describe(argument.value)}`, {
        at: argument.span,
        label: `it takes ${takes}`,
      }),
    );
  });
  for (const argument of named) {
    if (!parameters.includes(argument.name)) {
      sound = false;
      reportUnknownArgument(argument.name, argument.nameSpan, [...alsoKnown, ...parameters], `\`${callee}\``, report);
      continue;
    }
    const earlier = given.get(argument.name);
    if (earlier) {
      sound = false;
      report.add(
        diagnose(argumentTwice, `\`${argument.name}\` is given twice`, {
          at: argument.nameSpan,
          related: [{ span: earlier.span, message: "given here already" }],
          help: ["leave one of them out"],
        }),
      );
      continue;
    }
    given.set(argument.name, argument);
  }
  return { given, sound };
}

export function reportUnknownArgument(
  name: string,
  at: Span,
  known: readonly string[],
  owner: string,
  report: Report,
): void {
  const near = nearest(name, known);
  report.add(
    diagnose(unknownArgument, `${owner} has no setting \`${name}\``, {
      at,
      label: near ? `did you mean \`${near}\`?` : "unknown",
      notes: known.length > 0 ? [`it has ${known.map((key) => `\`${key}\``).join(", ")}`] : ["it has no settings"],
      fixes: near ? [{ title: `write \`${near}\``, span: at, replacement: near }] : [],
    }),
  );
}

/**
 * Settings from what was given, or null where a fault keeps them from being known. Where `sorted` is false, an argument
 * was at fault already, and one that is missing may be what it was meant for.
 */
export function bindSettings(
  parameters: ParameterTable,
  given: ReadonlyMap<string, Given>,
  callee: string,
  site: Span,
  report: Report,
  sorted = true,
): SettingsRecord | null {
  const settings: Record<string, Setting> = {};
  const missing: string[] = [];
  let sound = sorted;
  for (const [name, parameter] of Object.entries(parameters)) {
    const argument = meant(given.get(name), parameter);
    if (!argument || (argument.value.kind === "word" && argument.value.value === "auto" && parameter.type !== "word")) {
      const fallback = defaultOf(parameter);
      if (fallback === undefined) {
        sound = false;
        if (!argument) missing.push(name);
        else
          report.add(
            diagnose(argumentType, `\`${name}\` of \`${callee}\` has no default that \`auto\` could stand for`, {
              at: argument.span,
              label: parameter.documentation,
            }),
          );
      } else settings[name] = fallback;
      continue;
    }
    const bound = bindValue(parameter, argument.value);
    if (typeof bound === "object" && bound !== null && "wanted" in bound) {
      sound = false;
      if (argument.value.kind === "broken") continue;
      const near = nearestWord(parameter, argument.value);
      report.add(
        diagnose(argumentType, `\`${name}\` of \`${callee}\` wants ${bound.wanted}, not ${describe(argument.value)}`, {
          at: argument.span,
          label: near ? `did you mean \`${near}\`?` : `${parameter.documentation}`,
          fixes:
            near && parameter.type === "word"
              ? [{ title: `write \`${near}\``, span: argument.span, replacement: near }]
              : [],
        }),
      );
      continue;
    }
    settings[name] = bound;
  }
  if (missing.length > 0 && sorted) report.add(missingArguments(callee, missing, parameters, site));
  return sound ? settings : null;
}

/** No setting takes a layer: where one bears the name of a setting's word, `round: floor` means the word all the same. */
function meant(argument: Given | undefined, parameter: Parameter): Given | undefined {
  if (argument?.value.kind !== "node") return argument;
  const { word } = argument.value;
  const words = parameter.type === "word" ? parameter.words : parameter.type === "init" ? initializers : [];
  if (word === undefined || !["auto", ...words].includes(word)) return argument;
  return { ...argument, value: { kind: "word", value: word } };
}

function missingArguments(
  callee: string,
  missing: readonly string[],
  parameters: ParameterTable,
  at: Span,
): Diagnostic {
  const names = listed(missing);
  return diagnose(missingArgument, `\`${callee}\` needs ${names}`, {
    at,
    label: `no ${names}`,
    notes: missing.map((name) => `\`${name}\`: ${parameters[name]?.documentation ?? ""}`),
  });
}

/** `a`, `b` and `c`, each in its quotes. */
export function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} and ${last}`;
}

function nearestWord(parameter: Parameter, value: Evaluated): string | null {
  if (parameter.type === "word" && value.kind === "word") return nearest(value.value, parameter.words);
  if (parameter.type !== "init") return null;
  if (value.kind === "word") return nearest(value.value, initializers);
  return value.kind === "call" ? nearest(value.name, initializers) : null;
}

function defaultOf(parameter: Parameter): Setting | undefined {
  if (parameter.type === "offset") return null;
  if (parameter.default === undefined) return undefined;
  const fallback = parameter.default;
  if ((parameter.type === "pixels" || parameter.type === "extent") && typeof fallback === "number")
    return [fallback, fallback];
  return fallback;
}

interface Wanted {
  readonly wanted: string;
}

function bindValue(parameter: Parameter, value: Evaluated): Setting | Wanted {
  switch (parameter.type) {
    case "count":
      return whole(value, 1, LARGEST_COUNT) ?? { wanted: wholeInWords(value, 1, LARGEST_COUNT) };
    case "pixels":
    case "extent": {
      const least = parameter.type === "extent" ? 1 : 0;
      const wanted = `${wholeInWords(value, least, LARGEST_PIXELS)}, or one for each axis (\`3x5\`)`;
      if (value.kind === "extent")
        return value.value.every((side) => side >= least && side <= LARGEST_PIXELS) ? value.value : { wanted };
      const side = whole(value, least, LARGEST_PIXELS);
      return side === null ? { wanted } : [side, side];
    }
    case "factor":
      if (value.kind === "factor" && Number.isInteger(value.value) && value.value >= 1 && value.value <= LARGEST_PIXELS)
        return value.value;
      return whole(value, 1, LARGEST_PIXELS) ?? { wanted: "a whole factor from `1x` on, such as `2x`" };
    case "number": {
      const { least = -Infinity, below = Infinity } = parameter;
      if (value.kind === "number" && value.value >= least && value.value < below) return value.value;
      const from = least === -Infinity ? "" : ` from ${least}`;
      return { wanted: `a number${from}${below === Infinity ? "" : ` to below ${below}`}` };
    }
    case "numbers": {
      if (value.kind !== "list") return { wanted: "a list of numbers" };
      const numbers: number[] = [];
      for (const item of value.items) {
        if (item.kind !== "number") return { wanted: "a list of numbers" };
        numbers.push(item.value);
      }
      return numbers;
    }
    case "flag":
      return value.kind === "boolean" ? value.value : { wanted: "`true` or `false`" };
    case "word":
      if ((value.kind === "word" || value.kind === "string") && parameter.words.includes(value.value))
        return value.value;
      return { wanted: parameter.words.map((word) => `\`${word}\``).join(" or ") };
    case "init":
      return bindInitializer(value);
    case "offset": {
      const wanted = "`auto`, a whole number of units, or one for each axis (`[5, 9]`)";
      if (value.kind === "list" && value.items.length === 2) {
        const [y, x] = value.items.map((item) => whole(item, -LARGEST_PIXELS, LARGEST_PIXELS));
        return y == null || x == null ? { wanted } : [y, x];
      }
      const both = whole(value, -LARGEST_PIXELS, LARGEST_PIXELS);
      return both === null ? { wanted } : [both, both];
    }
  }
}

/** The bound that a value breaks is named; nobody wants to read of the upper one otherwise. */
function wholeInWords(value: Evaluated, least: number, most: number): string {
  const sides = value.kind === "extent" ? value.value : value.kind === "number" ? [value.value] : [];
  return sides.some((side) => side > most)
    ? `a whole number of at most ${most}`
    : `a whole number of at least ${least}`;
}

export function whole(value: Evaluated, least: number, most: number): number | null {
  if (value.kind !== "number" || !Number.isInteger(value.value)) return null;
  return value.value >= least && value.value <= most ? value.value : null;
}

const initializers = ["zero", "he", "xavier", "bilinear", "gaussian", "constant"];

function bindInitializer(value: Evaluated): Initializer | Wanted {
  const wanted = {
    wanted: "`zero`, `he`, `xavier`, `bilinear`, `gaussian(0.01)` or `constant(0.5)`",
  };
  if (value.kind === "word") {
    switch (value.value) {
      case "zero":
      case "he":
      case "xavier":
      case "bilinear":
        return { kind: value.value };
      default:
        return wanted;
    }
  }
  if (value.kind !== "call" || value.arguments.size !== 1) return wanted;
  const [entry] = value.arguments;
  if (!entry || entry[1].kind !== "number") return wanted;
  const [name, argument] = [entry[0], entry[1].value];
  if (value.name === "gaussian" && (name === "0" || name === "std") && argument >= 0)
    return { kind: "gaussian", std: argument };
  if (value.name === "constant" && (name === "0" || name === "value")) return { kind: "constant", value: argument };
  return wanted;
}
