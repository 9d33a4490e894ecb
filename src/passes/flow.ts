/** Writes one line out: each call of its flow becomes a layer, or the layers of the backbone or block that it uses. */
import type { LayerStatement } from "../../grammar/tree.js";
import { nothingFlows, twoWeights } from "../diagnostics/codes/names.js";
import { diagnose, type Report } from "../diagnostics/diagnostic.js";
import { crop as cropKind } from "../layers/crop.js";
import type { Prepared, PreparedLayer } from "./prepared.js";
import type { Environment } from "./environment.js";
import { broken, resolveNode, type Evaluated, type Scope } from "./values.js";
import { incoming, writeUse } from "./write-use.js";

/** `owner` is the full name that the line gives. */
export function writeFlow(
  statement: LayerStatement,
  prepared: readonly Prepared[],
  owner: string,
  environment: Environment,
): Evaluated {
  const { report, scope, builder } = environment;
  const head = statement.flow.head;
  let value: Evaluated | null = head ? resolveNode(head, scope, report) : null;
  if (prepared.length === 0) {
    if (value?.kind === "node") return value;
    builder.incomplete = true;
    return broken;
  }
  const named = nameBearer(prepared, statement, report);
  let members: Scope | null = null;
  let blocks = 0;
  prepared.forEach((call, index) => {
    // The layers of a second block would get the names of the first one's.
    if (call.kind === "use" && call.target.definition.kind === "block") blocks++;
    if (call.kind === "broken" || blocks > 1) value = broken;
    else if (call.kind === "layer") {
      const name = index === named ? owner : builder.partName(owner, call.call.callee.text);
      value = writeCall(call, name, value, index === 0 && !head, environment);
    } else {
      const written = writeUse(call, owner, value, index === 0 && !head, environment);
      members = written.members;
      value = written.value;
    }
    if (value.kind === "broken") builder.incomplete = true;
  });
  if (value?.kind === "node") return { ...value, members };
  return members ? { kind: "broken", members } : broken;
}

/** Which call of a flow bears its name: the one with weights to load, else the last. */
function nameBearer(prepared: readonly Prepared[], statement: LayerStatement, report: Report): number {
  const weighted = prepared.flatMap((call, index) => (call.kind === "layer" && call.weighted ? [{ call, index }] : []));
  const blocks = prepared.flatMap((call, index) =>
    call.kind === "use" && call.target.definition.kind === "block" ? [{ call, index }] : [],
  );
  for (const group of [weighted, blocks]) {
    const [first, second] = group;
    if (!first || !second) continue;
    report.add(
      diagnose(twoWeights, `\`${statement.name.text}\` cannot be the weight key of two layers`, {
        at: second.call.call.span,
        label: "has weights too",
        related: [{ span: first.call.call.span, message: "has weights" }],
        help: ["give each a name and a line of its own"],
      }),
    );
  }
  return weighted[0]?.index ?? prepared.length - 1;
}

function writeCall(
  prepared: PreparedLayer,
  name: string,
  value: Evaluated | null,
  heads: boolean,
  environment: Environment,
): Evaluated {
  const { builder, report } = environment;
  const { layer, call } = prepared;
  const place = {
    call: call.span,
    arguments: prepared.argumentSpans,
    settings: prepared.settingSpans,
    sites: environment.sites,
  };
  const inputs: number[] = [];
  if (layer.inputs === "many") {
    if (!heads) {
      report.add(
        diagnose(nothingFlows, `\`${layer.name}\` names all its inputs in its parentheses`, {
          at: call.span,
          help: [`write \`${layer.name}(a, b)\` at the head of a line`],
        }),
      );
      return broken;
    }
    if (prepared.nodes.length < 2) {
      report.add(
        diagnose(nothingFlows, `\`${layer.name}\` needs at least two inputs`, {
          at: call.span,
          help: [`write \`${layer.name}(a, b)\``],
        }),
      );
      return broken;
    }
  } else {
    const flowing = incoming(value, heads, call, environment);
    if (flowing.kind === "broken") return broken;
    inputs.push(flowing.node);
  }
  for (const node of prepared.nodes) {
    if (node.kind === "broken") return broken;
    inputs.push(node.node);
  }
  if (prepared.crop) {
    const [reference = 0] = inputs;
    const crop = prepared.crop;
    for (let i = 1; i < inputs.length; i++) {
      const cropped = builder.addLayer({
        name: builder.partName(name, "crop"),
        place: { ...place, arguments: { offset: crop.span }, settings: { offset: crop.setting } },
        layer: cropKind,
        settings: { offset: crop.offset },
        inputs: [inputs[i] ?? 0, reference],
        wasDense: false,
      });
      if (cropped === null) return broken;
      inputs[i] = cropped;
    }
  }
  const node = builder.addLayer({
    name,
    place,
    layer,
    settings: prepared.settings,
    inputs,
    wasDense: prepared.wasDense,
  });
  return node === null ? broken : { kind: "node", node, members: null };
}
