/**
 * Runs a net twice: as the float32 graph of its plan and weights, whose scores count as right, and as the bundle that was
 * written, read back from disk.
 */
import { createHash, type Hash } from "node:crypto";
import { basename } from "node:path";
import type { Certificate, Certified, CertifiedRun } from "../../targets/certificate.js";
import { buildModel } from "../../targets/web/build.js";
import type { WebRuntime } from "../../targets/web/runtimes.js";
import type { Engine, EngineName } from "../engines/engine.js";
import { selectEngine, type Selection } from "../engines/select.js";
import type { Plan } from "../model/plan.js";
import type { PlanWeights } from "../weights/plan-weights.js";
import { differenceOf } from "./difference.js";
import { CertifyError } from "./error.js";
import type { Fed } from "./feed.js";
import { onnxEngine } from "./onnx-engine.js";
import { keep } from "./reference.js";
import { areFinite, scoresOf, type Runs, type Scores } from "./scores.js";

export interface Job {
  readonly plan: Plan;
  readonly weights: PlanWeights;
  /** Where the bundle lies. */
  readonly folder: string;
  /** What runs the bundle in pages. */
  readonly runtime: WebRuntime;
  readonly engine: EngineName | "auto";
  readonly fed: Fed;
  /** Multiply-accumulates of a run, where they are known: small nets are also run on the next engine. */
  readonly work: bigint | null;
  /** Called with the engine that was taken, before anything runs. */
  readonly onEngine?: (selection: Selection) => void;
  /** Called with what is being done, as words. */
  readonly onStage?: (stage: string) => void;
}

/** Where a run costs less than this it is repeated on another engine, about a second on each. */
const CHEAP: Readonly<Partial<Record<EngineName, bigint>>> = { wasm: 1_000_000_000n, js: 20_000_000n };

/**
 * @throws {EngineError} when no engine starts, or memory does not suffice.
 * @throws {CertifyError} where the bundle gives NaN or infinity, and the float32 graph does not.
 */
export async function certify(job: Job): Promise<Certified> {
  const { plan, folder, fed, onStage } = job;
  const selection = await selectEngine(job.engine);
  const { engine } = selection;
  job.onEngine?.(selection);
  onStage?.(`running the float32 net on ${engine.description}`);
  const { scores, sha256 } = await referenceScores(plan, job.weights, engine, fed);
  const broken = scores.find((one) => !areFinite(one));
  if (broken !== undefined)
    return { uncertified: `the float32 net's own scores of \`${broken.name}\` are not all finite on this picture` };
  const runs: CertifiedRun[] = [];
  for (const other of await enginesFor(job, engine)) {
    onStage?.(`running the bundle on ${other.description}`);
    runs.push(await compare(plan, other, folder, fed, scores));
  }
  const certificate: Certificate = {
    inputs: fed.inputs.map((input) => ({ ...input, picture: basename(input.picture) })),
    reference: {
      engine: engine.name,
      description: engine.description,
      weights: job.weights.title
        .split(" and ")
        .map((path) => basename(path))
        .join(" and "),
      sha256,
    },
    runs,
  };
  return { certificate, reference: keep(scores) };
}

/** The scores of the float32 graph of a plan and weights, and the digest of the weights that it was given. */
export async function referenceScores(
  plan: Plan,
  weights: PlanWeights,
  engine: Engine,
  { feeds }: Fed,
): Promise<{ scores: Scores[]; sha256: string }> {
  const { modelJson, weightData } = await buildModel(plan, weights);
  const hash = createHash("sha256");
  const scores = await scoresOf(plan, engine, { modelJson, weightData: () => hashed(weightData(), hash) }, feeds);
  return { scores, sha256: hash.digest("hex") };
}

/** The digest of weights as the float32 graph of a plan has them: what `referenceScores` gives, without a run. */
export async function weightsDigest(plan: Plan, weights: PlanWeights): Promise<string> {
  const { weightData } = await buildModel(plan, weights);
  const hash = createHash("sha256");
  for await (const bytes of weightData()) hash.update(bytes);
  return hash.digest("hex");
}

async function* hashed(data: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const bytes of data) {
    hash.update(bytes);
    yield bytes;
  }
}

/** What the bundle is run on: what runs it in pages, or the engine at hand, and where that is cheap the next one. */
async function enginesFor({ plan, runtime, work }: Job, engine: Engine): Promise<Runs[]> {
  if (runtime === "onnxruntime-web") return [await onnxEngine(plan)];
  return [engine, ...(await furtherEngines(engine.name, work))];
}

/** Runs a bundle and says how far its scores are from the reference's. */
export async function compare(
  plan: Plan,
  engine: Runs,
  folder: string,
  { feeds }: Fed,
  reference: readonly Scores[],
): Promise<CertifiedRun> {
  const found = await scoresOf(plan, engine, folder, feeds);
  const outputs = reference.map((wanted, index) => {
    const own = found[index];
    if (own === undefined || !areFinite(own))
      throw new CertifyError(
        `the bundle's scores of \`${wanted.name}\` on ${engine.description} hold NaN or infinity, and those of the ` +
          "float32 net do not. Store its weights in another type: --quantize float32.",
      );
    return differenceOf(own, wanted);
  });
  return { engine: engine.name, description: engine.description, outputs };
}

async function furtherEngines(first: EngineName, work: bigint | null): Promise<Engine[]> {
  const next = first === "native" ? "wasm" : first === "wasm" ? "js" : null;
  const limit = next === null ? undefined : CHEAP[next];
  if (next === null || limit === undefined || work === null || work > limit) return [];
  try {
    return [(await selectEngine(next)).engine];
  } catch {
    return [];
  }
}
