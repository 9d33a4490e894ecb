import { CommanderError } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { exitCodes, Fault, isForPeople, UsageError } from "./fail.js";
import { Stopped, tell, tellError } from "./output.js";

/** Shows what ended a command, and says with which exit code. */
export function end(error: unknown): number {
  if (error instanceof Stopped) return Number(process.exitCode ?? exitCodes.fault);
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof Fault) {
    tellError(error.message, error.help);
    return exitCodes.fault;
  }
  if (error instanceof UsageError) {
    tellError(error.message, error.help);
    return exitCodes.usage;
  }
  if (error instanceof Error && error.name === "AbortError") {
    tell("interrupted; what was there before is unchanged");
    return exitCodes.interrupted;
  }
  if (isForPeople(error)) {
    tellError(error.message, helpOf(error));
    return exitCodes.fault;
  }
  tellError("this is a bug in fcnc, not in what you gave it", ["please report it with the lines below"]);
  tell(`fcnc ${packageJson.version}, Node ${process.version}, ${process.platform}`);
  tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return exitCodes.bug;
}

/** What an error of another room says as a way out: a line, or several. */
function helpOf(error: Error): readonly string[] {
  if (!("help" in error)) return [];
  return [error.help].flat().filter((line) => typeof line === "string");
}
