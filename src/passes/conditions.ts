/** Conditions on the size of an input: `H >= 64`, `H mod 32 == 0`. */
import type { Value } from "../../grammar/tree.js";
import { argumentType } from "../diagnostics/codes/arguments.js";
import { unknownName } from "../diagnostics/codes/names.js";
import { diagnose, type Report } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import { conditionSet, type SizeSet } from "../model/size-set.js";

export interface SizeCondition {
  readonly symbol: string;
  readonly sizes: SizeSet;
}

const operators = ["==", "!=", ">=", "<=", ">", "<"] as const;
type Comparison = (typeof operators)[number];

function isComparison(operator: string): operator is Comparison {
  return (operators as readonly string[]).includes(operator);
}

export function readCondition(value: Value, symbols: readonly string[], report: Report): SizeCondition | null {
  const refuse = (): null => {
    report.add(
      diagnose(argumentType, "this is no condition on the size of an input", {
        at: value.span,
        help: ["write one like `H >= 64` or `H mod 32 == 0`"],
      }),
    );
    return null;
  };
  if (value.kind !== "binary" || !isComparison(value.operator)) return refuse();
  if (value.right.kind !== "number" || !Number.isSafeInteger(value.right.value)) return refuse();
  let left = value.left;
  let modulus: number | null = null;
  if (left.kind === "binary" && left.operator === "mod") {
    if (left.right.kind !== "number" || !Number.isInteger(left.right.value) || left.right.value < 1) return refuse();
    if (left.right.value > 2 ** 16) return refuse();
    modulus = left.right.value;
    left = left.left;
  }
  const [name, ...rest] = left.kind === "reference" ? left.parts : [];
  if (!name || rest.length > 0) return refuse();
  if (!symbols.includes(name.text)) {
    const near = nearest(name.text, symbols);
    report.add(
      diagnose(unknownName, `no input has a side called \`${name.text}\``, {
        at: name.span,
        label: near ? `did you mean \`${near}\`?` : "unknown",
        notes:
          symbols.length > 0
            ? [`sides are ${symbols.map((symbol) => `\`${symbol}\``).join(", ")}`]
            : ["the sizes of all inputs are fixed"],
      }),
    );
    return null;
  }
  return { symbol: name.text, sizes: conditionSet(modulus, value.operator, value.right.value) };
}
