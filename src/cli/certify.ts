/** `fcnc certify`, which is not listed: the process that `certifyOutside` starts. */
import { certify } from "../certify/certify.js";
import { feedGenerated, feedPictures } from "../certify/feed.js";
import { trialSize } from "../certify/size.js";
import type { CertifyAnswer, CertifyJob } from "./certify-process.js";
import { isForPeople } from "./fail.js";
import { readPictures } from "./pictures.js";
import { readPlan } from "./read-plan.js";
import { detailOf } from "./start-engine.js";
import { openWeights } from "./weights.js";

export async function run(): Promise<void> {
  const send = process.send?.bind(process);
  if (send === undefined) throw new Error("`fcnc certify` is run by `fcnc compile` alone");
  // Nobody waits for an answer once the compiler is gone.
  process.once("disconnect", () => process.exit());
  const job = await new Promise<CertifyJob>((got) => process.once("message", (message) => got(message as CertifyJob)));
  const answer = await work(job, (told) => void send(told)).catch((error: unknown): CertifyAnswer => {
    if (!isForPeople(error)) return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    return error.name === "EngineError" ? { certified: { uncertified: error.message } } : { fault: error.message };
  });
  await new Promise((sent) => send(answer, undefined, undefined, sent));
  process.exit();
}

async function work(job: CertifyJob, tell: (told: CertifyAnswer) => void): Promise<CertifyAnswer> {
  const plan = await readPlan(job.folder);
  const size = trialSize(plan);
  const pictures = job.images.length > 0 ? await readPictures(plan, job.images) : null;
  if (size === null && pictures === null)
    return {
      certified: { uncertified: "no size was found at which to run the net: name a picture, --certify-with FILE" },
    };
  const fed = pictures ? feedPictures(pictures) : feedGenerated(plan, size?.inputs ?? new Map());
  const weights = await openWeights(plan, job.weights, () => undefined);
  if (weights === null) throw new Error("there are no weights to certify with");
  try {
    const { folder, runtime, engine } = job;
    const certified = await certify({
      plan,
      weights,
      folder,
      runtime,
      engine,
      fed,
      work: pictures ? null : (size?.work ?? null),
      onEngine: (selection) => tell({ engine: detailOf(engine, selection) }),
      onStage: (stage) => tell({ stage }),
    });
    return { certified };
  } finally {
    await weights.close();
  }
}
