/** What `fcnc doctor` finds. Printed as it is with `--format json`, so its fields are a contract: see docs/json.md. */
import { release } from "node:os";
import packageJson from "../../package.json" with { type: "json" };
import type { EngineName } from "../engines/engine.js";
import { gpus, memory, processor, type Gpu, type Memory, type Processor } from "../engines/hardware.js";
import { ENGINES } from "../engines/select.js";
import type { Trial } from "../engines/trial-process.js";
import { tryOutside } from "./trial.js";

export interface DoctorReport {
  readonly fcnc: string;
  readonly node: { readonly version: string; readonly wanted: string; readonly supported: boolean };
  readonly system: { readonly platform: string; readonly arch: string; readonly release: string };
  readonly processor: Processor;
  readonly memory: Memory;
  /** Null where nvidia-smi is not there or does not answer. */
  readonly gpus: readonly Gpu[] | null;
  /** Best first. */
  readonly engines: readonly Trial[];
  /** What `--engine auto` takes; null where no net can be run. */
  readonly auto: EngineName | null;
  readonly missing: readonly Missing[];
}

/** Something that would be better, and the one command that makes it so. */
export interface Missing {
  readonly what: string;
  readonly command: string;
  /** What to know before. */
  readonly note?: string;
}

export const NOT_TRIED_ON_A_GPU = "the engine for GPUs was not tried on one by those who made fcnc";

/** @param seconds that each engine gets to start */
export async function examine(seconds: number): Promise<DoctorReport> {
  const [found, ...engines] = await Promise.all([gpus(), ...ENGINES.map((name) => tryOutside(name, { seconds }))]);
  const node = {
    version: process.versions.node,
    wanted: packageJson.engines.node,
    supported: isAtLeast(process.versions.node, packageJson.engines.node),
  };
  return {
    fcnc: packageJson.version,
    node,
    system: { platform: process.platform, arch: process.arch, release: release() },
    processor: processor(),
    memory: memory(),
    gpus: found,
    engines,
    auto: engines.find(({ works }) => works)?.name ?? null,
    missing: missingFrom(node, found, engines),
  };
}

/** `wanted` is written as `>=MAJOR.MINOR`. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = wanted.replace(">=", "").split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** What is missing, with the commands that mend it. */
export function missingFrom(
  node: DoctorReport["node"],
  found: readonly Gpu[] | null,
  engines: readonly Trial[],
): Missing[] {
  const missing: Missing[] = [];
  if (!node.supported)
    missing.push({
      what: `a Node that fcnc supports (${node.wanted})`,
      command: "nvm install 22",
      note: "or an installer of https://nodejs.org",
    });
  const bundled = engines.filter(({ name, works }) => name !== "native" && !works);
  if (bundled.length > 0)
    missing.push({ what: `${bundled.map(({ name }) => name).join(" and ")}, which come with fcnc`, command: "npm ci" });
  const native = engines.find(({ name }) => name === "native");
  const hasGpu = found !== null && found.length > 0;
  if (native && !native.works)
    missing.push({
      what: native.installed ? "a native engine that starts" : "the native engine",
      command: hasGpu ? "fcnc engine install --gpu" : "fcnc engine install",
      ...(hasGpu ? { note: NOT_TRIED_ON_A_GPU } : {}),
    });
  if (native?.works && hasGpu && native.facts.native?.usesGpu !== true) {
    const isForGpus = native.facts.native?.package === "@tensorflow/tfjs-node-gpu";
    missing.push({
      what: isForGpus ? "CUDA libraries that the native engine can use" : "the native engine for GPUs",
      command: isForGpus ? "fcnc engine install --gpu --build" : "fcnc engine install --gpu",
      note: NOT_TRIED_ON_A_GPU,
    });
  }
  return missing;
}
