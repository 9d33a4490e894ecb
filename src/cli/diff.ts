import { compile } from "../compile.js";
import { diffNets } from "../diff/diff.js";
import { renderDiff } from "../diff/render.js";
import type { Plan } from "../model/plan.js";
import { nodeHost } from "../node-host.js";
import {
  parseSize,
  print,
  printJson,
  showsColor,
  Stopped,
  stopAtErrors,
  tellError,
  type FormatOption,
} from "./output.js";
import { specPath } from "./paths.js";

interface DiffOptions extends FormatOption {
  readonly netA?: string;
  readonly netB?: string;
  readonly size?: string;
}

/** As `diff` does it: 0 for equal nets, 1 for different ones, 2 where they cannot be compared. */
const diffCodes = { same: 0, different: 1, trouble: 2 } as const;

/** `fcnc diff A B`: what differs between two nets. */
export async function run(before: string, after: string, options: DiffOptions): Promise<void> {
  const size = options.size === undefined ? null : parseSize(options.size);
  const a = await planOf(before, options.netA, options);
  const b = await planOf(after, options.netB, options);
  const diff = diffNets(a, b, size);
  if ("fault" in diff) {
    tellError(diff.fault, diff.help);
    throw stopped();
  }
  if (options.format === "json") printJson(diff);
  else print(renderDiff(diff, { color: showsColor(process.stdout) }));
  process.exitCode = diff.same ? diffCodes.same : diffCodes.different;
}

async function planOf(spec: string, net: string | undefined, options: FormatOption): Promise<Plan> {
  const result = await compile({ path: specPath(spec) }, nodeHost, net === undefined ? {} : { net });
  try {
    stopAtErrors(result, options);
  } catch (error) {
    throw error instanceof Stopped ? stopped() : error;
  }
  if (!result.plan) throw stopped();
  return result.plan;
}

function stopped(): Stopped {
  process.exitCode = diffCodes.trouble;
  return new Stopped();
}
