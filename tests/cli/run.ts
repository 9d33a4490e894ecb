/** The program as its users have it: a process of its own, without this one's colours and engines. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");
export const program = resolve(root, "bin/fcnc.js");

export interface Run {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is fed to standard input. */
  readonly input?: string | Uint8Array;
  /** Called once the process runs, to send it signals. */
  readonly started?: (child: ChildProcessWithoutNullStreams) => void;
}

export interface Ran {
  /** The exit code, or the name of the signal that ended it. */
  readonly code: number | string;
  readonly out: string;
  readonly err: string;
}

export const run = (args: readonly string[], options: Run = {}): Promise<Ran> =>
  spawned(process.execPath, [program, ...args], options);

/** The program in a line of the shell, as `fcnc`. */
export const shell = (line: string, options: Run = {}): Promise<Ran> =>
  spawned("bash", ["-c", `fcnc() { "${process.execPath}" "${program}" "$@"; }\n${line}`], options);

/**
 * Every run is held to what every command promises: no stack trace on the screen, no end as a bug of ours.
 */
async function spawned(command: string, args: readonly string[], options: Run): Promise<Ran> {
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    // What the person at this machine installed for every fcnc is not there for tests.
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      XDG_DATA_HOME: resolve(root, "tests/no-such-folder"),
      ...options.env,
    },
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (data: Buffer) => out.push(data));
  child.stderr.on("data", (data: Buffer) => err.push(data));
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  options.started?.(child);
  const code = await new Promise<number | string>((ended, failed) => {
    child.on("error", failed);
    child.on("close", (status, signal) => ended(status ?? signal ?? -1));
  });
  const ran = { code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
  if (code === 70 || /^\s+at .+:\d+:\d+\)?$/m.test(ran.err)) throw new Error(`fcnc ${args.join(" ")}\n${ran.err}`);
  return ran;
}

/** What was printed as JSON. */
export async function runJson(args: readonly string[], options: Run = {}): Promise<Ran & { readonly json: unknown }> {
  const ran = await run([...args, "--format", "json"], options);
  return { ...ran, json: JSON.parse(ran.out) as unknown };
}
