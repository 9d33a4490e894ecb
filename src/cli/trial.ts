import type { EngineName } from "../engines/engine.js";
import { trialOf, tryInProcess, type Trial } from "../engines/trial-process.js";
import { print } from "./output.js";

/** `fcnc engine try NAME [--dir DIR]`, which is not listed: what other commands run to see an engine run. */
export async function run(name: EngineName, options: { readonly dir?: string }): Promise<void> {
  print(JSON.stringify(await trialOf(name, options.dir)));
}

/** Seconds that an engine gets to start: the native one reads a gigabyte from the disk. */
export const START_LIMIT = 60;

/** Tries an engine in a process of its own. @param folder for the native engine: where alone it is looked for */
export function tryOutside(
  name: EngineName,
  { seconds = START_LIMIT, folder, signal }: { seconds?: number; folder?: string; signal?: AbortSignal } = {},
): Promise<Trial> {
  const program = process.argv[1];
  if (program === undefined) throw new Error("fcnc does not know its own program");
  return tryInProcess(name, {
    command: [program, "engine", "try", name, ...(folder === undefined ? [] : ["--dir", folder])],
    limit: 1000 * seconds,
    ...(signal ? { signal } : {}),
  });
}
