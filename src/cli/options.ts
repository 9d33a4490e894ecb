/** Options and texts that several commands share. */
import { InvalidArgumentError, Option } from "commander";
import type { CompileOptions } from "../compile.js";

export const format = (): Option =>
  new Option("--format <format>", "print for people or for programs").choices(["text", "json"]).default("text");
export const net = (): Option => new Option("--net <name>", "which net of the file, where it defines several");
export const recipe = (): Option => new Option("--recipe <name>", "a named recipe, in place of the one without a name");
export const set = (): Option =>
  new Option(
    "--set <key=value>",
    "a setting in place of the recipe's, such as `batch=20` or `optimizer.rate=1e-4`; also several",
  ).argParser((setting: string, earlier: readonly string[] = []) => [...earlier, setting]);
export const dataRoot = (): Option =>
  new Option(
    "--data-root <folder>",
    "where data sets are looked for (default: FCNC_DATA of the environment, or the spec's folder)",
  );
export const engine = (): Option =>
  new Option("--engine <engine>", "what runs the net; `auto` takes the best there is: see `fcnc doctor`")
    .choices(["auto", "native", "wasm", "js"])
    .default("auto");
export const verbose = (): Option => new Option("--verbose", "say why better engines were passed over");
export const weights = (): Option =>
  new Option(
    "--weights <file>",
    "a file, also several in turn; `spec` for what its recipe starts from; `init` for fresh ones",
  ).argParser((file: string, earlier: readonly string[] = []) => [...earlier, file]);
export const seed = (of = "seed of fresh weights"): Option =>
  new Option("--seed <number>", of).default(0).argParser(wholeNumber);
export const allow = (): Option =>
  new Option("--allow <faults>", "go on though weights are `missing`, `left-over` or `misshapen` (comma-separated)");
export const strict = (): Option => new Option("--strict", "take warnings of the load plan for errors");

/** What of a command's options the compiler takes. */
export function compileOptions(options: CompileOptions): CompileOptions {
  return {
    ...(options.net !== undefined && { net: options.net }),
    ...(options.recipe !== undefined && { recipe: options.recipe }),
    ...(options.set && { set: options.set }),
  };
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("It is a whole number of at least 0.");
  return value;
}

export function countingNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("It is a whole number of at least 1.");
  return value;
}

export function percentage(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 100))
    throw new InvalidArgumentError("It is a number of percent, from 0 to 100.");
  return value;
}

/** Lines for the end of a help text. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
