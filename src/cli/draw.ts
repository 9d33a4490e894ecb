import { compile } from "../compile.js";
import { draw } from "../draw/draw.js";
import { nodeHost } from "../node-host.js";
import { Fault } from "./fail.js";
import { parseSize, print, stopAtErrors, tell } from "./output.js";
import { specPath } from "./paths.js";
import { replaceFile } from "./write-file.js";

interface DrawOptions {
  readonly net?: string;
  readonly size?: string;
  readonly output?: string;
}

/** `fcnc draw SPEC`: the net as SVG, into a file or to standard output. */
export async function run(spec: string, options: DrawOptions): Promise<void> {
  const size = options.size === undefined ? null : parseSize(options.size);
  const result = await compile(
    { path: specPath(spec) },
    nodeHost,
    options.net === undefined ? {} : { net: options.net },
  );
  stopAtErrors(result, { format: "text" });
  if (!result.plan) return;
  const picture = draw(result.plan, size);
  if (typeof picture !== "string") throw new Fault(picture.fault, picture.help);
  if (options.output === undefined) print(picture);
  else {
    await replaceFile(options.output, picture);
    tell(`wrote ${options.output}`);
  }
}
