import { text } from "node:stream/consumers";
import { format } from "../../grammar/format.js";
import { Sources } from "../diagnostics/sources.js";
import { renderTerminal } from "../diagnostics/terminal.js";
import { nodeHost } from "../node-host.js";
import { exitCodes } from "./fail.js";
import { print, showsColor, tell } from "./output.js";
import { specPath } from "./paths.js";
import { replaceFile } from "./write-file.js";

interface FmtOptions {
  readonly check?: boolean;
}

/** `fcnc fmt SPEC...`: a file with faults is shown and left as it is. */
export async function run(specs: readonly string[], options: FmtOptions): Promise<void> {
  let changed = 0;
  for (const spec of specs) {
    const written = spec === "-" ? await text(process.stdin) : await nodeHost.read(specPath(spec));
    const result = format(written, { file: specPath(spec) });
    if ("diagnostics" in result) {
      const sources = new Sources();
      sources.add(specPath(spec), written);
      tell(renderTerminal(result.diagnostics, sources, { color: showsColor(process.stderr) }));
      process.exitCode = exitCodes.fault;
      continue;
    }
    if (spec === "-") {
      process.stdout.write(result.text);
      continue;
    }
    if (result.text === written) continue;
    changed++;
    if (options.check) print(`${spec} is not formatted`);
    else {
      await replaceFile(spec, result.text);
      print(`formatted ${spec}`);
    }
  }
  if (options.check && changed > 0) {
    process.exitCode = exitCodes.fault;
    tell("`fcnc fmt` formats them");
  }
}
