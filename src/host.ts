import { limitSettings } from "./limits.js";

/**
 * The only door to files. Compilation reads specs and label files through a host, so that the command line, an editor
 * and a web page share one compiler: `nodeHost` reads the disk, `memoryHost` a table, a page brings its own.
 *
 * Paths use forward slashes on every platform. A path that starts with `fcnc/` names a file of the library of specs
 * that comes with the package.
 */
export interface Host {
  /**
   * The text of a file.
   * @throws {HostError} when it cannot be had.
   */
  read(path: string): Promise<string>;
}

export type HostFault = "not-found" | "is-folder" | "too-large" | "not-text" | "unreadable";

export class HostError extends Error {
  constructor(
    readonly fault: HostFault,
    message: string,
  ) {
    super(message);
    this.name = "HostError";
  }
}

/** Specs larger than this are refused before they are read. */
export const SPEC_LIMIT_BYTES = limitSettings.limits.specBytes;

/** A host over a table of path to text. Library paths (`fcnc/...`) are looked up in the same table. */
export function memoryHost(files: Readonly<Record<string, string>>): Host {
  return {
    read(path) {
      const text = files[path];
      if (text === undefined) return Promise.reject(new HostError("not-found", `there is no file \`${path}\``));
      return Promise.resolve(text);
    },
  };
}

/**
 * Resolves the path of an import against the file that imports it. `./` and `../` are relative to that file; `fcnc/`
 * is the library; anything else is taken as it is.
 */
export function resolvePath(from: string, path: string): string {
  if (!path.startsWith("./") && !path.startsWith("../")) return path;
  const root = from.startsWith("/") ? "/" : "";
  const parts = from.split("/").slice(0, -1);
  for (const part of path.split("/")) {
    if (part === "." || part === "") continue;
    const last = parts[parts.length - 1];
    if (part === ".." && last !== undefined && last !== "" && last !== "..") parts.pop();
    else parts.push(part);
  }
  const joined = parts.join("/");
  return joined === "" ? root : joined;
}
