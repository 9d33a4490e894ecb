/** `fcnc verify BUNDLE`: repeats the comparison that a bundle's certificate tells of. */
import { stat } from "node:fs/promises";
import type { Check } from "../certify/check.js";
import { checkFiles, checkIdentity } from "../certify/check-files.js";
import { feedGenerated, feedPictures, GENERATED, type Fed } from "../certify/feed.js";
import { readBundle } from "../certify/read-bundle.js";
import { trialSize } from "../certify/size.js";
import { verifyScores, verifyWeights } from "../certify/verify.js";
import type { BundleJson } from "../../targets/certificate.js";
import type { Plan } from "../model/plan.js";
import { exitCodes, Fault } from "./fail.js";
import { interruptible } from "./interrupt.js";
import { print, printJson, progressLine, type FormatOption } from "./output.js";
import { readPictures } from "./pictures.js";
import { readPlan } from "./read-plan.js";
import { startEngine, type EngineOptions, type StartedEngine } from "./start-engine.js";
import { openWeights, type WeightOptions } from "./weights.js";

interface VerifyOptions extends FormatOption, WeightOptions, EngineOptions {
  readonly image: readonly string[];
}

export async function run(folder: string, options: VerifyOptions): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory())
    throw new Fault(`there is no bundle \`${folder}\``, ["name a folder that `fcnc compile` wrote"]);
  const bundle = await readBundle(folder);
  const checks = await filesOf(folder, bundle);
  let ran: StartedEngine | null = null;
  if (checks.every(({ agrees }) => agrees !== false)) {
    const plan = await readPlan(folder);
    const fed = await fedOf(plan, bundle, options.image);
    const weights = await openWeights(plan, options, () => undefined);
    try {
      if (fed === null) {
        checks.push({ about: "picture", agrees: null, says: pictureWanted(bundle) });
        checks.push(...(await verifyWeights(plan, bundle, weights)));
      } else {
        ran = await startEngine(options);
        checks.push(...(await verifyScores({ plan, bundle, folder, engine: ran.engine, fed, weights })));
      }
    } finally {
      await weights?.close();
    }
  } else
    checks.push({ about: "scores", agrees: null, says: "the net was not run, as its files are not what they were" });
  tellAll(folder, bundle, checks, ran, options);
  process.exitCode = checks.some(({ agrees }) => agrees === false) ? exitCodes.fault : exitCodes.done;
}

async function filesOf(folder: string, bundle: BundleJson): Promise<Check[]> {
  const progress = progressLine("reading files:");
  try {
    const onProgress = (done: number, total: number): void => progress.update(done, total);
    const files = await interruptible((signal) => checkFiles(folder, bundle, { signal, onProgress }));
    return [...files, await checkIdentity(folder, bundle)];
  } finally {
    progress.end();
  }
}

/** Null where the certificate was made on a picture that is not at hand. */
async function fedOf(plan: Plan, { certificate }: BundleJson, images: readonly string[]): Promise<Fed | null> {
  if (images.length > 0) return feedPictures(await readPictures(plan, images));
  if (certificate === null) {
    const size = trialSize(plan);
    return size && feedGenerated(plan, size.inputs);
  }
  if (certificate.inputs.some(({ picture }) => picture !== GENERATED)) return null;
  const sizes = certificate.inputs.map(({ name, height, width }) => [name, [height, width] as const] as const);
  return feedGenerated(plan, new Map(sizes));
}

function pictureWanted({ certificate }: BundleJson): string {
  const names = certificate?.inputs.map(({ picture }) => picture).join(", ") ?? "";
  return names === ""
    ? "no size was found at which to run the net: name a picture, --image FILE"
    : `the net was not run: its certificate was made on ${names}, which is not in the bundle: name it, --image FILE`;
}

function tellAll(
  folder: string,
  bundle: BundleJson,
  checks: readonly Check[],
  ran: StartedEngine | null,
  { format }: FormatOption,
): void {
  const agrees = checks.every((check) => check.agrees !== false);
  if (format === "json") {
    const { net, digest, certificate, uncertified } = bundle;
    const engine = { engine: ran?.engine.name ?? null, engineDetail: ran?.detail ?? null };
    printJson({ bundle: folder, net, digest, agrees, checks, ...engine, certificate, uncertified });
    return;
  }
  for (const check of checks) {
    const mark = check.agrees === null ? "-" : check.agrees ? "ok" : "WRONG";
    print(`${mark.padEnd(6)}${check.about.padEnd(10)}${check.says}`);
  }
  const open = checks.filter((check) => check.agrees === null).length;
  const some = open === 0 ? "" : `; ${open === 1 ? "one thing was" : `${open} things were`} not looked at`;
  print(
    agrees ? `${folder}: all that was looked at agrees${some}` : `${folder}: it does not agree with its certificate`,
  );
}
