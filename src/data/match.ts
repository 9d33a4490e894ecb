/** Which part of an example each input of a net takes, and which of its label sets each output is trained on. */
import type { Plan, PlanInput, PlanOutput } from "../model/plan.js";
import { DataError, type Dataset } from "./dataset.js";

export interface Matching {
  readonly inputs: readonly { readonly input: PlanInput; readonly part: string; readonly fill: readonly number[] }[];
  readonly outputs: readonly { readonly output: PlanOutput; readonly labelSet: string }[];
}

type Facts = Pick<Dataset, "title" | "parts" | "labelSets">;
type LabelSet = Facts["labelSets"][number];

/** @throws {DataError} when an input or an output has nothing in the dataset, or classes differ. */
export function matchPlan(dataset: Facts, plan: Plan): Matching {
  return {
    inputs: plan.inputs.map((input) => ({ input, part: partFor(input, dataset), fill: fillOf(input, plan) })),
    outputs: plan.outputs.map((output) => {
      const set = labelsFor(output, plan, dataset);
      admitClasses(output, set, dataset);
      return { output, labelSet: set.name };
    }),
  };
}

/**
 * The part of the input's name; else of a dataset of one part that; else, as the nets of NYUDv2 call their only input
 * `image`, the part that its format is for: colour for `bgr`, `rgb` and `gray`, HHA for `raw` with three channels and
 * depth for `raw` with one.
 */
function partFor({ name, format, channels }: PlanInput, { title, parts }: Facts): string {
  const ofFormat = format !== "raw" ? "color" : channels === 3 ? "hha" : "depth";
  const only = parts.length === 1 ? parts[0] : undefined;
  const found = [name, only, ofFormat].find((part) => part !== undefined && parts.includes(part));
  if (found !== undefined) return found;
  throw new DataError(`input \`${name}\` finds nothing in ${title}, which has ${quoted(parts)}`, [
    `name the input after what it takes: ${quoted(parts)}`,
  ]);
}

/**
 * What an input is fed with, in its channels' order, where the net is to see 0 after preprocessing: the mean. 0 where
 * nothing is preprocessed.
 */
function fillOf(input: PlanInput, { operations }: Plan): readonly number[] {
  const first = operations.find((one) => one.op === "preprocess" && one.inputs.includes(input.name));
  if (first?.op !== "preprocess") return Array.from({ length: input.channels }, () => 0);
  const { scale, offset, reverse, log } = first;
  const seen = scale.map((factor, c) => (factor === 0 ? 0 : (0 - offset[c]!) / factor));
  const fed = log ? seen.map(Math.exp) : seen;
  return reverse ? fed.toReversed() : fed;
}

/**
 * The label set of an output, by the first of these rules that names one alone: the only set there is; the set of the
 * same classes; the set whose name begins with a word of the output's name or of its labels' (`score_sem` and
 * `siftflow-semantic` are of `semantic`); the set of as many classes; where there are as many sets as outputs, the set of
 * the same place.
 */
function labelsFor(output: PlanOutput, plan: Plan, { title, labelSets }: Facts): LabelSet {
  const classes = output.labels?.classes.map(({ name }) => name).join("\n");
  const words = wordsOf(`${output.name} ${output.labels?.name ?? ""}`);
  const place = plan.outputs.indexOf(output);
  const rules: readonly ((set: LabelSet, index: number) => boolean)[] = [
    () => true,
    (set) => classes !== undefined && set.classes?.join("\n") === classes,
    (set) => words.some((word) => set.name.toLowerCase().startsWith(word)),
    (set) => set.classes?.length === output.classes,
    (_, index) => labelSets.length === plan.outputs.length && index === place,
  ];
  for (const rule of rules) {
    const [found, ...more] = labelSets.filter(rule);
    if (found && more.length === 0) return found;
  }
  const names = quoted(labelSets.map(({ name }) => name));
  throw new DataError(`output \`${output.name}\` finds no labels in ${title}, which has ${names}`, [
    `name the output after its labels, as in \`score_${labelSets[0]?.name ?? "classes"}\``,
  ]);
}

/** Two letters begin too many names. */
const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length >= 3);

function admitClasses({ name, classes, labels }: PlanOutput, set: LabelSet, { title }: Facts): void {
  const theirs = set.classes;
  if (theirs === null) return;
  if (theirs.length !== classes)
    throw new DataError(
      `output \`${name}\` has ${classes} classes, and the labels \`${set.name}\` of ${title} have ${theirs.length}`,
      [`give the net ${theirs.length} classes, as in \`classes: ${theirs.length}\``],
    );
  const ours = labels?.classes.map((one) => one.name);
  const moved = ours?.findIndex((one, index) => one !== theirs[index]) ?? -1;
  if (!ours || moved < 0 || ours.toSorted().join("\n") !== theirs.toSorted().join("\n")) return;
  throw new DataError(
    `class ${moved} is \`${ours[moved]}\` of output \`${name}\` and \`${theirs[moved]}\` of ${title}: both have the same ` +
      "classes in another order",
    [`put the classes of \`${labels?.name}\` into the order of the dataset`],
  );
}

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");
