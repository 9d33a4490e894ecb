/** What a check is: one file in this folder that looks at what is known of a net and says what is wrong with it. */
import type { Code, Diagnostic } from "../diagnostics/diagnostic.js";
import type { Geometry } from "../model/geometry.js";
import type { Graph, GraphNode } from "../model/graph.js";
import type { Labels } from "../model/plan.js";
import type { Meeting } from "../passes/align.js";
import type { Mender } from "../passes/mend.js";
import type { Proof } from "../passes/prove.js";
import type { Declarations } from "../passes/recipe.js";

export interface Facts {
  readonly graph: Graph;
  readonly geometry: Geometry;
  readonly meetings: readonly Meeting[];
  readonly proof: Proof;
  /** Labels by output name, for those that could be read. */
  readonly labels: ReadonlyMap<string, Labels>;
  /** Layers that reach no output. */
  readonly unused: readonly GraphNode[];
  /** What the file's `train` and `target` declarations say of the net; empty for a backbone. */
  readonly declarations: Declarations;
  /** The names of the backbones that the file defines or imports, as their own files call them. */
  readonly backbones: readonly string[];
  /** What would make a failing net work, found by trying: see `passes/mend.ts`. */
  readonly mend: Mender;
}

export interface Check {
  readonly code: Code;
  /** True where it looks at the recipe: a net may have several. */
  readonly readsRecipe?: true;
  readonly run: (facts: Facts) => Iterable<Diagnostic>;
}

/** A small net for the pages of checks: `body` stands between the input and the end. */
export function exampleNet(body: string): string {
  return `fcn 1
net n {
  input image: rgb[H, W, 3]
${body}
}
`;
}
