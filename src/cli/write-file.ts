import { chmod, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { reasonOf } from "../weights/errors.js";
import { Fault } from "./fail.js";

/**
 * Writes a file beside its place and renames it into it, so that an old one is never left half overwritten. A link stays
 * a link, and what is no ordinary file (`/dev/stdout`) is written to as it is.
 */
export async function replaceFile(path: string, data: Uint8Array | string): Promise<void> {
  await admitPlace(path);
  const place = await realpath(path).catch(() => path);
  const found = await stat(place).catch(() => null);
  const aside = found && !found.isFile() ? null : join(dirname(place), `.${basename(place)}.${process.pid}.partial`);
  try {
    await writeFile(aside ?? place, data);
    if (aside === null) return;
    if (found) await chmod(aside, found.mode);
    await rename(aside, place);
  } catch (error) {
    if (aside !== null) await rm(aside, { force: true });
    throw new Fault(`\`${path}\` cannot be written: ${reasonOf(error)}`, [], { cause: error });
  }
}

/**
 * Refuses a path where no file can be, before time is spent on what it is to hold.
 * @throws {Fault}
 */
export async function admitPlace(path: string): Promise<void> {
  if (path === "") throw new Fault("a file to write has an empty name", ["name a file"]);
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) throw new Fault(`\`${path}\` is a folder`, ["name a file in it"]);
  if (found) return;
  const folder = dirname(path);
  const above = await stat(folder).catch(() => null);
  if (!above) throw new Fault(`\`${path}\` cannot be written: there is no folder \`${folder}\``, ["make it first"]);
  if (!above.isDirectory()) throw new Fault(`\`${path}\` cannot be written: \`${folder}\` is a file, not a folder`);
}
