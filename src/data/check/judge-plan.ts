/** Whether a data set fits a net and its recipe. */
import type { Pair, Plan } from "../../model/plan.js";
import { admitSize } from "../admit-size.js";
import { readAugmentation } from "../augment.js";
import { DataError, VOID, type Dataset } from "../dataset.js";
import { matchPlan, type Matching } from "../match.js";
import { counted, type Finding } from "./finding.js";
import type { Survey } from "./survey.js";

/** Which labels are for which output, or what is wrong. */
export function matchingOf(dataset: Dataset, plan: Plan): Matching | Finding {
  try {
    return matchPlan(dataset, plan);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const { message, help } = error;
    return { severity: "error", code: "another-net", data: dataset.title, message, help, about: [] };
  }
}

/** @param trained whether it is trained on, so that augmentation and batches count; validation has neither */
export function judgePlan(survey: Survey, plan: Plan, { outputs }: Matching, trained: boolean): Finding[] {
  const findings: Finding[] = [];
  const { title: data } = survey;
  for (const { output, labelSet } of outputs) {
    const found = survey.labelSets.find(({ name }) => name === labelSet);
    const voids = found?.values.find(({ value }) => value === VOID);
    if (voids && output.ignore === null)
      findings.push({
        severity: "error",
        code: "void-counted",
        data,
        message: `${counted(voids.pixels, "pixel")} of ${counted(voids.images, "image")} are void (${VOID}), and output \`${output.name}\` counts every pixel`,
        help: [`let the net ignore them: \`output ${output.name} { ignore: ${VOID} }\``],
        about: [],
      });
  }
  const { crop, scale } = readAugmentation(trained ? plan.train?.["augment"] : null);
  if (crop === null && scale !== null) return findings;
  findings.push(...sizesRefused(survey, plan, crop));
  const batch = trained ? plan.train?.["batch"] : 1;
  if (typeof batch === "number" && batch > 1 && crop === null && survey.sizes.length > 1)
    findings.push({
      severity: "error",
      code: "batch-sizes",
      data,
      message: `a batch of ${batch} has one size, and the images have ${survey.sizes.length}`,
      help: [
        `write \`batch: 1\` with \`accumulate: ${batch}\`: an update by as many images, each of its own size`,
        "or cut out windows of one size, as in `augment: { crop: 224x224 }`",
      ],
      about: [],
    });
  return findings;
}

function sizesRefused({ title: data, sizes, read }: Survey, plan: Plan, crop: Pair | null): Finding[] {
  const refused = new Map<string, { images: number; help: readonly string[]; about: string }>();
  for (const { size, images, first } of sizes)
    for (const input of plan.inputs)
      try {
        admitSize(plan, input, size, crop ?? size, first);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        refused.set(size.join("x"), { images, help: error.help, about: error.message });
      }
  const [one] = refused.values();
  if (!one) return [];
  const images = [...refused.values()].reduce((sum, each) => sum + each.images, 0);
  const message = `${images} of ${counted(read, "image")} have a size that ${plan.net} does not take`;
  const about = [...refused.values()].map((each) => each.about);
  return [{ severity: "error", code: "image-sizes", data, message, help: one.help, about }];
}
