import { rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { describeInstall } from "../engines/install/describe.js";
import { install as installEngine } from "../engines/install/install.js";
import { readMade, type Made } from "../engines/install/made.js";
import { untried, type InstallRequest } from "../engines/install/request.js";
import { nativeHome, thisMachine } from "../engines/native-home.js";
import { Fault, UsageError } from "./fail.js";
import { interruptible } from "./interrupt.js";
import { print, printJson, tellNote, type FormatOption } from "./output.js";
import { stepLine } from "./step-line.js";
import { tryOutside } from "./trial.js";

interface FolderOption extends FormatOption {
  readonly dir?: string;
}

interface InstallOptions extends FolderOption {
  readonly gpu?: boolean;
  readonly from?: string;
  readonly build?: boolean;
  readonly dryRun?: boolean;
}

/** `fcnc engine install` */
export async function install(options: InstallOptions): Promise<void> {
  if (options.from !== undefined && options.build === true)
    throw new UsageError("--from is built against what it names, --build against a wheel: give one of them");
  const machine = thisMachine();
  const request: InstallRequest = {
    folder: folderOf(options),
    gpu: options.gpu === true,
    from: options.from === undefined ? null : resolve(options.from),
    build: options.build === true,
  };
  if (options.dryRun === true) {
    const steps = describeInstall(request, machine);
    if (options.format === "json") printJson({ folder: request.folder, steps });
    else print(steps.join("\n"));
    return;
  }
  for (const line of untried(request, machine)) tellNote(line);
  const { folder, already, made, trial } = await interruptible((signal) =>
    installEngine(request, {
      machine,
      signal,
      tryFolder: (where) => tryOutside("native", { folder: where, signal }),
      begin: stepLine,
      note: tellNote,
    }),
  );
  const usesGpu = trial.facts.native?.usesGpu === true;
  const variable = isFound(folder) ? null : folder;
  if (options.format === "json") {
    printJson({ folder, already, ...made, usesGpu, setFcncNative: variable });
    return;
  }
  print(`${already ? "already here and working" : "installed"}: ${describeMade(made)}, in ${folder}`);
  if (request.gpu) print(usesGpu ? "it sees the GPU" : "it sees no GPU through CUDA: it runs on the processor");
  if (variable === null) print("every fcnc finds it: `fcnc doctor` shows it");
  else print(`set FCNC_NATIVE=${variable} for fcnc to find it`);
}

/** `fcnc engine list` */
export async function list(options: FolderOption): Promise<void> {
  const folder = folderOf(options);
  const made = await readMade(folder);
  if (options.format === "json") printJson({ engines: made === null ? [] : [{ folder, ...made }] });
  else if (made === null) print(`none in ${folder}; \`fcnc engine install\` gets one`);
  else print(`${describeMade(made)}, in ${folder}`);
}

/** `fcnc engine remove` */
export async function remove(options: FolderOption): Promise<void> {
  const folder = folderOf(options);
  const made = await readMade(folder);
  if (made === null) throw new Fault(`\`fcnc engine install\` made nothing in \`${folder}\``, ["--dir names another"]);
  // Renamed first: what is half removed is found by nobody.
  const aside = `${folder}.old.${process.pid}`;
  await rename(folder, aside);
  await rm(aside, { recursive: true, force: true, maxRetries: 3 });
  if (options.format === "json") printJson({ removed: [{ folder, ...made }] });
  else print(`removed ${describeMade(made)} from ${folder}`);
}

function folderOf({ dir }: FolderOption): string {
  if (dir === "") throw new UsageError("--dir names a folder");
  const named = process.env["FCNC_NATIVE"];
  return resolve(dir ?? (named === undefined || named === "" ? nativeHome(thisMachine()) : named));
}

/** Whether fcnc looks there by itself, as the variables are set now. */
function isFound(folder: string): boolean {
  const looked = [nativeHome(thisMachine()), process.env["FCNC_NATIVE"] ?? ""].filter((place) => place !== "");
  return looked.some((place) => resolve(place) === folder);
}

const ways: Readonly<Record<Made["how"], string>> = {
  npm: "as npm downloads it",
  wheel: "built against a wheel",
  from: "built",
};

function describeMade({ package: name, version, how, from, tensorflow }: Made): string {
  const against = from === null ? "" : ` against ${from}`;
  return `TensorFlow ${tensorflow ?? "of an unknown version"}, ${name} ${version}, ${ways[how]}${against}`;
}
