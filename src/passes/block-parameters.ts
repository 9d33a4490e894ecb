/** Binds the parameters of nets, backbones and blocks, which have types: `classes: int = 21`, `x: node`. */
import type { Parameter } from "../../grammar/tree.js";
import { argumentType, missingArgument } from "../diagnostics/codes/arguments.js";
import { diagnose, type Span } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import { listed, type Given } from "./bind.js";
import { define, type Environment } from "./environment.js";
import { broken, describe, evaluate, type Evaluated } from "./values.js";

/** Each type in words, for a value that is of another one. */
const types: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  bool: "`true` or `false`",
  string: 'a string, such as `"hha"`',
  word: "a word, such as `floor`",
  factor: "a factor, such as `2x`",
  extent: "a height by a width, such as `3x5`",
  list: "a list, such as `[5, 9]`",
  node: "a layer",
};

/** Where `sorted` is false, an argument was at fault already, and what is missing may be what it was meant for. */
export function bindParameters(
  parameters: readonly Parameter[],
  given: ReadonlyMap<string, Given>,
  environment: Environment,
  site: Span,
  sorted = true,
): void {
  const missing: Parameter[] = [];
  for (const parameter of parameters) {
    const argument = given.get(parameter.name.text);
    if (!argument && !parameter.default) missing.push(parameter);
    const value = valueOf(parameter, argument, environment);
    define(parameter.name.text, value, parameter.name.span, environment);
  }
  if (missing.length > 0 && sorted) reportMissing(missing, environment, site);
}

function reportMissing(missing: readonly Parameter[], { definition, report }: Environment, at: Span): void {
  const names = listed(missing.map((parameter) => parameter.name.text));
  const isNet = definition.kind === "net";
  report.add(
    diagnose(missingArgument, `\`${definition.name.text}\` needs ${names}`, {
      at,
      label: `no ${names}`,
      related: missing.map(({ span }) => ({ span, message: "has no default" })),
      help: isNet
        ? ["a net is compiled without arguments: give each parameter a default, as in `classes: int = 21`"]
        : [],
    }),
  );
}

function valueOf(parameter: Parameter, argument: Given | undefined, environment: Environment): Evaluated {
  const { scope, report } = environment;
  const name = parameter.name.text;
  const type = parameter.type.text;
  if (!Object.hasOwn(types, type)) {
    const near = nearest(type, Object.keys(types)) ?? (type.startsWith("int") ? "int" : null);
    report.add(
      diagnose(argumentType, `there is no parameter type \`${type}\``, {
        at: parameter.type.span,
        label: near ? `did you mean \`${near}\`?` : "unknown",
        help: near ? [] : [`types are ${Object.keys(types).join(", ")}`],
        fixes: near ? [{ title: `write \`${near}\``, span: parameter.type.span, replacement: near }] : [],
      }),
    );
    return broken;
  }
  if (argument && fits(argument.value, type)) return argument.value;
  if (!argument && parameter.default) {
    const value = evaluate(parameter.default, scope, report);
    if (fits(value, type)) return value;
    report.add(
      diagnose(
        argumentType,
        `\`${name}\` is declared as ${types[type] ?? type}, and its default is ${describe(value)}`,
        {
          at: parameter.default.span,
        },
      ),
    );
    return broken;
  }
  if (argument)
    report.add(
      diagnose(argumentType, `\`${name}\` wants ${types[type] ?? type}, not ${describe(argument.value)}`, {
        at: argument.span,
        related: [{ span: parameter.span, message: "declared here" }],
      }),
    );
  return broken;
}

function fits(value: Evaluated, type: string): boolean {
  if (value.kind === "broken" || (value.kind === "word" && value.value === "auto")) return true;
  switch (type) {
    case "int":
      return value.kind === "number" && Number.isInteger(value.value);
    case "bool":
      return value.kind === "boolean";
    default:
      return value.kind === type;
  }
}
