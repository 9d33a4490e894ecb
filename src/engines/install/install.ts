/** `fcnc engine install`: steps in a folder beside, a trial, and a rename. */
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Machine } from "../native-home.js";
import type { Trial } from "../trial-process.js";
import { CommandFailed, runCommand } from "./command.js";
import { admitSource } from "./library.js";
import { admitFolder, readMade, writeMade, type Made } from "./made.js";
import {
  admitRequest,
  InstallError,
  packageOf,
  TFJS_NODE,
  triesDownload,
  wheelOf,
  type InstallRequest,
} from "./request.js";
import { buildSteps, downloadStep, packageStep, type Site, type Step } from "./steps.js";
import { buildTools, commandFor, findProgram, sayMissing } from "./tools.js";

export interface InstallHost {
  readonly machine: Machine;
  readonly signal: AbortSignal;
  /** Runs the engine of a folder in a process of its own. */
  tryFolder(folder: string): Promise<Trial>;
  /** Told when a step begins; the function that comes back, when it has ended. */
  begin(title: string): (worked: boolean) => void;
  note(text: string): void;
}

export interface Installed {
  readonly folder: string;
  /** It was there, works, and nothing was done. */
  readonly already: boolean;
  readonly made: Made;
  readonly trial: Trial & { readonly works: true };
}

/**
 * Installs the native engine in `request.folder`. What was there stays until the new one has shown that it computes.
 * @throws {InstallError} that says what failed, with the end of the log; the signal's reason where it is interrupted.
 */
export async function install(request: InstallRequest, host: InstallHost): Promise<Installed> {
  const { machine } = host;
  admitRequest(request, machine);
  await admitFolder(request.folder);
  if (request.from !== null) await admitSource(request.from);
  const there = await alreadyThere(request, host);
  if (there) return there;
  if (findProgram("npm", machine) === null)
    throw new InstallError("there is no npm on this machine", "it comes with Node: https://nodejs.org");
  const tools = buildTools(machine);
  if (tools.missing.length > 0) {
    if (!triesDownload(request)) throw toolsMissing(tools.missing, machine);
    host.note(`${sayMissing(tools.missing)}: only npm's own download can serve`);
  }

  const place = dirname(request.folder);
  await mkdir(place, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new InstallError(`\`${place}\` cannot be made (${error.code ?? ""})`, "name another folder: --dir FOLDER");
  });
  await sweep(request.folder);
  const draft = `${request.folder}.draft.${process.pid}`;
  const log = `${request.folder}.log`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft);
  await writeFile(log, `fcnc engine install, ${new Date().toISOString()}, Node ${process.version}\n`);
  const run = (step: Step): Promise<void> => runStep(step, log, host);
  try {
    const site: Site = { request, machine, draft, python: tools.python ?? "python3" };
    await run(packageStep(site)).catch(told(log));
    let how: Made["how"] | null = null;
    let trial: Trial | null = null;
    if (triesDownload(request)) {
      const reason = await run(downloadStep(site)).then(
        () => null,
        (error: unknown) => failureOf(error),
      );
      trial = reason === null ? await host.tryFolder(draft) : null;
      if (trial?.works && (!request.gpu || trial.facts.native?.usesGpu)) how = "npm";
      else {
        host.note(`npm's own download does not serve: ${reason ?? whyNot(trial)}`);
        if (wheelOf(request, machine) === null)
          throw new InstallError(
            "wheels for this system have no library that an addon can be built against",
            `unpack a libtensorflow and name its folder: --from PATH; the log is ${log}`,
          );
        if (tools.missing.length > 0) throw toolsMissing(tools.missing, machine);
      }
    }
    if (how === null) {
      for (const step of buildSteps(site)) await run(step).catch(told(log));
      const ended = host.begin("a small net, run on it");
      trial = await host.tryFolder(draft);
      ended(trial.works);
      how = request.from === null ? "wheel" : "from";
    }
    host.signal.throwIfAborted();
    if (!trial?.works)
      throw new InstallError(`the engine was built and does not run: ${whyNot(trial)}`, `the whole log: ${log}`);
    const made: Made = {
      package: packageOf(request),
      version: TFJS_NODE,
      how,
      from: request.from,
      tensorflow: trial.facts.native?.tensorflow ?? null,
      node: process.versions.node,
    };
    await writeMade(draft, made);
    await replaceFolder(draft, request.folder);
    await rm(log, { force: true });
    return { folder: request.folder, already: false, made, trial };
  } finally {
    await rm(draft, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function alreadyThere(request: InstallRequest, host: InstallHost): Promise<Installed | null> {
  const made = await readMade(request.folder);
  if (made === null || made.package !== packageOf(request) || made.version !== TFJS_NODE) return null;
  if (request.build && made.how !== "wheel") return null;
  if (request.from !== null && made.from !== request.from) return null;
  const trial = await host.tryFolder(request.folder);
  return trial.works ? { folder: request.folder, already: true, made, trial } : null;
}

async function runStep(step: Step, log: string, host: InstallHost): Promise<void> {
  host.signal.throwIfAborted();
  const ended = host.begin(step.title);
  let worked = false;
  try {
    await step.run((command) => runCommand(command, log, host.signal));
    worked = true;
  } finally {
    ended(worked);
  }
}

/** Makes the failure of a program a message with the end of what it said. */
const told =
  (log: string) =>
  (error: unknown): never => {
    if (!(error instanceof CommandFailed)) throw error;
    const lines = lastLines(error.said, 12).map((line) => `  | ${line}`);
    throw new InstallError([`${failureOf(error)}:`, ...lines].join("\n"), `the whole log: ${log}`, { cause: error });
  };

function failureOf(error: unknown): string {
  if (!(error instanceof CommandFailed)) throw error;
  const { program, args } = error.command;
  const words = args.slice(0, 3).filter((word) => !/[\s\\/]/.test(word) && word !== "--prefix");
  const reason = /^(?:\w*Error|ERROR|npm error): (.+)$/m.exec(error.said)?.[1];
  return `\`${[basename(program), ...words].join(" ")}\` ${error.how}${reason === undefined ? "" : ` (${reason})`}`;
}

const lastLines = (text: string, count: number): string[] =>
  text
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== "")
    .slice(-count);

function whyNot(trial: Trial | null): string {
  if (trial === null) return "it was not tried";
  return trial.works ? "it sees no GPU through CUDA" : trial.reason;
}

const toolsMissing = (missing: Parameters<typeof sayMissing>[0], machine: Machine): InstallError =>
  new InstallError(
    sayMissing(missing),
    `get ${missing.length === 1 ? "it" : "them"} by: ${commandFor(missing, machine)}`,
  );

/** Puts a folder in the place of another, which comes back where that fails. */
async function replaceFolder(draft: string, folder: string): Promise<void> {
  const old = `${folder}.old.${process.pid}`;
  const hadOne = await rename(folder, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await rename(draft, folder);
  } catch (error) {
    if (hadOne) await rename(old, folder);
    throw error;
  }
  if (hadOne) await rm(old, { recursive: true, force: true, maxRetries: 3 });
}

/** Removes what installations left that were killed; those that still run keep theirs. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(`${basename(folder)}.`)) continue;
    const process = /^\.(?:draft|old)\.(\d+)$/.exec(name.slice(basename(folder).length))?.[1];
    if (process !== undefined && !runs(Number(process)))
      await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

function runs(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
