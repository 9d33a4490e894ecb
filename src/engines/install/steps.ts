/**
 * The steps of an installation, as values: `--dry-run` shows them, `install` runs them. Each says what it runs before it
 * does, so that both are one text.
 */
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import { pathsOf, type Machine } from "../native-home.js";
import { CommandFailed, commandText, type Command } from "./command.js";
import { findLibrary, placeLibrary } from "./library.js";
import { InstallError, packageIn, packageOf, TFJS_NODE, wheelOf, type InstallRequest } from "./request.js";
import { findProgram } from "./tools.js";
import {
  cudaRequirements,
  downloadCommand,
  isForNoSuchPython,
  KNOWN_PYTHON,
  metadataIn,
  unpackCommand,
  wheelsIn,
} from "./wheel.js";

export interface Step {
  readonly title: string;
  /** What is run, for people. */
  readonly shows: readonly string[];
  run(execute: (command: Command) => Promise<void>): Promise<void>;
}

/** Where and with what the steps work: `draft` is the folder that becomes the engine's. */
export interface Site {
  readonly request: InstallRequest;
  readonly machine: Machine;
  readonly draft: string;
  readonly python: string;
}

/** The package with its JavaScript; nothing of it is run. */
export function packageStep({ request, machine, draft }: Site): Step {
  const name = `${packageOf(request)}@${TFJS_NODE}`;
  const quiet = ["--no-audit", "--no-fund", "--loglevel", "error"];
  const command = npm(machine, ["install", "--prefix", draft, "--ignore-scripts", ...quiet, name]);
  return {
    title: `npm package ${name}`,
    shows: [commandText({ ...command, program: "npm", args: npmArgs(command) })],
    async run(execute) {
      await writeFile(join(draft, "package.json"), '{ "private": true }\n');
      await execute(command);
    },
  };
}

/** npm's own way: the package's script gets TensorFlow 2.9 and an addon, where their host can be reached. */
export function downloadStep(site: Site): Step {
  const { request, machine, draft } = site;
  const folder = packageIn(machine, draft, request);
  const command = npm(machine, ["rebuild", "--prefix", draft, "--foreground-scripts", packageOf(request)]);
  return {
    title: "TensorFlow 2.9, as npm downloads it",
    shows: [commandText({ ...command, program: "npm", args: npmArgs(command) })],
    run: (execute) => execute({ ...command, stall: { folder: pathsOf(machine).join(folder, "deps"), seconds: 60 } }),
  };
}

/** The steps that build the addon against a wheel, or against what `--from` names. */
export function buildSteps(site: Site): Step[] {
  const { request } = site;
  const { from } = request;
  if (from !== null && !from.endsWith(".whl")) return [linkStep(site, from), addonStep(site)];
  const source = from === null ? wheelStep(site) : unpackStep(site, from);
  return [source, ...(request.gpu ? [cudaStep(site)] : []), libraryStep(site), addonStep(site)];
}

function wheelStep({ request, machine, draft, python }: Site): Step {
  const name = wheelOf(request, machine) ?? "tensorflow";
  const { join: under } = pathsOf(machine);
  const wheels = under(draft, "wheels");
  const download = (version?: string): Command => downloadCommand(python, wheels, [name], version);
  return {
    title: `TensorFlow's library from the wheel ${name}, by pip`,
    shows: [commandText(download()), `unpack its headers and libraries to ${under(draft, "tensorflow")}`],
    async run(execute) {
      await mkdir(wheels);
      await execute(download()).catch(async (error: unknown) => {
        if (!(error instanceof CommandFailed) || !isForNoSuchPython(error.said)) throw error;
        await execute(download(KNOWN_PYTHON));
      });
      await execute(unpackCommand(python, draft, await wheelsIn(wheels)));
      await rm(wheels, { recursive: true });
    },
  };
}

function cudaStep({ draft, python, machine }: Site): Step {
  const wheels = pathsOf(machine).join(draft, "wheels");
  return {
    title: "CUDA's libraries from the wheels that TensorFlow names for `and-cuda`, by pip",
    shows: [commandText(downloadCommand(python, wheels, ["<what tensorflow[and-cuda] names>"]))],
    async run(execute) {
      const requirements = cudaRequirements(await metadataIn(draft));
      if (requirements.length === 0)
        throw new InstallError("this wheel of TensorFlow names no CUDA libraries", "leave --gpu out");
      await mkdir(wheels);
      await execute(downloadCommand(python, wheels, requirements));
      await execute(unpackCommand(python, draft, await wheelsIn(wheels)));
      await rm(wheels, { recursive: true });
    },
  };
}

function unpackStep({ draft, python }: Site, wheel: string): Step {
  return {
    title: `TensorFlow's library from ${wheel}`,
    shows: [`unpack its headers and libraries to ${join(draft, "tensorflow")}`],
    async run(execute) {
      await execute(unpackCommand(python, draft, [wheel]));
    },
  };
}

/** Moves what was unpacked to where the build looks for it. */
function libraryStep({ request, machine, draft }: Site): Step {
  const deps = pathsOf(machine).join(packageIn(machine, draft, request), "deps");
  return {
    title: "headers and libraries in their place",
    shows: [`move them to ${deps}, and link the names that the build wants`],
    async run() {
      await rm(deps, { recursive: true, force: true });
      await placeLibrary(await findLibrary(join(draft, "tensorflow")), deps, true);
      await rm(join(draft, "tensorflow"), { recursive: true });
      if (existsSync(join(draft, "nvidia"))) await placeCuda(draft, join(deps, "lib"));
    },
  };
}

function linkStep({ request, machine, draft }: Site, from: string): Step {
  const deps = pathsOf(machine).join(packageIn(machine, draft, request), "deps");
  const how = machine.platform === "win32" ? "copy" : "link";
  return {
    title: `TensorFlow's library from ${from}`,
    shows: [`${how} its headers and libraries to ${deps}`],
    async run() {
      await rm(deps, { recursive: true, force: true });
      await placeLibrary(await findLibrary(from), deps, false);
    },
  };
}

/** CUDA's libraries are looked for beside TensorFlow's own ($ORIGIN in its run path), so they are linked there. */
async function placeCuda(draft: string, libraries: string): Promise<void> {
  for (const part of await readdir(join(draft, "nvidia"))) {
    const folder = join(draft, "nvidia", part, "lib");
    for (const name of await readdir(folder).catch(() => []))
      if (/\.so(\.\d+)*$/.test(name) && !existsSync(join(libraries, name)))
        // node_modules/@tensorflow/tfjs-node-gpu/deps/lib is five folders deep.
        await symlink(join("..", "..", "..", "..", "..", "nvidia", part, "lib", name), join(libraries, name));
  }
}

/** Compiles the addon: some ten seconds. The headers are of no use afterwards. */
function addonStep(site: Site): Step {
  const { request, machine, draft, python } = site;
  const { join: under } = pathsOf(machine);
  const folder = packageIn(machine, draft, request);
  const builder = under(draft, "node_modules", "@mapbox", "node-pre-gyp", "bin", "node-pre-gyp");
  const headers = nodeHeaders(machine);
  const command: Command = {
    program: process.execPath,
    args: [builder, "install", "--build-from-source"],
    folder,
    env: {
      ...(headers === null ? {} : { npm_config_nodedir: headers }),
      npm_config_python: python,
      PATH: [dirname(process.execPath), machine.env["PATH"] ?? machine.env["Path"] ?? ""].join(delimiter),
    },
  };
  const { PATH: _path, ...told } = command.env ?? {};
  return {
    title: "the addon, compiled against it",
    shows: [commandText({ ...command, program: "node", env: told })],
    async run(execute) {
      await execute(command);
      if (machine.platform === "win32") await besideAddon(folder);
      await rm(under(folder, "deps", "include"), { recursive: true, force: true });
      await rm(under(folder, "build-tmp-napi-v8"), { recursive: true, force: true });
    },
  };
}

/** Windows looks for libraries beside the addon. */
async function besideAddon(folder: string): Promise<void> {
  const libraries = join(folder, "deps", "lib");
  const addons = join(folder, "lib");
  for (const version of await readdir(addons))
    for (const name of (await readdir(libraries)).filter((one) => one.endsWith(".dll")))
      await copyFile(join(libraries, name), join(addons, version, name));
}

/** The folder with the headers of this Node; null where they did not come with it, and node-gyp downloads them. */
export function nodeHeaders({ env }: Machine): string | null {
  const named = env["npm_config_nodedir"];
  if (named !== undefined && named !== "") return named;
  const folder = resolve(process.execPath, "..", "..");
  return existsSync(join(folder, "include", "node", "node_api.h")) ? folder : null;
}

/** npm with these arguments. On Windows it is a script of the shell, so the program behind it is run. */
function npm(machine: Machine, args: readonly string[]): Command {
  if (machine.platform !== "win32") return { program: findProgram("npm", machine) ?? "npm", args };
  const script = findProgram("npm", machine);
  const { join: under, dirname: above } = pathsOf(machine);
  const program = script === null ? "npm-cli.js" : under(above(script), "node_modules", "npm", "bin", "npm-cli.js");
  return { program: process.execPath, args: [program, ...args] };
}

const npmArgs = ({ program, args }: Command): readonly string[] =>
  program === process.execPath ? args.slice(1) : args;
