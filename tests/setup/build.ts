/** Builds the program before the tests that run it as a process, where a source is newer than the build. */
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

function newest(folder: string): number {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true }).reduce(
    (latest, entry) =>
      entry.isFile() ? Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs) : latest,
    0,
  );
}

export default function setup(): void {
  const built = statSync(join(root, "dist/cli.js"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (["grammar", "src", "targets"].every((folder) => newest(folder) < built)) return;
  const run = spawnSync(process.execPath, [join(root, "node_modules/tsdown/dist/run.mjs")], {
    cwd: root,
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`the build failed:\n${run.stdout}${run.stderr}`);
}
