import { diagnose, type Code, type Diagnostic } from "../diagnostics/diagnostic.js";
import { contains, isFinite, isUndecided, smallest, type SizeSet, type Verdict } from "../model/size-set.js";
import { failingText, validText } from "../model/size-set-text.js";
import type { Failure } from "../passes/prove.js";
import { exampleNet, type Check, type Facts } from "./check.js";
import { nodeName, siteOf, whereTheyLie } from "./words.js";

const code: Code = {
  code: "input-sizes",
  severity: "error",
  summary: "The net fails for infinitely many sizes of its input.",
  explanation: `
At these sizes a map is empty, a crop does not fit, or maps that are merged differ in size; the list is complete, for
every size there is. The usual cause is a pooling that rounds down: \`round: floor\` lets up to 31 of 32 rows fall off
the end, and FCN-32s then fails for every H with H mod 32 in 14..25. A net that fails for a few small sizes alone is
passed with a note.`,
  example: {
    failing: exampleNet(`  a = image -> conv(8, 3, pad: 1)
  b = maxpool(2, round: floor)
  c = upsample(2x, kernel: 2)
  d = sum(a, c)
  output d`),
    mended: `fcn 1
net n {
  input image: rgb[H, W, 3] { where: [H mod 2 == 0, W mod 2 == 0] }
  a = image -> conv(8, 3, pad: 1)
  b = maxpool(2, round: floor)
  c = upsample(2x, kernel: 2)
  d = sum(a, c)
  output d
}
`,
  },
};

/** Sizes that people have: named where a net fails for them. */
const usualSizes = [224, 227, 256, 300, 320, 375, 384, 427, 448, 480, 500, 512, 513, 600, 640, 720, 768, 1024, 1080];

export const inputSizes: Check = {
  code,
  *run(facts) {
    const told = new Set<string>();
    for (const failure of facts.proof.failures) {
      if (failure.cause === "symbols") {
        yield unlikeSides(facts, failure);
        continue;
      }
      const { added, symbol } = failure;
      if (symbol !== null && !isUndecided(added) && isFinite(added)) continue;
      const key = `${failure.node} ${failure.cause} ${failure.meeting?.own}`;
      if (told.has(key)) continue;
      told.add(key);
      yield refusal(facts, failure);
    }
  },
};

/** What happens at a node where sizes fail, as the end of a sentence. */
function event(facts: Facts, failure: Failure): string {
  const name = nodeName(facts, failure.node);
  if (failure.cause === "empty" || !failure.meeting) return `the map of \`${name}\` is empty`;
  const own = nodeName(facts, failure.meeting.own);
  const reference = nodeName(facts, failure.meeting.reference);
  return failure.cause === "crop"
    ? `\`${own}\` is too small to be cropped to \`${reference}\``
    : `\`${own}\` and \`${reference}\` differ in size`;
}

/** The other axis where the same fails for the same sizes, so that one message says both. */
function twin(facts: Facts, failure: Failure): Failure | undefined {
  return facts.proof.failures.find(
    (other) =>
      other !== failure &&
      other.node === failure.node &&
      other.cause === failure.cause &&
      other.meeting === failure.meeting &&
      other.symbol !== null &&
      textOf(other.total, "H") === textOf(failure.total, "H"),
  );
}

function textOf(sizes: Verdict, symbol: string): string {
  return isUndecided(sizes) ? "" : failingText(sizes, symbol);
}

function refusal(facts: Facts, failure: Failure): Diagnostic {
  const node = facts.graph.nodes[failure.node];
  const at = node ? siteOf(node, facts.graph.file) : facts.graph.span;
  const related = failure.meeting ? whereTheyLie(facts, failure.meeting) : [];
  const { symbol, total } = failure;
  if (symbol === null)
    return diagnose(code, `${event(facts, failure)} at the fixed size of the input`, { at, related });
  if (isUndecided(total))
    return diagnose(undecidedCode, `whether ${event(facts, failure)} for some ${symbol} is undecided`, {
      at,
      notes: [total.undecided],
      help: ["restrict the sizes of the input with `where`, or give it a fixed size"],
    });
  const same = twin(facts, failure);
  return diagnose(code, `${event(facts, failure)} for ${failingText(total, symbol)}`, {
    at,
    label: same?.symbol && same.symbol !== symbol ? `and for the same ${same.symbol}` : "",
    related,
    notes: notesOn(facts, total, symbol),
    help: facts.mend(failure),
  });
}

function notesOn(facts: Facts, failing: SizeSet, symbol: string): string[] {
  const usual = usualSizes.filter((size) => contains(failing, size));
  const notes: string[] = [];
  if (usual.length > 0) notes.push(`${usual.join(", ")} px are among them`);
  const valid = facts.proof.validFor.get(symbol);
  if (valid && !isUndecided(valid)) {
    const first = smallest(valid);
    notes.push(first === null ? `no ${symbol} works` : `the smallest ${symbol} that works is ${first}`);
  }
  return notes;
}

function unlikeSides(facts: Facts, failure: Failure): Diagnostic {
  const node = facts.graph.nodes[failure.node];
  return diagnose(code, `${event(facts, { ...failure, cause: "unequal" })} wherever the sizes of two inputs differ`, {
    at: node ? siteOf(node, facts.graph.file) : facts.graph.span,
    help: ["give both inputs the same sides: `[H, W, ...]`"],
  });
}

export const undecidedCode: Code = {
  code: "undecided",
  severity: "warning",
  summary: "Whether the net works for every size is beyond what fcnc decides.",
  explanation: `
Every size function repeats itself after a period. Where two periods together pass the stated limit, fcnc gives no
verdict rather than a guess. A fixed size, or \`where\` on the input, brings the question back into reach.`,
  example: null,
};

/** A note that says for which sizes a net works, where a few small ones fail. */
export const validSizes: Check = {
  code: {
    code: "valid-sizes",
    severity: "note",
    summary: "The net works from some size of its input on.",
    explanation: `
Small images may leave no unit in the deepest maps. That is no fault, so the net passes; \`expect valid(H >= 1)\` makes it
one. \`validFor\` in the plan says the same to programs.`,
    example: null,
  },
  *run(facts) {
    const texts: string[] = [];
    for (const [symbol, valid] of facts.proof.validFor) {
      const failures = facts.proof.failures.filter((failure) => failure.symbol === symbol);
      const finite = failures.filter((failure) => !isUndecided(failure.added) && isFinite(failure.added));
      if (finite.length === 0 || finite.length < failures.length || isUndecided(valid)) continue;
      texts.push(validText(valid, symbol));
    }
    if (texts.length > 0)
      yield diagnose(this.code, `\`${facts.graph.name}\` works for ${texts.join(" and ")}`, { at: facts.graph.span });
  },
};
