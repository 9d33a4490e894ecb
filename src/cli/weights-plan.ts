import { compile } from "../compile.js";
import { nodeHost } from "../node-host.js";
import { furtherWarnings, renderLoadPlan } from "../weights/load/render.js";
import { exitCodes } from "./fail.js";
import { print, printJson, stopAtErrors, tellError, tellNote, tellWarning, type FormatOption } from "./output.js";
import { specPath } from "./paths.js";
import { planWeights, wayOut } from "./weights.js";

interface PlanOptions extends FormatOption {
  readonly net?: string;
  readonly strict?: boolean;
}

/** `fcnc weights plan SPEC FILE...`: the load plan, whether the files fit or not. Names and shapes are read, no data. */
export async function run(spec: string, files: readonly string[], options: PlanOptions): Promise<void> {
  const result = await compile(
    { path: specPath(spec) },
    nodeHost,
    options.net === undefined ? {} : { net: options.net },
  );
  stopAtErrors(result, options);
  const { plan } = result;
  if (!plan) return;
  const { load, weights } = await planWeights(plan, files.length > 0 ? files : ["spec"], 0);
  await weights.close();
  const { faults, warnings, notes } = load;
  if (faults.length > 0 || (options.strict === true && warnings.length > 0)) process.exitCode = exitCodes.fault;
  if (options.format === "json") {
    printJson(load);
    return;
  }
  print(renderLoadPlan(load));
  for (const note of notes) tellNote(note);
  for (const { message, help } of furtherWarnings(load))
    (options.strict === true ? tellError : tellWarning)(message, help);
  for (const { message } of faults) tellError(message);
  for (const line of faults.length > 0 ? wayOut(faults) : []) tellNote(line);
}
