/** The programs that building takes, and the one command that gets those that are missing. */
import { accessSync, constants, statSync } from "node:fs";
import { pathsOf, type Machine } from "../native-home.js";

/** Finds a program as a shell would. Null where PATH has none. */
export function findProgram(name: string, machine: Machine): string | null {
  const { join, delimiter } = pathsOf(machine);
  const onWindows = machine.platform === "win32";
  const endings = onWindows ? [".exe", ".cmd", ".bat", ""] : [""];
  const path = machine.env["PATH"] ?? machine.env["Path"] ?? "";
  for (const folder of path.split(delimiter))
    for (const ending of endings) {
      if (folder === "") continue;
      const file = join(folder, name + ending);
      if (isProgram(file)) return file;
    }
  return null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

const firstOf = (names: readonly string[], machine: Machine): string | null =>
  names.map((name) => findProgram(name, machine)).find((found) => found !== null) ?? null;

export type Tool = "python3" | "make" | "g++";

export interface Tools {
  /** Path of the Python that runs pip and node-gyp; null where there is none. */
  readonly python: string | null;
  readonly missing: readonly Tool[];
}

export function buildTools(machine: Machine): Tools {
  const python = firstOf(["python3", "python"], machine);
  const compiler = machine.env["CXX"] ?? firstOf(["g++", "c++", "clang++"], machine);
  const missing: Tool[] = python === null ? ["python3"] : [];
  // Visual Studio's tools are not on PATH: node-gyp finds them, or says what it lacks.
  if (machine.platform !== "win32") {
    if (findProgram("make", machine) === null) missing.push("make");
    if (compiler === null) missing.push("g++");
  }
  return { python, missing };
}

interface PackageManager {
  readonly program: string;
  readonly install: string;
  readonly packages: Readonly<Record<Tool, string>>;
}

const debian = { python3: "python3 python3-pip", make: "make", "g++": "g++" };
const redHat = { ...debian, "g++": "gcc-c++" };

const MANAGERS: readonly PackageManager[] = [
  { program: "apt-get", install: "sudo apt-get install -y", packages: debian },
  { program: "dnf", install: "sudo dnf install -y", packages: redHat },
  { program: "yum", install: "sudo yum install -y", packages: redHat },
  { program: "zypper", install: "sudo zypper install -y", packages: redHat },
  {
    program: "pacman",
    install: "sudo pacman -S --needed",
    packages: { python3: "python python-pip", make: "make", "g++": "gcc" },
  },
];

/** One command that gets the tools on this machine. */
export function commandFor(missing: readonly Tool[], machine: Machine): string {
  if (machine.platform === "darwin") return "xcode-select --install";
  if (machine.platform === "win32") return "winget install Python.Python.3.12 Microsoft.VisualStudio.2022.BuildTools";
  const manager = MANAGERS.find(({ program }) => findProgram(program, machine) !== null);
  if (!manager) return `the package manager of this system: install ${missing.join(", ")}`;
  return `${manager.install} ${missing.map((tool) => manager.packages[tool]).join(" ")}`;
}

/** `the tools python3, make are missing`, and so on. */
export const sayMissing = (missing: readonly Tool[]): string =>
  `building takes ${missing.join(", ")}, which ${missing.length === 1 ? "is" : "are"} not on this machine`;
