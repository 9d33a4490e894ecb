import { basename } from "node:path/posix";
import type { Labels, Plan } from "../../src/model/plan.js";

/** The labels of the outputs, and the files in the target's folder that hold them: their own names, without folders. */
export function labelFiles(plan: Plan): ReadonlyMap<Labels, string> {
  const files = new Map<Labels, string>();
  const taken = new Map<string, string>();
  for (const { name, labels } of plan.outputs) {
    if (labels === null) continue;
    const own = basename(labels.name.replaceAll("\\", "/"));
    const file = (taken.get(own) ?? labels.name) === labels.name ? own : `${name}.labels`;
    taken.set(file, labels.name);
    files.set(labels, file);
  }
  return files;
}
