import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plan } from "../../src/model/plan.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import type { Certificate } from "../certificate.js";
import { admitRules, type StorageRule } from "../storage.js";
import type { Target, TargetOptions, Written, WrittenFile } from "../target.js";
import { writeFolder } from "../write-folder.js";
import { BUNDLE, bundleJson, REFERENCE } from "./bundle-json.js";
import { labelsJson } from "./labels-json.js";
import { copyModule, copyPage, MODULE, PAGE } from "./module-files.js";
import { onnxNet } from "./onnx-net.js";
import type { RuntimeNet } from "./runtime-net.js";
import { WEBGPU_MODEL } from "./runtimes.js";
import { SHARD_BYTES, shardNames, ShardWriter } from "./shards.js";
import { tfjsNet } from "./tfjs-net.js";
import { LOAD_PLAN, wantedWeights } from "../wanted.js";

const MODELS = ["model.json", "model.onnx", WEBGPU_MODEL];
const PLAN = "plan.json";
const WANTED = "weights-wanted.json";
const LABELS = "labels.json";
const SHARD = /^group\d+-shard\d+of\d+\.bin$/;

/** How often progress is told at most. */
const REPORTS = 100;

/**
 * A frozen TF.js graph model for every input size (or `model.onnx`, for ONNX Runtime Web): `model.json`, `plan.json`, the
 * weights as shards, the module that runs it in pages (`fcn.js`), a page to try it on (`index.html`), and `bundle.json`, which says what is in the folder and
 * how its scores compare. Without weights `model.json` is that of float32 weights (unless a file turns an upsampling into
 * an ordinary deconvolution) and names shards that are not there yet; `weights-wanted.json` lists what they are to be
 * made from, which the page says.
 */
export const webTarget: Target = {
  name: "web",
  summary: "a TensorFlow.js graph model for the browser: any input size, preprocessing and argmax inside",

  write(plan, weights, folder, options = {}) {
    return writeFolder(folder, isOurs, async (staging) => {
      const { written, net, certificate } = await writeBundle(plan, weights, staging, options);
      const files = written.sort((a, b) => (a.path < b.path ? -1 : 1));
      return {
        folder,
        files,
        bytes: files.reduce((sum, file) => sum + file.bytes, 0),
        hasWeights: weights !== null,
        certificate,
        notes: notes(plan, net, weights, options.quantize ?? []),
      } satisfies Written;
    });
  },
};

const isOurs = (name: string): boolean =>
  [...MODELS, PLAN, WANTED, LABELS, LOAD_PLAN, BUNDLE, REFERENCE, ...MODULE, ...PAGE].includes(name) ||
  SHARD.test(name);

interface WrittenBundle {
  readonly written: WrittenFile[];
  readonly net: RuntimeNet;
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
  const { argmax, runtime = "tfjs" } = options;
  const net =
    runtime === "tfjs"
      ? await tfjsNet(plan, weights, rules, argmax === undefined ? {} : { argmax })
      : await onnxNet(plan, weights, rules);
  const shardBytes = options.shardBytes ?? SHARD_BYTES;
  const paths = shardNames(net.bytes, shardBytes);
  const written = [
    await writeJson(folder, PLAN, plan, 2),
    await writeJson(folder, LABELS, labelsJson(plan), 2),
    ...(await copyPage(folder, options.samples ?? {})),
  ];
  if (weights?.load) written.push(await writeJson(folder, LOAD_PLAN, weights.load, 2));
  if (weights !== null) written.push(...(await writeShards(net, folder, paths, shardBytes, options)));
  written.push(await writeBytes(folder, net.file, net.graph(paths)));
  if (net.webgpu) written.push(await writeBytes(folder, net.webgpu.file, net.webgpu.graph()));
  options.signal?.throwIfAborted();
  if (weights === null) {
    written.push(await writeJson(folder, WANTED, wantedWeights(plan), 2));
    return { written, net, certificate: null };
  }
  const certified = (await options.certify?.(folder)) ?? { uncertified: "it was not asked for" };
  options.signal?.throwIfAborted();
  if ("reference" in certified) written.push(await writeJson(folder, REFERENCE, certified.reference, 0));
  written.push(...(await copyModule(runtime, folder)));
  written.push(await writeJson(folder, BUNDLE, bundleJson(plan, runtime, net, written, certified), 2));
  return { written, net, certificate: "certificate" in certified ? certified.certificate : null };
}

async function writeShards(
  net: RuntimeNet,
  folder: string,
  paths: readonly string[],
  shardBytes: number,
  { onProgress, signal }: TargetOptions,
): Promise<WrittenFile[]> {
  const shards = new ShardWriter(folder, paths, shardBytes);
  const total = net.bytes;
  let done = 0;
  let told = 0;
  try {
    for await (const bytes of net.data()) {
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
  return writeBytes(folder, path, new TextEncoder().encode(`${JSON.stringify(value, null, indent)}\n`));
}

async function writeBytes(folder: string, path: string, bytes: Uint8Array): Promise<WrittenFile> {
  await writeFile(join(folder, path), bytes);
  return { path, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

function notes(plan: Plan, net: RuntimeNet, weights: PlanWeights | null, rules: readonly StorageRule[]): string[] {
  const result: string[] = [];
  if (weights === null) {
    const wanted = plan.tensors.filter((tensor) => !tensor.generated).length;
    const [size, unit] = net.floatBytes < 2 ** 20 ? [2 ** 10, "KiB"] : [2 ** 20, "MiB"];
    const amount = (net.floatBytes / size).toFixed(net.floatBytes < 10 * size ? 1 : 0);
    result.push(
      `No weights were given: the graph is there, and its ${amount} ${unit} of weights are not. ${WANTED} lists the ` +
        `${wanted} tensors that are wanted.`,
    );
    if (rules.some(({ type }) => type !== "float32"))
      result.push(`Weights are stored in fewer bits once they are given: until then ${net.file} declares float32.`);
  }
  for (const name of net.learned)
    result.push(
      `The kernel of \`${name}\` in ${weights?.title ?? "the file"} is not bilinear, so it runs as an ordinary ` +
        `deconvolution, which is slower.`,
    );
  return result;
}
