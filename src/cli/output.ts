/** Printing: results to standard output, everything else to standard error. */
import { styleText } from "node:util";
import type { CheckResult } from "../compile.js";
import { visible } from "../diagnostics/columns.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { diagnosticsJson } from "../diagnostics/json.js";
import { renderTerminal, summaryLine } from "../diagnostics/terminal.js";
import { exitCodes, UsageError } from "./fail.js";

export interface FormatOption {
  readonly format: "text" | "json";
}

/** Faults of one file that are shown at once on a terminal; JSON has them all. */
export const DIAGNOSTIC_LIMIT = 50;

/** Whether a stream shows colours: it is a terminal, and neither NO_COLOR nor a dumb terminal says otherwise. */
export function showsColor(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "0" && FORCE_COLOR !== "") return true;
  return stream.isTTY && TERM !== "dumb";
}

export function print(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** A line beside the result: what is being done, what was decided. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function tellNote(text: string): void {
  tell(`${styled("cyan", "note")}: ${harmless(text)}`);
}

export function tellWarning(message: string, help: readonly string[] = []): void {
  tell(`${styled("yellow", "warning")}: ${harmless(message)}`);
  for (const line of help) tell(`  ${styled("cyan", "help")}: ${harmless(line)}`);
}

export function tellError(message: string, help: readonly string[] = []): void {
  tell(`${styled("red", "error")}: ${harmless(message)}`);
  for (const line of help) tell(`  ${styled("cyan", "help")}: ${harmless(line)}`);
}

/** Messages repeat names of strangers' files: none of them moves the cursor or changes colours. */
const harmless = (text: string): string => text.split("\n").map(visible).join("\n");

function styled(color: "red" | "yellow" | "cyan", text: string): string {
  return showsColor(process.stderr) ? styleText(["bold", color], text, { validateStream: false }) : text;
}

export function countErrors(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === "error").length;
}

/** Shows what was found in a spec on standard error, and ends the command where there are errors. */
export function stopAtErrors(result: CheckResult, option: FormatOption): void {
  const { diagnostics, sources } = result;
  const errors = countErrors(diagnostics);
  if (errors > 0 && option.format === "json") {
    printJson({ diagnostics: diagnosticsJson(diagnostics, sources) });
    process.exitCode = exitCodes.fault;
    throw new Stopped();
  }
  if (diagnostics.length > 0)
    tell(
      renderTerminal(diagnostics, sources, { color: showsColor(process.stderr), limit: DIAGNOSTIC_LIMIT }).trimEnd(),
    );
  if (errors === 0) return;
  tell(`\n${summaryLine(diagnostics)}`);
  process.exitCode = exitCodes.fault;
  throw new Stopped();
}

/** Ends a command whose fault has been shown already. */
export class Stopped extends Error {}

/** `HxW` as two numbers of pixels. */
export function parseSize(text: string): { readonly height: number; readonly width: number } {
  const match = /^(\d{1,7})[x×](\d{1,7})$/i.exec(text.trim());
  const height = Number(match?.[1]);
  const width = Number(match?.[2]);
  if (!match || height < 1 || width < 1)
    throw new UsageError(`\`${text}\` is no size`, ["write height x width in pixels, such as `--size 375x500`"]);
  return { height, width };
}

/** A progress line on a terminal; silent elsewhere, so that logs stay readable. */
export function progressLine(what: string): { update(done: number, total: number): void; end(): void } {
  const stream = process.stderr;
  let shown = false;
  return {
    update(done, total) {
      if (!stream.isTTY || total === 0) return;
      shown = true;
      stream.write(`\r${what} ${Math.floor((100 * done) / total)}% of ${megabytes(total)}   `);
    },
    end() {
      if (shown) stream.write("\r\u001b[K");
    },
  };
}

/** A line on a terminal that says what is being done; silent elsewhere. */
export function statusLine(what: string): { update(doing: string): void; end(): void } {
  const stream = process.stderr;
  let shown = false;
  return {
    update(doing) {
      if (!stream.isTTY) return;
      shown = true;
      stream.write(`\r\u001b[K${what} ${doing}`);
    },
    end() {
      if (shown) stream.write("\r\u001b[K");
    },
  };
}

export function megabytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(bytes < 1e4 ? 1 : 0)} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
