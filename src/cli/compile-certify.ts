/** The certificate that `fcnc compile` gives a bundle: how it is asked for, made, judged and told. */
import type { Certificate, Certified } from "../../targets/certificate.js";
import type { StorageRule } from "../../targets/storage.js";
import type { WebRuntime } from "../../targets/web/runtimes.js";
import { inWords, judge } from "../certify/verdict.js";
import type { EngineName } from "../engines/engine.js";
import type { Plan } from "../model/plan.js";
import { certifyOutside } from "./certify-process.js";
import { Fault, UsageError } from "./fail.js";
import { statusLine } from "./output.js";
import { readPictures } from "./pictures.js";
import type { WeightOptions } from "./weights.js";

export interface CertifyOptions {
  /** False with `--no-certify`. */
  readonly certify: boolean;
  readonly certifyWith?: readonly string[];
  readonly maxChanged?: number;
  readonly engine: EngineName | "auto";
}

/** What is to be certified. */
export interface CertifiedBundle {
  readonly rules: readonly StorageRule[];
  readonly runtime: WebRuntime;
  readonly signal: AbortSignal;
}

export interface Certifier {
  /** As `TargetOptions.certify` wants it. */
  certify(folder: string): Promise<Certified>;
  /** What a person should know of it once it is done, as sentences. */
  readonly notes: string[];
}

/** Refuses what cannot be done before anything is written. */
export async function admitCertify(plan: Plan, options: CertifyOptions): Promise<void> {
  const { certify, certifyWith: images = [], maxChanged } = options;
  if (!certify && (images.length > 0 || maxChanged !== undefined))
    throw new UsageError("`--no-certify` leaves out what `--certify-with` and `--max-changed` are about");
  if (images.length > 0) await readPictures(plan, images);
}

export function certifier(
  options: CertifyOptions & WeightOptions,
  { rules, runtime, signal }: CertifiedBundle,
): Certifier {
  const { certify, certifyWith: images = [], maxChanged = null, engine } = options;
  const notes: string[] = [];
  if (!certify) return { notes, certify: () => Promise.resolve({ uncertified: "--no-certify was given" }) };
  return {
    notes,
    async certify(folder) {
      const status = statusLine("certifying:");
      try {
        const onStage = (stage: string): void => status.update(stage);
        const outcome = await certifyOutside(
          { folder, runtime, weights: options, engine, images },
          { signal, onStage },
        );
        if (outcome.certified === undefined) throw new Fault(outcome.fault ?? "no certificate could be made");
        const { certified } = outcome;
        if ("uncertified" in certified) notes.push(`No certificate was made: ${certified.uncertified}.`);
        if ("uncertified" in certified && maxChanged !== null)
          throw new Fault(`--max-changed cannot be held: ${certified.uncertified}`);
        const quantized = rules.some(({ type }) => type !== "float32");
        const warning = "certificate" in certified ? judge(certified.certificate, quantized, maxChanged) : null;
        if (warning !== null) notes.push(warning);
        return certified;
      } finally {
        status.end();
      }
    },
  };
}

/** The lines that `compile` prints of it. */
export function certificateLines({ inputs, runs }: Certificate): string[] {
  const pictures = inputs.map(({ picture, height, width }) => `${picture} ${height}x${width}`).join(", ");
  return runs.flatMap(({ description, outputs }) =>
    outputs.map((output) => `certified on ${description}, picture ${pictures}: beside float32 ${inWords(output)}`),
  );
}
