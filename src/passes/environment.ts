/** What a net, backbone or block is written out with and into. */
import type { Definition } from "../../grammar/tree.js";
import { nameTwice } from "../diagnostics/codes/files.js";
import { structure } from "../diagnostics/codes/names.js";
import { diagnose, type Report, type Span } from "../diagnostics/diagnostic.js";
import type { Builder } from "./builder.js";
import type { Module } from "./resolve.js";
import type { Use } from "./use.js";
import type { Evaluated, Scope } from "./values.js";

export interface Environment {
  readonly builder: Builder;
  readonly report: Report;
  readonly module: Module;
  readonly definition: Definition;
  readonly scope: Scope;
  readonly use: Use;
  /** The full name of a layer that the definition calls `local`. */
  readonly nameOf: (local: string) => string;
  /** Where the definition is used, innermost first; empty for a net. */
  readonly sites: readonly Span[];
  /** What is being written out, outermost first, to notice a block within itself. */
  readonly stack: readonly Definition[];
  /** Writes the members of a definition out: what is used inside another definition is written by the same function. */
  readonly write: (inner: Environment) => void;
  /** Kernels of convolutionized dense layers that were found already, by definition and its arguments. */
  readonly canonical: Map<Definition, Map<string, Use["kernels"]>>;
  /** The value of the line above. */
  above: Evaluated | null;
}

/** Gives a name its value, and reports a name that is taken. */
export function define(name: string, value: Evaluated, span: Span, { scope, report }: Environment): boolean {
  if (scope.get(name) === undefined) {
    scope.set(name, value, span);
    return true;
  }
  const earlier = scope.placeOf(name);
  report.add(
    diagnose(nameTwice, `\`${name}\` is defined twice`, {
      at: span,
      label: "here again",
      related: earlier ? [{ span: earlier, message: "first here" }] : [],
      help: ["give it a name of its own: later lines could not tell which is meant"],
    }),
  );
  return false;
}

export function misplaced(at: Span, message: string, help: string, report: Report): void {
  report.add(diagnose(structure, message, { at, help: [help] }));
}
