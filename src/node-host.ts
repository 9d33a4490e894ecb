/** A host over the disk. The library of specs is the folder `specs` of the package. */
import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { HostError, SPEC_LIMIT_BYTES, type Host } from "./host.js";

/** Both the sources and the bundle lie one folder below the package's root. */
const library = fileURLToPath(new URL("../specs/", import.meta.url));

export const nodeHost: Host = {
  async read(path) {
    const real = path.startsWith("fcnc/") ? library + path.slice("fcnc/".length) : path;
    const file = await open(real, "r").catch((error: unknown) => {
      throw fault(path, error);
    });
    try {
      const stat = await file.stat();
      if (stat.isDirectory()) throw new HostError("is-folder", `\`${path}\` is a folder`);
      if (stat.size > SPEC_LIMIT_BYTES)
        throw new HostError("too-large", `\`${path}\` has ${stat.size} bytes; specs have at most ${SPEC_LIMIT_BYTES}`);
      const bytes = await file.readFile();
      // The byte order mark is kept, so that offsets count from the start of the file.
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (error) {
      throw fault(path, error);
    } finally {
      await file.close();
    }
  },
};

function fault(path: string, error: unknown): Error {
  if (error instanceof HostError) return error;
  if (error instanceof TypeError) return new HostError("not-text", `\`${path}\` is not a text in UTF-8`);
  const code = error instanceof Error && "code" in error ? error.code : "";
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new HostError("not-found", `there is no file \`${path}\``);
    case "EISDIR":
      return new HostError("is-folder", `\`${path}\` is a folder`);
    case "EACCES":
    case "EPERM":
      return new HostError("unreadable", `\`${path}\` may not be read (${code})`);
    default:
      return error instanceof Error && code !== ""
        ? new HostError("unreadable", `\`${path}\` cannot be read: ${error.message}`)
        : (error as Error);
  }
}
