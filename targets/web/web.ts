import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plan } from "../../src/model/plan.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import type { Certificate } from "../certificate.js";
import { admitRules, type StorageRule } from "../storage.js";
import type { Target, TargetOptions, Written, WrittenFile } from "../target.js";
import { writeFolder } from "../write-folder.js";
import { buildModel, type WebModel } from "./build.js";
import { BUNDLE, bundleJson, REFERENCE } from "./bundle-json.js";
import { copyBuilt, MODULE, PAGE } from "./module-files.js";
import { SHARD_BYTES, shardNames, ShardWriter } from "./shards.js";
import { StoredWeights } from "./stored-weights.js";
import { LOAD_PLAN, wantedWeights } from "../wanted.js";

const MODEL = "model.json";
const PLAN = "plan.json";
const WANTED = "weights-wanted.json";
const SHARD = /^group\d+-shard\d+of\d+\.bin$/;

/** How often progress is told at most. */
const REPORTS = 100;

/**
 * A frozen TF.js graph model for every input size: `model.json`, `plan.json`, the weights as shards, the module that
 * runs it in pages (`fcn.js`), a page to try it on (`index.html`), and `bundle.json`, which says what is in the folder and
 * how its scores compare. Without weights `model.json` is that of float32 weights (unless a file turns an upsampling into
 * an ordinary deconvolution) and names shards that are not there yet; `weights-wanted.json` lists what they are to be
 * made from, which the page says.
 */
export const webTarget: Target = {
  name: "web",
  summary: "a TensorFlow.js graph model for the browser: any input size, preprocessing and argmax inside",

  write(plan, weights, folder, options = {}) {
    return writeFolder(folder, isOurs, async (staging) => {
      const { written, model, certificate } = await writeBundle(plan, weights, staging, options);
      const files = written.sort((a, b) => (a.path < b.path ? -1 : 1));
      return {
        folder,
        files,
        bytes: files.reduce((sum, file) => sum + file.bytes, 0),
        hasWeights: weights !== null,
        certificate,
        notes: notes(plan, model, weights, options.quantize ?? []),
      } satisfies Written;
    });
  },
};

const isOurs = (name: string): boolean =>
  [MODEL, PLAN, WANTED, LOAD_PLAN, BUNDLE, REFERENCE, ...MODULE, ...PAGE].includes(name) || SHARD.test(name);

interface WrittenBundle {
  readonly written: WrittenFile[];
  readonly model: WebModel;
  readonly certificate: Certificate | null;
}

async function writeBundle(
  plan: Plan,
  weights: PlanWeights | null,
  folder: string,
  options: TargetOptions,
): Promise<WrittenBundle> {
  options.signal?.throwIfAborted();
  const rules = options.quantize ?? [];
  admitRules(plan, rules);
  const model = await buildModel(plan, weights, options.argmax === undefined ? {} : { argmax: options.argmax });
  const stored = new StoredWeights(plan, model, weights === null ? [] : rules);
  const shardBytes = options.shardBytes ?? SHARD_BYTES;
  const paths = shardNames(stored.bytes, shardBytes);
  const written = [await writeJson(folder, PLAN, plan, 2), ...(await copyBuilt(PAGE, folder))];
  if (weights?.load) written.push(await writeJson(folder, LOAD_PLAN, weights.load, 2));
  // The ranges of quantized weights, which the manifest says, are found as they are written.
  if (weights !== null) written.push(...(await writeShards(stored, folder, paths, shardBytes, options)));
  const manifest = [{ paths, weights: weights === null ? model.modelJson.weightsManifest[0]?.weights : stored.specs }];
  written.push(await writeJson(folder, MODEL, { ...model.modelJson, weightsManifest: manifest }, 0));
  options.signal?.throwIfAborted();
  if (weights === null) {
    written.push(await writeJson(folder, WANTED, wantedWeights(plan), 2));
    return { written, model, certificate: null };
  }
  const certified = (await options.certify?.(folder)) ?? { uncertified: "it was not asked for" };
  options.signal?.throwIfAborted();
  if ("reference" in certified) written.push(await writeJson(folder, REFERENCE, certified.reference, 0));
  written.push(...(await copyBuilt(MODULE, folder)));
  written.push(await writeJson(folder, BUNDLE, bundleJson(plan, model, stored.stored, written, certified), 2));
  return { written, model, certificate: "certificate" in certified ? certified.certificate : null };
}

async function writeShards(
  stored: StoredWeights,
  folder: string,
  paths: readonly string[],
  shardBytes: number,
  { onProgress, signal }: TargetOptions,
): Promise<WrittenFile[]> {
  const shards = new ShardWriter(folder, paths, shardBytes);
  const total = stored.bytes;
  let done = 0;
  let told = 0;
  try {
    for await (const bytes of stored.data()) {
      // Of a large tensor some shards at a time, so that progress is told and a signal is heard.
      const step = Math.max(shardBytes, Math.ceil(total / REPORTS));
      for (let at = 0; at < bytes.length; at += step) {
        signal?.throwIfAborted();
        const piece = bytes.subarray(at, at + step);
        await shards.write(piece);
        done += piece.length;
        if (onProgress !== undefined && (done === total || (done - told) * REPORTS >= total)) {
          told = done;
          onProgress({ done, total });
        }
      }
    }
  } finally {
    await shards.close();
  }
  return shards.written;
}

async function writeJson(folder: string, path: string, value: unknown, indent: number): Promise<WrittenFile> {
  const text = new TextEncoder().encode(`${JSON.stringify(value, null, indent)}\n`);
  await writeFile(join(folder, path), text);
  return { path, bytes: text.length, sha256: createHash("sha256").update(text).digest("hex") };
}

function notes(plan: Plan, model: WebModel, weights: PlanWeights | null, rules: readonly StorageRule[]): string[] {
  const result: string[] = [];
  if (weights === null) {
    const wanted = plan.tensors.filter((tensor) => !tensor.generated).length;
    const [size, unit] = model.weightBytes < 2 ** 20 ? [2 ** 10, "KiB"] : [2 ** 20, "MiB"];
    const amount = (model.weightBytes / size).toFixed(model.weightBytes < 10 * size ? 1 : 0);
    result.push(
      `No weights were given: the graph is there, and its ${amount} ${unit} of weights are not. ${WANTED} lists the ` +
        `${wanted} tensors that are wanted.`,
    );
    if (rules.some(({ type }) => type !== "float32"))
      result.push(`Weights are stored in fewer bits once they are given: until then ${MODEL} declares float32.`);
  }
  for (const name of model.learned)
    result.push(
      `The kernel of \`${name}\` in ${weights?.title ?? "the file"} is not bilinear, so it runs as an ordinary ` +
        `deconvolution, which is slower.`,
    );
  return result;
}
