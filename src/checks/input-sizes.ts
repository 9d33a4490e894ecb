import { diagnose, type Code, type Diagnostic, type Span } from "../diagnostics/diagnostic.js";
import { complement, contains, isEmpty, isFinite, isUndecided, smallest, type SizeSet } from "../model/size-set.js";
import { failingText } from "../model/size-set-text.js";
import type { Failure } from "../passes/prove.js";
import { exampleNet, type Check, type Facts } from "./check.js";
import { failureText, siteOf, whereTheyLie } from "./words.js";

const code: Code = {
  code: "input-sizes",
  severity: "error",
  whenAllowed: "The sizes at which it fails are taken out of those that are valid, of which some must be left.",
  summary: "The net fails for infinitely many sizes of its input.",
  explanation: `
At these sizes a map is empty, a crop does not fit, or maps that are merged differ in size; the list is complete, for
every size there is. The usual cause is a pooling that rounds down: \`round: floor\` lets up to 31 of 32 rows fall off
the end, and FCN-32s then fails for every H with H mod 32 in 14..25. A net that fails for a few small sizes alone is
passed with a note.`,
  example: {
    failing: exampleNet(`  a = image -> conv(8, 3, pad: 1)
  b = maxpool(2, round: floor)
  c = upsample(2x, pad: 1)
  d = sum(a, c)
  output d`),
    mended: `fcn 1
net n {
  input image: rgb[H, W, 3] { where: [H mod 2 == 0, W mod 2 == 0] }
  a = image -> conv(8, 3, pad: 1)
  b = maxpool(2, round: floor)
  c = upsample(2x, pad: 1)
  d = sum(a, c)
  output d
}
`,
  },
};

/** Sizes that people have: named where a net fails for them. */
export const usualSizes = [
  224, 227, 256, 300, 320, 375, 384, 427, 448, 480, 500, 512, 513, 600, 640, 720, 768, 1024, 1080,
];

const MOST_NAMED = 8;

export const inputSizes: Check = {
  code,
  *run(facts) {
    const told = new Set<string>();
    const byNode = new Map<number, Failure[]>();
    for (const failure of facts.proof.failures) {
      const same = byNode.get(failure.node);
      if (same) same.push(failure);
      else byNode.set(failure.node, [failure]);
    }
    for (const failure of facts.proof.failures) {
      const { added, symbol } = failure;
      if (isUndecided(added) || (symbol !== null && isFinite(added))) continue;
      const key = `${failure.node} ${failure.cause} ${failure.meeting?.own}`;
      if (told.has(key)) continue;
      told.add(key);
      yield failure.cause === "symbols"
        ? unlikeSides(facts, failure)
        : refusal(facts, failure, byNode.get(failure.node) ?? []);
    }
  },
};

/** What fails at the same layer on the other axis, so that one message says both. */
function otherAxis(failure: Failure, failures: readonly Failure[]): string {
  const other = failures.find(
    ({ cause, meeting, axis }) => cause === failure.cause && meeting === failure.meeting && axis !== failure.axis,
  );
  if (!other?.symbol || !failure.symbol || isUndecided(other.total) || isUndecided(failure.total)) return "";
  if (other.symbol === failure.symbol) return "";
  const same = failingText(other.total, other.symbol) === failingText(failure.total, other.symbol);
  return same ? `and for the same ${other.symbol}` : `and for ${failingText(other.total, other.symbol)}`;
}

/** `failures` are all those of the same layer. */
function refusal(facts: Facts, failure: Failure, failures: readonly Failure[]): Diagnostic {
  const at = placeOf(facts, failure);
  const related = failure.meeting ? whereTheyLie(facts, failure.meeting) : [];
  const { symbol, total } = failure;
  if (symbol === null || isUndecided(total))
    return diagnose(code, `${failureText(facts, failure)} at the fixed size of the input`, {
      at,
      related,
      ...(symbol === null && { unallowable: "the net works for no size" }),
    });
  return diagnose(code, `${failureText(facts, failure)} for ${failingText(total, symbol)}`, {
    at,
    label: otherAxis(failure, failures),
    related,
    notes: notesOn(facts, total, symbol),
    help: facts.mend(failure),
    ...(leavesNone(facts, symbol) && { unallowable: `the net works for no ${symbol}` }),
  });
}

function leavesNone({ proof }: Facts, symbol: string): boolean {
  const valid = proof.validFor.get(symbol);
  return valid !== undefined && !isUndecided(valid) && isEmpty(valid);
}

function placeOf(facts: Facts, { node }: Failure): Span {
  const found = facts.graph.nodes[node];
  return found ? siteOf(found, facts.graph.file) : facts.graph.span;
}

function notesOn(facts: Facts, failing: SizeSet, symbol: string): string[] {
  const notes: string[] = [];
  const usual = usualSizes.filter((size) => contains(failing, size)).slice(0, MOST_NAMED);
  if (usual.length > 0 && !isEmpty(complement(failing))) notes.push(`${usual.join(", ")} px are among them`);
  const valid = facts.proof.validFor.get(symbol);
  if (valid && !isUndecided(valid)) {
    const first = smallest(valid);
    notes.push(first === null ? `no ${symbol} works` : `the smallest ${symbol} that works is ${first}`);
  }
  return notes;
}

function unlikeSides(facts: Facts, failure: Failure): Diagnostic {
  return diagnose(code, `${failureText(facts, failure)} wherever the sizes of two inputs differ`, {
    at: placeOf(facts, failure),
    help: ["give both inputs the same sides: `[H, W, ...]`"],
  });
}
