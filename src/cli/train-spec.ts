/** Specs that are to be trained: compiled, with the texts that they were made of. */
import { compile, type CompileOptions } from "../compile.js";
import { resolvePath, type Host } from "../host.js";
import { nodeHost } from "../node-host.js";
import type { Plan, PlanValue } from "../model/plan.js";
import type { SpecText } from "../train/run-folder.js";
import { compileOptions } from "./options.js";
import { stopAtErrors, type FormatOption } from "./output.js";
import { specPath } from "./paths.js";

export interface TrainSpec {
  readonly path: string;
  readonly plan: Plan;
  /** The spec first, then what it imports and its lists of labels. */
  readonly texts: readonly SpecText[];
  readonly overrides: Readonly<Record<string, PlanValue>>;
}

/**
 * Compiles a spec. What is wrong with it is shown, and ends the command.
 * @param isTold whether warnings and notes are shown as well
 */
export async function readTrainSpec(
  path: string,
  options: CompileOptions & FormatOption,
  isTold = true,
): Promise<TrainSpec> {
  const texts = new Map<string, string>();
  const host: Host = {
    async read(name) {
      const text = await nodeHost.read(name);
      texts.set(name, text);
      return text;
    },
  };
  const named = specPath(path);
  const result = await compile({ path: named }, host, compileOptions(options));
  if (isTold || !result.plan) stopAtErrors(result, options);
  if (!result.plan) throw new Error(`${path} has neither a plan nor errors`);
  const files = [...texts].map(([name, text]) => ({ path: name, text }));
  return { path: named, plan: result.plan, texts: files, overrides: result.overrides };
}

/** The specs that are trained before one, by their paths. */
export const earlierSpecs = ({ path }: TrainSpec, after: readonly string[]): string[] =>
  after.map((file) => resolvePath(path, file.startsWith("fcnc/") || /^\.{0,2}\//.test(file) ? file : `./${file}`));
