import { diagnose } from "../diagnostics/diagnostic.js";
import type { PlanSettings, PlanValue } from "../model/plan.js";
import { isList, isSettings } from "../model/plan-values.js";
import { exampleNet, type Check, type Facts } from "./check.js";
import { callOf } from "./recipe-words.js";

const recipe = (loss: string): string => `${exampleNet("  score = image -> conv(3, 3)\n  output score")}
train n {
  loss: softmax(${loss})
}
`;

interface Head {
  readonly name: string;
  readonly classes: number;
}

export const lossWeights: Check = {
  code: {
    code: "loss-weights",
    severity: "error",
    summary: "The weights of a loss do not fit the net's outputs.",
    whenAllowed: "The net predicts as it would without a recipe; training refuses to start.",
    explanation: `
\`weights\` has one number from 0 on for each class of an output, in the order of its labels: \`weights: [0.5, 1, 1]\`, or of
several outputs \`weights: { semantic: [...], geometric: [...] }\`. \`heads\` has one for each output:
\`heads: { semantic: 1, geometric: 0.5 }\`, or a list in their order.`,
    example: { failing: recipe("weights: [0.5, 1]"), mended: recipe("weights: [0.5, 1, 1]") },
  },
  readsRecipe: true,
  *run(facts) {
    const { train, places } = facts.declarations;
    const loss = callOf(train?.["loss"]);
    const at = places.get("loss");
    if (!loss || !at || facts.graph.incomplete) return;
    const heads = headsOf(facts);
    const names = heads.map(({ name }) => name);
    for (const [message, help] of [
      ...classFaults(loss?.arguments["weights"], heads),
      ...headFaults(loss?.arguments["heads"], names),
    ])
      yield diagnose(this.code, message, { at, help: [help] });
  },
};

type Fault = readonly [message: string, help: string];

/** Outputs whose channels are known. */
function headsOf({ graph, geometry }: Facts): Head[] {
  return graph.outputs.flatMap(({ name, node }) => {
    const classes = geometry[node]?.channels ?? 0;
    return classes > 0 ? [{ name, classes }] : [];
  });
}

function* classFaults(value: PlanValue | undefined, heads: readonly Head[]): Generator<Fault> {
  if (value === undefined) return;
  const listed = !isSettings(value);
  const names = heads.map(({ name }) => name);
  if (!listed) yield* unknownOutputs("weights", value, names);
  for (const { name, classes } of heads) {
    const own = listed ? value : value[name];
    if (own === undefined || numbersOf(own)?.length === classes) continue;
    const found = numbersOf(own);
    yield [
      `\`weights\` has ${found ? `${found.length} numbers` : "something else than numbers from 0 on"}, and \`${name}\` has ${classes} classes`,
      heads.length > 1
        ? `write a list for each output: \`weights: { ${names.map((each) => `${each}: [...]`).join(", ")} }\``
        : `write a list of ${classes} numbers from 0 on, in the order of the classes`,
    ];
  }
}

function* headFaults(value: PlanValue | undefined, names: readonly string[]): Generator<Fault> {
  if (value === undefined) return;
  const example = `write \`heads: { ${names.map((name) => `${name}: 1`).join(", ")} }\``;
  if (!isSettings(value)) {
    if (numbersOf(value)?.length !== names.length)
      yield ["`heads` is a list of one number from 0 on for each output", example];
    return;
  }
  yield* unknownOutputs("heads", value, names);
  for (const name of names)
    if (numbersOf([value[name] ?? ""]) === null)
      yield [`\`heads\` has no number from 0 on for the output \`${name}\``, example];
}

function* unknownOutputs(key: string, value: PlanSettings, names: readonly string[]): Generator<Fault> {
  for (const name of Object.keys(value))
    if (!names.includes(name))
      yield [`\`${key}\` names \`${name}\`, which is no output`, `outputs are ${names.join(", ")}`];
}

/** The numbers of a list; null where one is none, or below 0. */
function numbersOf(value: PlanValue): readonly number[] | null {
  if (!isList(value)) return null;
  const numbers = value.filter((item): item is number => typeof item === "number" && item >= 0);
  return numbers.length === value.length ? numbers : null;
}
