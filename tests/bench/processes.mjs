/** Whole processes as the sides of a measurement, and the plain program that weights' conversions are held against. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs Node in the repository's folder.
 * @param {readonly string[]} args
 * @returns {number} milliseconds
 */
export function node(args) {
  const start = performance.now();
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  const time = performance.now() - start;
  if (run.status !== 0) throw new Error(`node ${args.join(" ")} ends with ${run.status}:\n${run.stdout}${run.stderr}`);
  return time;
}

const copier = `
  import { mkdirSync, rmSync } from "node:fs";
  import { open, writeFile } from "node:fs/promises";
  const [from, to] = process.argv.slice(1);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to);
  const file = await open(from);
  const bytes = Buffer.alloc(4 * 1024 * 1024);
  for (let index = 0; ; index++) {
    const { bytesRead } = await file.read(bytes, 0, bytes.length);
    if (bytesRead === 0) break;
    await writeFile(to + "/" + index + ".bin", bytes.subarray(0, bytesRead));
  }
  await file.close();
`;

/**
 * A plain Node program that reads a file and writes it as files of 4 MiB.
 * @param {string} from
 * @param {string} to
 */
export const copy = (from, to) => node(["--input-type=module", "--eval", copier, from, to]);

/**
 * The peak memory of fcnc's processes, in megabytes, by their commands: `compile`, and `certify` where it starts one.
 * @param {readonly string[]} args
 * @param {string} folder where each process notes its own
 * @returns {Record<string, number>}
 */
export function peaks(args, folder) {
  const note = join(folder, "memory-");
  const watcher = `data:text/javascript,${encodeURIComponent(
    `import { writeFileSync } from "node:fs";
     process.on("exit", () =>
       writeFileSync(${JSON.stringify(note)} + process.argv[2], String(process.resourceUsage().maxRSS)));`,
  )}`;
  node(["--import", watcher, ...args]);
  const notes = readdirSync(folder).filter((name) => name.startsWith("memory-"));
  const found = Object.fromEntries(
    notes.map((name) => [name.slice("memory-".length), Number(readFileSync(join(folder, name), "utf8")) / 1000]),
  );
  for (const name of notes) rmSync(join(folder, name));
  return found;
}
