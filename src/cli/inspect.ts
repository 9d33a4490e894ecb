import { compile } from "../compile.js";
import { inspect } from "../inspect/report.js";
import { renderInspect } from "../inspect/table.js";
import { nodeHost } from "../node-host.js";
import { Fault } from "./fail.js";
import { parseSize, print, printJson, showsColor, stopAtErrors, type FormatOption } from "./output.js";
import { specPath } from "./paths.js";

interface InspectOptions extends FormatOption {
  readonly net?: string;
  readonly size?: string;
}

/** `fcnc inspect SPEC`: the net as a table, or as JSON after `docs/inspect.schema.json`. */
export async function run(spec: string, options: InspectOptions): Promise<void> {
  const size = options.size === undefined ? null : parseSize(options.size);
  const result = await compile(
    { path: specPath(spec) },
    nodeHost,
    options.net === undefined ? {} : { net: options.net },
  );
  stopAtErrors(result, options);
  if (!result.plan) return;
  const report = inspect(result.plan, size);
  if ("fault" in report) throw new Fault(report.fault, report.help);
  if (options.format === "json") printJson(report);
  else print(renderInspect(report, { color: showsColor(process.stdout), width: process.stdout.columns ?? 100 }));
}
