import { diagnose } from "../diagnostics/diagnostic.js";
import { allSizes, complement, intersect, isEmpty, isFinite, isUndecided } from "../model/size-set.js";
import { validForText } from "../model/size-set-text.js";
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
    const { proof, graph } = facts;
    if (graph.incomplete || proof.failures.some((failure) => isUndecided(failure.added) || !isFinite(failure.added)))
      return;
    const lost = [...proof.validFor].some(([symbol, valid]) => {
      const missing = intersect(graph.domain.get(symbol) ?? allSizes, complement(valid));
      return !isUndecided(missing) && !isEmpty(missing);
    });
    if (lost)
      yield diagnose(this.code, `\`${graph.name}\` works for ${validForText(proof.validFor)}`, { at: graph.span });
  },
};
