import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

/** A folder for the files of a test file, removed after its tests. */
export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fcnc-test-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fcnc-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
