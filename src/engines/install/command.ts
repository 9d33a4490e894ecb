/** Programs of others (npm, pip, node-gyp) as steps of an installation: what they say goes into a log. */
import { spawn, type ChildProcess } from "node:child_process";
import { appendFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder?: string;
  /** Beside the environment that fcnc has. */
  readonly env?: Readonly<Record<string, string>>;
  /** A program that was silent, and left this folder as it was, for `seconds` is given up. */
  readonly stall?: { readonly folder: string; readonly seconds: number };
}

/** As it could be typed, for people: no promise for odd characters. */
export function commandText({ program, args, folder, env }: Command): string {
  const word = (text: string): string => (/^[\w@%+=:,./\\~^<>-]+$/.test(text) ? text : `'${text}'`);
  const settings = Object.entries(env ?? {}).map(([key, value]) => `${key}=${word(value)}`);
  const line = [...settings, word(program), ...args.map(word)].join(" ");
  return folder === undefined ? line : `cd ${word(folder)} && ${line}`;
}

/** What a program said where it failed. */
export class CommandFailed extends Error {
  constructor(
    readonly command: Command,
    readonly how: string,
    readonly said: string,
  ) {
    super(`\`${command.program}\` ${how}`);
    this.name = "CommandFailed";
  }
}

/**
 * Runs a program to its end, with its output in the log.
 * @throws {CommandFailed} where it fails or stalls; the signal's reason where it is interrupted.
 */
export async function runCommand(command: Command, log: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await appendFile(log, `\n$ ${commandText(command)}\n`);
  const child = spawn(command.program, [...command.args], {
    ...(command.folder === undefined ? {} : { cwd: command.folder }),
    env: { ...process.env, ...command.env },
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
    // A group of its own, so that the programs it starts end with it.
    detached: process.platform !== "win32",
  });
  let said = "";
  let heard = performance.now();
  let written = Promise.resolve();
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      heard = performance.now();
      said = (said + text).slice(-16 * 1024);
      written = written.then(() => appendFile(log, text));
    });
  let stalled = false;
  const watch =
    command.stall &&
    watchGrowth(
      command.stall,
      () => heard,
      () => {
        stalled = true;
        endGroup(child);
      },
    );
  const abort = (): void => endGroup(child);
  signal.addEventListener("abort", abort, { once: true });
  try {
    const how = await new Promise<string | null>((settle) => {
      child.on("error", (error) => settle(`cannot be started: ${error.message}`));
      child.on("close", (code, killed) =>
        settle(code === 0 ? null : `ended with ${killed === null ? `code ${String(code)}` : killed}`),
      );
    });
    signal.throwIfAborted();
    if (stalled) throw new CommandFailed(command, `did nothing for ${command.stall?.seconds ?? 0} s`, said);
    if (how !== null) throw new CommandFailed(command, how, said);
  } finally {
    signal.removeEventListener("abort", abort);
    clearInterval(watch);
    await written;
  }
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill();
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}

function watchGrowth(
  { folder, seconds }: { folder: string; seconds: number },
  heard: () => number,
  giveUp: () => void,
): NodeJS.Timeout {
  let size = -1;
  let grown = performance.now();
  return setInterval(() => {
    void sizeOf(folder).then((now) => {
      if (now !== size) grown = performance.now();
      size = now;
      if (performance.now() - Math.max(grown, heard()) > 1000 * seconds) giveUp();
    });
  }, 1000);
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
