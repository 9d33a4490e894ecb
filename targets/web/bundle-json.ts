import packageJson from "../../package.json" with { type: "json" };
import type { Plan } from "../../src/model/plan.js";
import type { BundleJson, Certified } from "../certificate.js";
import type { WrittenFile } from "../target.js";
import { browserFacts } from "./browser-facts.js";
import type { RuntimeNet } from "./runtime-net.js";
import type { WebRuntime } from "./runtimes.js";

export const BUNDLE = "bundle.json";
export const REFERENCE = "reference.json";

/** What a bundle is and holds, for programs that ship, load or verify it. */
export function bundleJson(
  plan: Plan,
  runtime: WebRuntime,
  { heads, stored }: RuntimeNet,
  written: readonly WrittenFile[],
  certified: Certified,
): BundleJson {
  const { net, digest, inputs, validFor } = plan;
  const files = [...written].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    format: "fcnc-bundle",
    version: 1,
    generatedBy: `fcnc ${packageJson.version}`,
    runtime,
    net,
    digest,
    inputs,
    outputs: heads.map(({ output, scores, mask }) => ({
      name: output.name,
      classes: output.classes,
      labels: output.labels,
      scores,
      mask,
    })),
    validFor,
    browser: browserFacts(plan, runtime),
    weights: stored,
    files: files.map(({ path, bytes, sha256 = "" }) => ({ path, bytes, sha256 })),
    certificate: "certificate" in certified ? certified.certificate : null,
    uncertified: "uncertified" in certified ? certified.uncertified : null,
  };
}
