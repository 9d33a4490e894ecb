/** Whether a bundle still gives what its certificate says. */
import type { Certificate, CertifiedInput, CertifiedRun, Difference } from "../../targets/certificate.js";
import type { Check } from "./check.js";
import { distance, extentOf } from "./difference.js";
import { GENERATED, sha256, type Fed } from "./feed.js";
import { sampleOf, type Kept } from "./reference.js";
import { areFinite, classesOf, type Runs, type Scores } from "./scores.js";
import { flatness, TOLERANCE } from "./verdict.js";

/** Whether nets are fed with what the certificate was made on: only then its numbers can be compared. */
export function checkPicture(certificate: Certificate, { inputs }: Fed): Check {
  const other = certificate.inputs.find(
    ({ name, sha256 }) => inputs.find((input) => input.name === name)?.sha256 !== sha256,
  );
  const size = (input: CertifiedInput): string => `${input.height}x${input.width}`;
  if (other === undefined) {
    const told = certificate.inputs.map((input) => `${input.name}: ${input.picture}, ${size(input)}`).join("; ");
    return { about: "picture", agrees: true, says: `the picture is the certificate's (${told})` };
  }
  const whose = other.picture === GENERATED ? `a generated one, ${size(other)}` : `${other.picture}, ${size(other)}`;
  return { about: "picture", agrees: null, says: `the certificate was made on another picture: ${whose}` };
}

/** A bundle's scores against those of the float32 net that are kept with it. */
export function checkScores(
  certificate: Certificate,
  engine: Runs,
  found: readonly Scores[],
  kept: readonly Kept[],
): Check[] {
  return kept.flatMap((reference) => {
    const own = found.find(({ name }) => name === reference.name);
    const told = certificate.runs.flatMap((run) => ofOutput(run, reference.name));
    const [first] = told;
    const { name, height, width, classes } = reference;
    if (!own || !first || own.height !== height || own.width !== width || own.classes !== classes)
      return [{ about: "scores", agrees: false, says: `\`${name}\` is not of the size that the certificate says` }];
    if (!areFinite(own))
      return [{ about: "scores", agrees: false, says: `\`${name}\` holds NaN or infinity on ${engine.description}` }];
    const extent = extentOf(first.difference.range);
    const recorded = Math.max(...told.map(({ difference }) => difference.largestOfRange));
    const same = told.some(
      ({ run, difference }) => run.engine === engine.name && difference.sha256 === sha256(own.data),
    );
    const flat = flatness(first.difference);
    return [
      ...(flat === null ? [] : [nothingShown(flat)]),
      checkDistance(own, reference, recorded, extent, engine, same),
      checkClasses(
        own,
        reference,
        Math.max(...told.map(({ difference }) => difference.changed)),
        recorded * extent,
        extent,
      ),
    ];
  });
}

const nothingShown = (flat: string): Check => ({
  about: "scores",
  agrees: null,
  says: `${flat}, which shows nothing`,
});

const ofOutput = (run: CertifiedRun, name: string): { run: CertifiedRun; difference: Difference }[] =>
  run.outputs.filter((output) => output.name === name).map((difference) => ({ run, difference }));

function checkDistance(
  own: Scores,
  { name, every, scores }: Kept,
  recorded: number,
  extent: number,
  engine: Runs,
  same: boolean,
): Check {
  const apart = distance(sampleOf(own, every), scores).largest / extent;
  const agrees = apart <= recorded + TOLERANCE;
  const kept = every === 1 ? "all its pixels" : `one of ${every} of its pixels`;
  const bits = same ? ", to the last bit the bundle's when it was certified" : "";
  return {
    about: "scores",
    agrees,
    says:
      `on ${engine.description} \`${name}\` differs from the float32 net's by ${told(apart)} of its range at most ` +
      `(${kept} are kept), where the certificate says ${told(recorded)}${bits}`,
  };
}

/**
 * A pixel may have another class than in the float32 net only where the two classes are near each other: scores that are
 * each off by no more than the certificate says can change places only where they are less than twice that apart.
 */
function checkClasses(own: Scores, { name, mask }: Kept, recorded: number, off: number, extent: number): Check {
  const allowed = 2 * (off + TOLERANCE * extent);
  let [changed, wrong] = [0, 0];
  classesOf(own).forEach((label, pixel) => {
    const before = mask[pixel] as number;
    if (label === before) return;
    changed++;
    const start = pixel * own.classes;
    if (!((own.data[start + label] as number) - (own.data[start + before] ?? NaN) <= allowed)) wrong++;
  });
  const far = wrong === 0 ? "" : `; ${wrong} of them by more than such a difference explains`;
  return {
    about: "classes",
    agrees: wrong === 0,
    says: `\`${name}\`: ${changed} of ${mask.length} pixels have another class than in the float32 net${far}, where the certificate says ${recorded}`,
  };
}

const told = (value: number): string => (value === 0 ? "0" : value.toPrecision(2));
