/**
 * How large a definition becomes once the blocks in it are written out, counted without writing anything: blocks within
 * blocks multiply, so that some lines of text can stand for more layers than there is room for.
 */
import { tooLarge } from "../diagnostics/codes/names.js";
import { diagnose, type Diagnostic } from "../diagnostics/diagnostic.js";
import { NODE_LIMIT } from "./builder.js";
import type { NamedDefinition } from "./resolve.js";

/** Blocks within blocks. */
const NESTING_LIMIT = 100;

interface Extent {
  /** Layers and uses of blocks, all told. */
  readonly parts: number;
  readonly depth: number;
  /** The innermost definition that is too large by itself, or null. */
  readonly culprit: { readonly named: NamedDefinition; readonly why: string } | null;
}

const extents = new WeakMap<NamedDefinition["definition"], Extent>();

/** What is wrong with a definition that is larger than fcnc handles, told at the innermost one that is; else null. */
export function tooLargeToWrite(named: NamedDefinition): Diagnostic | null {
  const culprit = extentOf(named)?.culprit;
  if (!culprit) return null;
  const { name } = culprit.named.definition;
  return diagnose(tooLarge, `\`${name.text}\` ${culprit.why}`, {
    at: name.span,
    help: ["blocks within blocks multiply: look for one that uses another many times"],
  });
}

/** Goes through what a definition uses from the inside out, with a stack of its own: nesting may be deeper than ours. */
function extentOf(outermost: NamedDefinition): Extent | undefined {
  const open = new Set<NamedDefinition["definition"]>();
  const stack = [outermost];
  for (let named = stack.at(-1); named; named = stack.at(-1)) {
    const { definition } = named;
    if (extents.has(definition)) {
      stack.pop();
      continue;
    }
    const uses = usesOf(named);
    const missing = open.has(definition) ? [] : uses.filter((use) => use && !extents.has(use.definition));
    open.add(definition);
    // What is open already and used again closes a circle, which is reported where it is written out.
    const inner = missing.flatMap((use) => (use && !open.has(use.definition) ? [use] : []));
    if (inner.length > 0) stack.push(...inner);
    else {
      extents.set(definition, sum(named, uses));
      stack.pop();
    }
  }
  return extents.get(outermost.definition);
}

/** What each call of a definition uses: another definition, or null for a layer. */
function usesOf({ definition, module }: NamedDefinition): (NamedDefinition | null)[] {
  return definition.members.flatMap((member) =>
    member.kind === "layer" ? member.flow.calls.map((call) => module.names.get(call.callee.text) ?? null) : [],
  );
}

function sum(named: NamedDefinition, uses: readonly (NamedDefinition | null)[]): Extent {
  let parts = 0;
  let depth = 0;
  let culprit: Extent["culprit"] = null;
  for (const use of uses) {
    const inner = use && extents.get(use.definition);
    parts += 1 + (inner?.parts ?? 0);
    depth = Math.max(depth, inner ? 1 + inner.depth : 0);
    culprit ??= inner?.culprit ?? null;
  }
  if (parts > NODE_LIMIT)
    culprit ??= {
      named,
      why: `has more than ${NODE_LIMIT.toLocaleString("en")} layers once its blocks are written out`,
    };
  if (depth > NESTING_LIMIT) culprit ??= { named, why: `nests blocks more than ${NESTING_LIMIT} deep` };
  return { parts, depth, culprit };
}
