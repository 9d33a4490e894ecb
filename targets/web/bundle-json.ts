import packageJson from "../../package.json" with { type: "json" };
import type { Plan } from "../../src/model/plan.js";
import type { BundleJson, Certified, StoredWeight } from "../certificate.js";
import type { WrittenFile } from "../target.js";
import { browserFacts } from "./browser-facts.js";
import type { WebModel } from "./build.js";

export const BUNDLE = "bundle.json";
export const REFERENCE = "reference.json";

/** What a bundle is and holds, for programs that ship, load or verify it. */
export function bundleJson(
  plan: Plan,
  model: WebModel,
  weights: readonly StoredWeight[],
  written: readonly WrittenFile[],
  certified: Certified,
): BundleJson {
  const { net, digest, inputs, validFor } = plan;
  const files = [...written].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    format: "fcnc-bundle",
    version: 1,
    generatedBy: `fcnc ${packageJson.version}`,
    net,
    digest,
    inputs,
    outputs: model.heads.map(({ output, scores, mask }) => ({
      name: output.name,
      classes: output.classes,
      scores,
      mask,
    })),
    validFor,
    browser: browserFacts(plan),
    weights,
    files: files.map(({ path, bytes, sha256 = "" }) => ({ path, bytes, sha256 })),
    certificate: "certificate" in certified ? certified.certificate : null,
    uncertified: "uncertified" in certified ? certified.uncertified : null,
  };
}
