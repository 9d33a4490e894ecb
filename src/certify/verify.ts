/** Repeats what a bundle's certificate says, as far as it can be repeated with what is at hand. */
import type { BundleJson, Certificate } from "../../targets/certificate.js";
import type { Engine } from "../engines/engine.js";
import type { Plan } from "../model/plan.js";
import type { PlanWeights } from "../weights/plan-weights.js";
import { referenceScores, weightsDigest } from "./certify.js";
import type { Check } from "./check.js";
import { checkPicture, checkScores } from "./check-scores.js";
import { differenceOf } from "./difference.js";
import type { Fed } from "./feed.js";
import { onnxEngine } from "./onnx-engine.js";
import { readKept } from "./read-bundle.js";
import { areFinite, scoresOf, type Scores } from "./scores.js";
import { inWords, TOLERANCE } from "./verdict.js";

export interface Verification {
  readonly plan: Plan;
  readonly bundle: BundleJson;
  readonly folder: string;
  readonly engine: Engine;
  readonly fed: Fed;
  /** Those that the bundle is said to be made from; null where nobody has them at hand. */
  readonly weights: PlanWeights | null;
}

/**
 * Runs the bundle, whose files are known to be whole, and with weights also the float32 net.
 * @throws {EngineError} @throws {CertifyError} @throws {WeightsError} where something cannot be read or run.
 */
export async function verifyScores(verification: Verification): Promise<Check[]> {
  const { plan, bundle, folder, engine, fed, weights } = verification;
  const { certificate } = bundle;
  const checks: Check[] = [];
  const picture = certificate === null ? null : checkPicture(certificate, fed);
  if (picture) checks.push(picture);
  const runner = bundle.runtime === "onnxruntime-web" ? await onnxEngine(plan) : engine;
  const found = await scoresOf<string>(plan, runner, folder, fed.feeds);
  if (certificate === null)
    checks.push({ about: "scores", agrees: null, says: `the bundle has no certificate: ${bundle.uncertified ?? ""}` });
  else if (picture?.agrees === true) checks.push(...checkScores(certificate, runner, found, await readKept(folder)));
  if (weights !== null)
    return [...checks, ...(await checkWeights(verification, weights, found, picture?.agrees === true))];
  return [...checks, WITHOUT_WEIGHTS];
}

const WITHOUT_WEIGHTS: Check = {
  about: "weights",
  agrees: null,
  says: "without --weights it is not seen that the float32 net's scores which are kept here come from the right weights",
};

/** What can be said of weights where the net cannot be run: whether they hold the certificate's numbers. */
export async function verifyWeights(
  plan: Plan,
  { certificate }: BundleJson,
  weights: PlanWeights | null,
): Promise<Check[]> {
  if (weights === null) return [WITHOUT_WEIGHTS];
  return certificate === null ? [] : [checkDigest(certificate, weights, await weightsDigest(plan, weights))];
}

function checkDigest({ reference }: Certificate, { title }: PlanWeights, sha256: string): Check {
  const agrees = reference.sha256 === sha256;
  const which = agrees ? "holds the numbers" : "holds other numbers than those";
  return { about: "weights", agrees, says: `${title} ${which} that the bundle was made from (${reference.weights})` };
}

async function checkWeights(
  { plan, bundle, engine, fed }: Verification,
  weights: PlanWeights,
  found: readonly Scores[],
  samePicture: boolean,
): Promise<Check[]> {
  const checks: Check[] = [];
  const { scores, sha256 } = await referenceScores(plan, weights, engine, fed);
  if (bundle.certificate !== null) checks.push(checkDigest(bundle.certificate, weights, sha256));
  const exact = bundle.weights.every(({ type }) => type === "float32");
  for (const [index, reference] of scores.entries()) {
    const own = found[index];
    if (!own || !areFinite(own) || !areFinite(reference)) {
      checks.push({ about: "reference", agrees: false, says: `\`${reference.name}\` is not finite in both nets` });
      continue;
    }
    const difference = differenceOf(own, reference);
    const limit = exact
      ? TOLERANCE
      : samePicture && bundle.certificate?.reference.sha256 === sha256
        ? limitOf(bundle, reference.name)
        : null;
    const agrees = limit === null ? null : difference.largestOfRange <= limit;
    const bound = limit === null ? "" : `; at most ${Number(limit.toPrecision(2))} of the range is expected`;
    checks.push({
      about: "reference",
      agrees,
      says: `beside the float32 net of ${weights.title} on ${engine.description} ${inWords(difference)}${bound}`,
    });
  }
  return checks;
}

/** Of quantized weights on the certificate's picture, with the certificate's weights; on others nothing is promised. */
function limitOf({ certificate }: BundleJson, output: string): number {
  const told = certificate?.runs.flatMap(({ outputs }) => outputs.filter(({ name }) => name === output)) ?? [];
  return Math.max(0, ...told.map(({ largestOfRange }) => largestOfRange)) + TOLERANCE;
}
