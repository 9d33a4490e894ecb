/** The note that tells a folder of `fcnc engine install` from any other: only such a folder is replaced or removed. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InstallError } from "./request.js";

export interface Made {
  readonly package: string;
  readonly version: string;
  /** `npm`: as npm downloads it; `wheel` or `from`: built. */
  readonly how: "npm" | "wheel" | "from";
  /** What `--from` named. */
  readonly from: string | null;
  readonly tensorflow: string | null;
  /** The Node that it was made with. */
  readonly node: string;
}

const NOTE = "fcnc-engine.json";

export const writeMade = (folder: string, made: Made): Promise<void> =>
  writeFile(join(folder, NOTE), `${JSON.stringify(made, null, 2)}\n`);

/** Null where fcnc made no engine there. */
export async function readMade(folder: string): Promise<Made | null> {
  try {
    const made = JSON.parse(await readFile(join(folder, NOTE), "utf8")) as Partial<Made> | null;
    return typeof made?.package === "string" && typeof made.version === "string" ? (made as Made) : null;
  } catch {
    return null;
  }
}

/**
 * Refuses a folder with files in it that fcnc did not put there.
 * @throws {InstallError}
 */
export async function admitFolder(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR") throw new InstallError(`\`${folder}\` is a file`, "name a folder: --dir FOLDER");
    throw new InstallError(
      `\`${folder}\` cannot be read (${error.code ?? error.message})`,
      "name another: --dir FOLDER",
    );
  });
  if (entries.length > 0 && (await readMade(folder)) === null)
    throw new InstallError(
      `\`${folder}\` has files in it that \`fcnc engine install\` did not make`,
      "name a folder that is new or empty: --dir FOLDER",
    );
}
