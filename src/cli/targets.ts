import { targets } from "../../targets/index.js";
import { print, printJson, type FormatOption } from "./output.js";

/** `fcnc targets` */
export function run(options: FormatOption): void {
  if (options.format === "json") {
    printJson({ targets: targets.map(({ name, summary }) => ({ name, summary })) });
    return;
  }
  const width = Math.max(...targets.map(({ name }) => name.length));
  for (const { name, summary } of targets) print(`${name.padEnd(width)}  ${summary}`);
}
