import { join } from "node:path";
import { targets } from "../../targets/index.js";
import type { StorageRule } from "../../targets/storage.js";
import type { Written } from "../../targets/target.js";
import { WEB_RUNTIMES, type WebRuntime } from "../../targets/web/runtimes.js";
import { compile } from "../compile.js";
import { nearest } from "../diagnostics/suggest.js";
import type { Plan, PlanSettings } from "../model/plan.js";
import { nodeHost } from "../node-host.js";
import { renderLoadPlan } from "../weights/load/render.js";
import { admitCertify, certificateLines, certifier, type CertifyOptions } from "./compile-certify.js";
import { Fault, UsageError } from "./fail.js";
import { interruptible } from "./interrupt.js";
import { megabytes, print, printJson, progressLine, stopAtErrors, tellNote, type FormatOption } from "./output.js";
import { compileOptions } from "./options.js";
import { specPath, stem } from "./paths.js";
import { readSamples } from "./samples.js";
import { declaredStorage, parseStorage } from "./storage.js";
import { openWeights, type WeightOptions } from "./weights.js";

interface CompileOptions extends FormatOption, WeightOptions, CertifyOptions {
  readonly net?: string;
  readonly recipe?: string;
  readonly set?: readonly string[];
  readonly target: string;
  readonly out?: string;
  readonly quantize?: string;
  readonly runtime?: string;
  readonly sample?: readonly string[];
}

/** `fcnc compile SPEC`: the main job. */
export async function run(spec: string, options: CompileOptions): Promise<void> {
  const target = targets.find(({ name }) => name === options.target);
  if (!target) {
    const names = targets.map(({ name }) => name);
    const near = nearest(options.target, names);
    throw new UsageError(`there is no target \`${options.target}\``, [
      near ? `did you mean \`${near}\`?` : `targets are ${names.join(", ")}`,
    ]);
  }
  const asked = options.runtime === undefined ? null : parseRuntime(options.runtime, target.name);
  if (options.out === "") throw new UsageError("`--out` names no folder");
  const result = await compile({ path: specPath(spec) }, nodeHost, compileOptions(options));
  stopAtErrors(result, options);
  const { plan } = result;
  if (!plan) return;
  const declared = readTargetSettings(plan.targets[target.name]);
  const runtime = asked ?? declared.runtime ?? "tfjs";
  const quantize = options.quantize === undefined ? declared.quantize : parseStorage(options.quantize);
  await admitCertify(plan, target.name, options);
  const samples = await readSamples(plan, options.sample ?? [], target.name);
  const weights = await openWeights(plan, options, (load) => {
    if (options.format !== "json") print(renderLoadPlan(load));
  });
  const progress = progressLine("writing weights:");
  try {
    const { made, engineDetail } = await interruptible(async (signal) => {
      const certifying = certifier(options, { rules: quantize, runtime, signal });
      const written = await target.write(plan, weights, options.out ?? join("fcnc-out", stem(spec)), {
        ...declared,
        ...(runtime && { runtime }),
        samples,
        quantize,
        certify: (folder) => certifying.certify(folder),
        signal,
        onProgress: ({ done, total }) => progress.update(done, total),
      });
      const notes = [...written.notes, ...certifying.notes];
      return { made: { ...written, notes }, engineDetail: certifying.engineDetail() };
    });
    progress.end();
    const notes =
      weights === null || made.hasWeights
        ? made.notes
        : [...made.notes, `The weights were only looked through: the target ${target.name} writes none.`];
    const written = { ...made, notes };
    const { net, digest } = plan;
    const loadPlan = weights?.load ?? null;
    if (options.format === "json") printJson({ net, digest, target: target.name, ...written, engineDetail, loadPlan });
    else report(plan, written);
  } finally {
    progress.end();
    await weights?.close();
  }
}

interface Declared {
  readonly argmax?: boolean;
  readonly shardBytes?: number;
  readonly runtime?: WebRuntime;
  readonly quantize: readonly StorageRule[];
}

/** What a `target web` declaration says about writing. */
function readTargetSettings(settings: PlanSettings | undefined): Declared {
  const argmax = settings?.["argmax"];
  const runtime = WEB_RUNTIMES.find((name) => name === settings?.["runtime"]);
  const weights = settings?.["weights"];
  const shard = typeof weights === "object" && "shard" in weights ? weights.shard : undefined;
  const quantize = typeof weights === "object" && "quantize" in weights ? weights.quantize : undefined;
  return {
    ...(typeof argmax === "boolean" && { argmax }),
    ...(shard !== undefined && { shardBytes: parseBytes(String(shard)) }),
    ...(runtime && { runtime }),
    quantize: declaredStorage(quantize),
  };
}

function parseRuntime(name: string, target: string): WebRuntime {
  if (target !== "web")
    throw new UsageError(`\`--runtime\` says what runs bundles for the web, and the target is ${target}`);
  const known = WEB_RUNTIMES.find((runtime) => runtime === name);
  if (known) return known;
  const near = nearest(name, WEB_RUNTIMES);
  throw new UsageError(`there is no runtime \`${name}\` for bundles`, [
    near ? `did you mean \`${near}\`?` : `runtimes are ${WEB_RUNTIMES.join(" and ")}`,
  ]);
}

function parseBytes(text: string): number {
  const match = /^(\d+)\s*(KiB|MiB|kB|MB|B)?$/.exec(text.trim());
  const units: Record<string, number> = { B: 1, kB: 1000, MB: 1e6, KiB: 2 ** 10, MiB: 2 ** 20 };
  const bytes = Number(match?.[1]) * (units[match?.[2] ?? "B"] ?? 1);
  if (!match || bytes < 1024 || bytes > 2 ** 31)
    throw new Fault(`"${text}" is no size of a shard`, ['write one like `shard: "4MiB"`, from 1 KiB to 2 GiB']);
  return bytes;
}

function report(plan: Plan, written: Written): void {
  const count = (value: number): string => value.toLocaleString("en");
  const elements = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);
  const total = plan.tensors.reduce((sum, tensor) => sum + elements(tensor.shape), 0);
  const trainable = plan.tensors
    .filter((tensor) => tensor.trainable)
    .reduce((sum, tensor) => sum + elements(tensor.shape), 0);
  const valid = Object.values(plan.validFor).map(({ text }) => text);
  print(`${plan.net}: ${plan.layers.length} layers, ${count(total)} parameters (${count(trainable)} trainable)`);
  if (valid.length > 0) print(`  works for ${valid.join(", ")}: proved`);
  for (const crop of plan.crops) {
    const [y, x] = crop.offset;
    print(`  ${crop.layer} is cropped at ${y === x ? y : `[${y}, ${x}]`}${crop.stated ? ", as stated" : ""}`);
  }
  const shards = written.files.filter(({ path }) => path.endsWith(".bin"));
  const others = written.files
    .filter(({ path }) => !path.endsWith(".bin"))
    .map(({ path }) => path.replace(/\/.*/, "/"));
  const files =
    shards.length > 0
      ? [...new Set(others), `${shards.length} ${shards.length === 1 ? "shard" : "shards"} of weights`]
      : [...new Set(others)];
  print(`wrote ${written.folder} (${megabytes(written.bytes)}): ${files.join(", ")}`);
  if (written.certificate) for (const line of certificateLines(written.certificate)) print(`  ${line}`);
  for (const note of written.notes) tellNote(note);
}
