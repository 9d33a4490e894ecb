/** Files that are there whole or not at all, whatever ends the process or the machine. */
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes a file aside, waits until it is on the disk, and renames it into place. */
export async function writeDurably(path: string, data: string): Promise<void> {
  const aside = `${path}.partial-${process.pid}`;
  try {
    const handle = await open(aside, "w");
    try {
      await handle.writeFile(data);
    } finally {
      await handle.close();
    }
    await moveDurably(aside, path);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Waits until a file is on the disk, then gives it its name. */
export async function moveDurably(from: string, to: string): Promise<void> {
  // Windows syncs what is open for writing alone.
  const handle = await open(from, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(from, to);
  await syncFolder(dirname(to));
}

/** The name is on the disk once its folder is. Windows has no such thing, and some disks of others do not either. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
