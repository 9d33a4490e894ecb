/**
 * Python as a judge: independent implementations that a test compares the compiler's results with. They need what this
 * package does not install (`.ci/install-python` does), so a test asks `pythonMissing()` first and skips with its answer:
 *
 *     it("...", (context) => {
 *       const missing = pythonMissing("torch");
 *       if (missing) context.skip(missing);
 */
import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export type Module =
  | "numpy"
  | "torch"
  | "cv2"
  | "google.protobuf"
  | "onnx"
  | "onnxruntime"
  | "torchvision_on_cpu"
  | "keras"
  | "tensorflow";

const here = fileURLToPath(new URL(".", import.meta.url));
const environment = fileURLToPath(new URL("../../.judges/venv", import.meta.url));
const reasons = new Map<string, string | null>();

/** Programs find the modules of this folder, and leave nothing in it. */
function surroundings(): NodeJS.ProcessEnv {
  const searched = [here, process.env["PYTHONPATH"]].filter(Boolean).join(delimiter);
  return { ...process.env, PYTHONPATH: searched, PYTHONDONTWRITEBYTECODE: "1" };
}

function pythonPath(): string | null {
  const named = process.env["FCNC_PYTHON"];
  if (named) return named;
  const candidates = [join(environment, "bin", "python"), join(environment, "Scripts", "python.exe")];
  return candidates.find((candidate) => existsSync(candidate)) ?? null;
}

/** Why a judge that imports these modules cannot run here, or null when it can. */
export function pythonMissing(...modules: readonly Module[]): string | null {
  const python = pythonPath();
  if (python === null) return "no Python judges: run .ci/install-python, or name a Python in FCNC_PYTHON";
  const key = [...modules].sort().join(", ");
  let reason = reasons.get(key);
  if (reason === undefined) {
    const imports = ["numpy", ...modules].map((module) => `import ${module}`).join("; ");
    const tried = spawnSync(python, ["-c", imports], { encoding: "utf8", env: surroundings() });
    const lastWords = (tried.error?.message ?? tried.stderr).trim().split("\n").at(-1);
    reason = tried.status === 0 ? null : `${python} cannot import ${key}: ${lastWords}`;
    reasons.set(key, reason);
  }
  return reason;
}

/** Runs a program of this folder; what it says when it fails becomes the error's message. */
export async function runJudge(program: `${string}.py`, args: readonly string[]): Promise<string> {
  const python = pythonPath();
  if (python === null) throw new Error("no Python judges");
  try {
    const { stdout } = await promisify(execFile)(python, [join(here, program), ...args], {
      env: surroundings(),
      maxBuffer: 64 * 2 ** 20,
    });
    return stdout;
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    throw new Error(`${program}: ${said.trim().split("\n").slice(-5).join("\n")}`, { cause: error });
  }
}
