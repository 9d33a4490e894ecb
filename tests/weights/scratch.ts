import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A folder for the files of a test file, removed after its tests. */
export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fcnc-test-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
