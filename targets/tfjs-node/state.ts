import { FLOAT, INT, type NativeGraph } from "./graph.js";
import type { Endpoint, Signature } from "./saved-model.js";
import { assignVariable, inNativeLayout, inPlanLayout, readVariable, type Variable } from "./variables.js";

/**
 * Signatures `read/<name>` and `write/<name>` for each variable of a run's state, in the plan's layout: OIHW, IOHW, [C].
 *
 * @param negated variables that hold the opposite of what they are called
 */
export function stateSignatures(
  graph: NativeGraph,
  state: readonly Variable[],
  negated: ReadonlySet<Variable>,
): Record<string, Signature> {
  const signatures: Record<string, Signature> = {};
  for (const one of state) {
    const { name, shape } = one;
    const turn = (node: string, value: string): string =>
      negated.has(one) ? graph.typed(node, "Neg", [value]) : value;
    const endpoint = (value: string): Endpoint => ({ value, type: "float32", shape });

    const held = turn(`read/${name}/turned`, readVariable(graph, `read/${name}/held`, one));
    signatures[`read/${name}`] = {
      inputs: {},
      outputs: { value: endpoint(inPlanLayout(graph, `read/${name}`, one, held)) },
    };

    const given = graph.node(`write/${name}/value`, "Placeholder", [], {
      dtype: FLOAT,
      shape: { shape: { dim: shape.map((size) => ({ size: String(size) })) } },
    });
    const laidOut = inNativeLayout(graph, `write/${name}/laid_out`, one, turn(`write/${name}/turned`, given));
    // Without it the variable may keep the array of JavaScript that was given, which is the caller's to change. And the
    // next update would let go of it in a thread of TensorFlow, from where tfjs-node calls into Node: that is not safe.
    const kept = graph.typed(`write/${name}/kept`, "Snapshot", [laidOut]);
    const assigned = assignVariable(graph, `write/${name}/assign`, one, kept);
    const done = graph.node(`write/${name}`, "Identity", [graph.integers(1), `^${assigned}`], { T: INT });
    signatures[`write/${name}`] = {
      inputs: { value: endpoint(given) },
      outputs: { written: { value: done, type: "int32", shape: [] } },
    };
  }
  return signatures;
}
