import type { WeightProblem } from "./problem.js";
import type { TensorInfo } from "./source.js";

/** A problem in one line: lower case, without a full stop. */
export function describeProblem(problem: WeightProblem, title: string): string {
  switch (problem.kind) {
    case "missing": {
      const near = problem.nearest === null ? "" : `; it has ${written(problem.nearest)}: is it the same?`;
      return `${written(problem.wanted)} is wanted and not in ${title}${near}`;
    }
    case "left-over": {
      const near = problem.nearest === null ? "" : `; \`${problem.nearest}\` is: is it the same?`;
      return `${written(problem.found)} of ${title} is not wanted${near}`;
    }
    case "misshapen": {
      const or = problem.dense === null ? "" : ` or [${problem.dense.join(", ")}]`;
      return `${written(problem.wanted)}${or} is wanted, and ${title} has it as [${problem.found.shape.join(", ")}]`;
    }
    case "mistyped":
      return `${written(problem.wanted)} is wanted as floating-point numbers, and ${title} has it as ${problem.found.dtype}`;
  }
}

const written = ({ name, shape }: TensorInfo): string => `\`${name}\` [${shape.join(", ")}]`;
