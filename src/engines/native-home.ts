import { homedir } from "node:os";
import { posix, win32 } from "node:path";

/** The machine that paths and commands are made for; tests give others than the one they run on. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** As `process.arch`. */
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's own folder. */
  readonly home: string;
}

export const thisMachine = (): Machine => ({
  platform: process.platform,
  arch: process.arch,
  env: process.env,
  home: homedir(),
});

export const pathsOf = ({ platform }: Pick<Machine, "platform">): typeof posix =>
  platform === "win32" ? win32 : posix;

/**
 * The folder of the user where `fcnc engine install` puts the native engine, and where every fcnc of the user finds it:
 * `fcnc/native` in XDG_DATA_HOME (by default `~/.local/share`; on macOS `~/Library/Application Support`), on Windows in
 * LOCALAPPDATA.
 */
export function nativeHome(machine: Machine): string {
  const { platform, env, home } = machine;
  const { join, isAbsolute } = pathsOf(machine);
  const inHome =
    platform === "win32"
      ? ["AppData", "Local"]
      : platform === "darwin"
        ? ["Library", "Application Support"]
        : [".local", "share"];
  const named = env[platform === "win32" ? "LOCALAPPDATA" : "XDG_DATA_HOME"];
  // A relative path there is to be ignored, says the XDG Base Directory Specification.
  const data = named !== undefined && isAbsolute(named) ? named : join(home, ...inHome);
  return join(data, "fcnc", "native");
}
