/**
 * Values at compile time: what parameters, `let` lines and arguments hold, and the names under which they are found.
 */
import type { Name, Reference, Value } from "../../grammar/tree.js";
import { argumentType } from "../diagnostics/codes/arguments.js";
import { notALayer, unknownName } from "../diagnostics/codes/names.js";
import { diagnose, type Report, type Span } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import { layerKinds } from "../layers/index.js";
import type { Pair } from "../model/plan.js";

export type Constant =
  | { readonly kind: "number"; readonly value: number; readonly spelling: string }
  | { readonly kind: "factor"; readonly value: number }
  | { readonly kind: "extent"; readonly value: Pair }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "word"; readonly value: string }
  | { readonly kind: "list"; readonly items: readonly Evaluated[] }
  | { readonly kind: "object"; readonly entries: ReadonlyMap<string, Evaluated> }
  | { readonly kind: "call"; readonly name: string; readonly arguments: ReadonlyMap<string, Evaluated> };

/** A map that flows: a node of the graph, and the members that can be reached through its name. */
export interface NodeValue {
  readonly kind: "node";
  readonly node: number;
  readonly members: Scope | null;
  /** The name alone by which it was written, where a setting may have meant the word. */
  readonly word?: string;
}

/** Stands for what a fault kept from being known; whatever depends on it stays silent. */
export interface BrokenValue {
  readonly kind: "broken";
  /** Where the names in it are known all the same, so that a misspelt one is found. */
  readonly members?: Scope;
  /** Where the use of a backbone leaves it out: naming it is a fault of its own. */
  readonly leftOut?: Span;
}

export const broken: BrokenValue = { kind: "broken" };

export type Evaluated = Constant | NodeValue | BrokenValue;

/** The names of one net, backbone or block. Later lines see earlier ones. */
export class Scope {
  readonly #values = new Map<string, Evaluated>();
  readonly #places = new Map<string, Span>();

  set(name: string, value: Evaluated, place?: Span): void {
    this.#values.set(name, value);
    if (place) this.#places.set(name, place);
  }

  /** Where a name was defined. */
  placeOf(name: string): Span | undefined {
    return this.#places.get(name);
  }

  get(name: string): Evaluated | undefined {
    return this.#values.get(name);
  }

  get names(): Iterable<string> {
    return this.#values.keys();
  }
}

/** Of a string, as much as is shown. */
const LONGEST = 40;

/** What a value is, in words for a message. */
export function describe(value: Evaluated): string {
  switch (value.kind) {
    case "number":
      return `the number ${value.spelling}`;
    case "factor":
      return `the factor ${value.value}x`;
    case "extent":
      return `the extent ${value.value.join("x")}`;
    case "string":
      return `the string "${value.value.length > LONGEST ? `${value.value.slice(0, LONGEST)}...` : value.value}"`;
    case "boolean":
      return String(value.value);
    case "word":
      return `\`${value.value}\``;
    case "list":
      return "a list";
    case "object":
      return "a group of settings";
    case "call":
      return `\`${value.name}(...)\``;
    case "node":
      return "a layer";
    case "broken":
      return "an unknown value";
  }
}

/** Finds the node that a reference names, and reports where there is none. */
export function resolveNode(reference: Reference, scope: Scope, report: Report): NodeValue | BrokenValue {
  const [head, ...rest] = reference.parts;
  if (!head) return broken;
  let value = scope.get(head.text);
  if (isLeftOut(value, head, report)) return broken;
  if (value === undefined) {
    const kind = layerKinds.has(head.text);
    if (kind && rest.length === 0) {
      report.add(
        diagnose(notALayer, `\`${head.text}\` is a layer, and a value is wanted here`, {
          at: head.span,
          label: "names no value",
          help: [`write \`${head.text}()\` to take the line above, or \`value -> ${head.text}\``],
        }),
      );
      return broken;
    }
    reportUnknown(head.text, head.span, scope.names, report);
    return broken;
  }
  for (const part of rest) {
    if (value.kind === "broken" && !value.members) return broken;
    if ((value.kind !== "node" && value.kind !== "broken") || !value.members) {
      report.add(
        diagnose(unknownName, `\`${part.text}\` cannot be reached: what stands before the dot has no layers in it`, {
          at: part.span,
          help: ["only the uses of backbones and blocks have layers that are reached with a dot"],
        }),
      );
      return broken;
    }
    const members: Scope = value.members;
    const member = members.get(part.text);
    if (member === undefined) {
      reportUnknown(part.text, part.span, members.names, report, head.text);
      return broken;
    }
    if (isLeftOut(member, part, report)) return broken;
    value = member;
  }
  if (value.kind === "node" || value.kind === "broken") return value;
  report.add(
    diagnose(notALayer, `${describe(value)} cannot flow: a layer is wanted here`, {
      at: reference.span,
      label: "no layer",
    }),
  );
  return broken;
}

function isLeftOut(value: Evaluated | undefined, { text, span }: Name, report: Report): boolean {
  if (value?.kind !== "broken" || !value.leftOut) return false;
  report.add(
    diagnose(unknownName, `\`${text}\` is left out of this backbone`, {
      at: span,
      related: [{ span: value.leftOut, message: "left out here" }],
    }),
  );
  return true;
}

export function reportUnknown(
  name: string,
  at: Span,
  names: Iterable<string>,
  report: Report,
  owner: string | null = null,
): void {
  const known = [...names];
  const near = nearest(name, known);
  const few =
    known.length > 0 && known.length <= 8 ? [`known here: ${known.map((key) => `\`${key}\``).join(", ")}`] : [];
  report.add(
    diagnose(unknownName, owner ? `\`${owner}\` has no layer \`${name}\`` : `nothing here is called \`${name}\``, {
      at,
      label: near ? `did you mean \`${near}\`?` : "unknown",
      notes: near ? [] : few,
      help: near || owner ? [] : ["a value is written above the lines that use it"],
      fixes: near ? [{ title: `write \`${near}\``, span: at, replacement: near }] : [],
    }),
  );
}

export function numberOf(value: number): Constant {
  return { kind: "number", value, spelling: String(value) };
}

/** Evaluates a value; a bare word that names nothing in scope stays a word, for the parameter to make sense of. */
export function evaluate(value: Value, scope: Scope, report: Report): Evaluated {
  switch (value.kind) {
    case "number":
      return { kind: "number", value: value.value, spelling: value.spelling };
    case "factor":
      return { kind: "factor", value: value.value };
    case "extent":
      return { kind: "extent", value: [value.height, value.width] };
    case "string":
      return { kind: "string", value: value.value };
    case "boolean":
      return { kind: "boolean", value: value.value };
    case "reference": {
      const [head, ...rest] = value.parts;
      if (!head) return broken;
      const found = scope.get(head.text);
      if (rest.length > 0 || (found?.kind === "broken" && found.leftOut)) return resolveNode(value, scope, report);
      if (found?.kind === "node") return { ...found, word: head.text };
      return found ?? { kind: "word", value: head.text };
    }
    case "list":
      return { kind: "list", items: value.items.map((item) => evaluate(item, scope, report)) };
    case "settings":
      return {
        kind: "object",
        entries: new Map(
          value.entries.map((entry) => [
            entry.key.parts.map((part) => part.text).join("."),
            evaluate(entry.value, scope, report),
          ]),
        ),
      };
    case "call":
      return {
        kind: "call",
        name: value.callee.text,
        arguments: new Map(
          (value.arguments ?? []).map((argument, index) => [
            argument.name?.text ?? String(index),
            evaluate(argument.value, scope, report),
          ]),
        ),
      };
    case "unary": {
      const operand = evaluate(value.operand, scope, report);
      if (operand.kind === "number") return { kind: "number", value: -operand.value, spelling: `-${operand.spelling}` };
      if (operand.kind !== "broken") notANumber(operand, value.operand, report);
      return broken;
    }
    case "binary":
      return evaluateBinary(value, scope, report);
  }
}

function notANumber(found: Evaluated, value: Value, report: Report): void {
  report.add(
    diagnose(argumentType, `${describe(found)} is not a number`, { at: value.span, label: "a number is wanted here" }),
  );
}

function evaluateBinary(value: Extract<Value, { kind: "binary" }>, scope: Scope, report: Report): Evaluated {
  const left = evaluate(value.left, scope, report);
  const right = evaluate(value.right, scope, report);
  if (left.kind === "broken" || right.kind === "broken") return broken;
  if (left.kind !== "number") {
    notANumber(left, value.left, report);
    return broken;
  }
  if (right.kind !== "number") {
    notANumber(right, value.right, report);
    return broken;
  }
  switch (value.operator) {
    case "+":
      return numberOf(left.value + right.value);
    case "-":
      return numberOf(left.value - right.value);
    case "*":
      return numberOf(left.value * right.value);
    case "/":
    case "mod":
      if (right.value === 0) {
        report.add(diagnose(argumentType, "a division by zero", { at: value.right.span }));
        return broken;
      }
      return numberOf(
        value.operator === "/"
          ? left.value / right.value
          : left.value - right.value * Math.floor(left.value / right.value),
      );
    default:
      report.add(
        diagnose(argumentType, "a comparison is not a value", {
          at: value.span,
          help: ["comparisons stand in `expect` and in an input's `where`"],
        }),
      );
      return broken;
  }
}
