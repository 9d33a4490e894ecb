import { diagnose } from "../diagnostics/diagnostic.js";
import { isUndecided } from "../model/size-set.js";
import type { Check } from "./check.js";
import { failureText, siteOf } from "./words.js";

export const undecided: Check = {
  code: {
    code: "undecided",
    severity: "warning",
    summary: "Whether the net works for every size is beyond what fcnc decides.",
    explanation: `
Every size function repeats itself after a period. Where two periods together pass the stated limit, fcnc gives no
verdict rather than a guess. A fixed size, or \`where\` on the input, brings the question back into reach.`,
    example: null,
  },
  *run(facts) {
    // What comes after an undecided layer is undecided with it, so the first one of each side speaks for all.
    const told = new Map<string, number>();
    for (const failure of facts.proof.failures) {
      const { symbol, added, node } = failure;
      if (symbol === null || !isUndecided(added) || told.has(symbol)) continue;
      const both = [...told.values()].includes(node);
      told.set(symbol, node);
      if (both) continue;
      const place = facts.graph.nodes[node];
      yield diagnose(this.code, `whether ${failureText(facts, failure)} for some ${symbol} is undecided`, {
        at: place ? siteOf(place, facts.graph.file) : facts.graph.span,
        notes: [added.undecided],
        help: ["restrict the sizes of the input with `where`, or give it a fixed size"],
      });
    }
  },
};
