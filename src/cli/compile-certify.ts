/** The certificate that `fcnc compile` gives a bundle: how it is asked for, made, judged and told. */
import type { Certificate, Certified } from "../../targets/certificate.js";
import type { StorageRule } from "../../targets/storage.js";
import type { WebRuntime } from "../../targets/web/runtimes.js";
import { inWords, judge } from "../certify/verdict.js";
import type { Plan } from "../model/plan.js";
import { certifyOutside } from "./certify-process.js";
import { Fault, UsageError } from "./fail.js";
import { statusLine } from "./output.js";
import { readPictures } from "./pictures.js";
import { tellEngine, type EngineDetail, type EngineOptions } from "./start-engine.js";
import type { WeightOptions } from "./weights.js";

export interface CertifyOptions extends EngineOptions {
  /** False with `--no-certify`. */
  readonly certify: boolean;
  readonly certifyWith?: readonly string[];
  readonly maxChanged?: number;
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
  /** What ran the nets, once something did. */
  readonly engineDetail: () => EngineDetail | null;
}

/** Refuses what cannot be done before anything is written. */
export async function admitCertify(plan: Plan, target: string, options: CertifyOptions): Promise<void> {
  const { certify, certifyWith: images = [], maxChanged } = options;
  if (target !== "web" && (images.length > 0 || maxChanged !== undefined))
    throw new UsageError(
      `\`--certify-with\` and \`--max-changed\` are about bundles for the web, and the target is ${target}`,
    );
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
  let engineDetail: EngineDetail | null = null;
  const common = { notes, engineDetail: () => engineDetail };
  if (!certify) return { ...common, certify: () => Promise.resolve({ uncertified: "--no-certify was given" }) };
  return {
    ...common,
    async certify(folder) {
      const status = statusLine("certifying:");
      try {
        const onStage = (stage: string): void => status.update(stage);
        const onEngine = (detail: EngineDetail): void => {
          status.end();
          tellEngine((engineDetail = detail), options);
        };
        const job = { folder, runtime, weights: options, engine, images };
        const outcome = await certifyOutside(job, { signal, onStage, onEngine });
        if (outcome.certified === undefined) throw new Fault(outcome.fault ?? "no certificate could be made");
        const { certified } = outcome;
        if ("uncertified" in certified) notes.push(`No certificate was made: ${certified.uncertified}.`);
        if ("uncertified" in certified && maxChanged !== null)
          throw new Fault(`--max-changed cannot be held: ${certified.uncertified}`);
        const quantized = rules.some(({ type }) => type !== "float32");
        if ("certificate" in certified) notes.push(...judge(certified.certificate, quantized, maxChanged));
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
