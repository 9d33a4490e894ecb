/** Whether a bundle may be put in place, by what its certificate says. */
import type { Certificate, Difference } from "../../targets/certificate.js";
import { CertifyError } from "./error.js";

/** How far float32 scores may be apart on two engines or two machines, as a part of their range. */
export const TOLERANCE = 1e-4;

/**
 * @param quantized whether any weight is stored in another type than float32
 * @param mostChanged percent of the pixels that may change class, or null for any number
 * @returns sentences for people: where scores differ and may, and where there is nothing to compare
 * @throws {CertifyError} where they may not.
 */
export function judge(certificate: Certificate, quantized: boolean, mostChanged: number | null): string[] {
  let warning: string | null = null;
  for (const { engine, outputs } of certificate.runs)
    for (const output of outputs) {
      const percent = (100 * output.changed) / output.pixels;
      if (!quantized && output.largestOfRange > TOLERANCE)
        throw new CertifyError(
          `the bundle's scores are wrong: on ${engine}, ${inWords(output)}, where float32 weights allow ${TOLERANCE}. ` +
            "This is a bug in fcnc, or the disk gave back something else than was written.",
        );
      if (mostChanged !== null && percent > mostChanged)
        throw new CertifyError(
          `too much is lost: on ${engine}, ${inWords(output)}; --max-changed allows ${mostChanged} %. ` +
            "Store more of the weights in a wider type, such as --quantize uint16.",
        );
      if (quantized && warning === null && output.changed > 0) warning = inWords(output);
    }
  const flat = new Set(certificate.runs.flatMap(({ outputs }) => outputs.flatMap((output) => flatness(output) ?? [])));
  return [
    ...(warning === null ? [] : [`Storing weights in fewer bits has its price: ${warning}.`]),
    ...[...flat].map((says) => `The certificate shows nothing: ${says}. Were the layers of scores ever trained?`),
  ];
}

/** What is said of scores that are one number throughout, as of a net whose last layer is left at zero; else null. */
export function flatness({ name, range: [lowest, highest] }: Difference): string | null {
  return lowest === highest ? `every score of \`${name}\` is ${lowest} on this picture` : null;
}

/** `score differs by 1.2e-3 of its range at most (mean 1e-4), and 3 of 320 pixels (0.94 %) change class` */
export function inWords({ name, range, largestOfRange, meanOfRange, changed, pixels }: Difference): string {
  if (range[0] === range[1] && largestOfRange === 0)
    return `\`${name}\` is ${range[0]} throughout, which says nothing of the weights behind it`;
  const share = changed === 0 ? "" : ` (${Number(((100 * changed) / pixels).toPrecision(2))} %)`;
  const differs =
    largestOfRange === 0
      ? `\`${name}\` is the same to the last bit`
      : `\`${name}\` differs by ${part(largestOfRange)} of its range at most (mean ${part(meanOfRange)})`;
  return `${differs}, and ${changed === 0 ? "none" : changed} of ${pixels} pixels${share} change class`;
}

const part = (value: number): string => (value === 0 ? "0" : value.toPrecision(2));
