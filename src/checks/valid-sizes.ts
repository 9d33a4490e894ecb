import { diagnose } from "../diagnostics/diagnostic.js";
import { isFinite, isUndecided } from "../model/size-set.js";
import { validText } from "../model/size-set-text.js";
import type { Check } from "./check.js";

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
