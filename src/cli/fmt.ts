import { text } from "node:stream/consumers";
import { format } from "../../grammar/format.js";
import { Sources } from "../diagnostics/sources.js";
import { renderTerminal } from "../diagnostics/terminal.js";
import { HostError } from "../host.js";
import { nodeHost } from "../node-host.js";
import { exitCodes } from "./fail.js";
import { DIAGNOSTIC_LIMIT, print, showsColor, tell, tellError } from "./output.js";
import { specPath } from "./paths.js";
import { replaceFile } from "./write-file.js";

interface FmtOptions {
  readonly check?: boolean;
}

/** `fcnc fmt SPEC...`: a file that cannot be read, or has faults, is shown and left as it is; the others are done. */
export async function run(specs: readonly string[], options: FmtOptions): Promise<void> {
  let unformatted = 0;
  for (const spec of specs) {
    const written = spec === "-" ? await text(process.stdin) : await read(spec);
    const formatted = written === null ? null : formatOrTell(spec, written);
    if (written === null || formatted === null) {
      process.exitCode = exitCodes.fault;
      continue;
    }
    if (spec === "-" && !options.check) process.stdout.write(formatted);
    else if (formatted === written) continue;
    else if (options.check) {
      unformatted++;
      print(`${spec === "-" ? "standard input" : spec} is not formatted`);
    } else {
      await replaceFile(spec, formatted);
      print(`formatted ${spec}`);
    }
  }
  if (unformatted > 0) {
    process.exitCode = exitCodes.fault;
    tell("`fcnc fmt` formats them");
  }
}

async function read(spec: string): Promise<string | null> {
  try {
    return await nodeHost.read(specPath(spec));
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    tellError(error.message);
    return null;
  }
}

function formatOrTell(spec: string, written: string): string | null {
  const file = spec === "-" ? "standard input" : specPath(spec);
  const result = format(written, { file });
  if (!("diagnostics" in result)) return result.text;
  const sources = new Sources();
  sources.add(file, written);
  tell(
    renderTerminal(result.diagnostics, sources, {
      color: showsColor(process.stderr),
      limit: DIAGNOSTIC_LIMIT,
    }).trimEnd(),
  );
  return null;
}
