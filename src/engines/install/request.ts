/** What `fcnc engine install` is asked for, and what is decided from that alone. */
import { EngineError } from "../engine.js";
import type { NATIVE_PACKAGES } from "../native-package.js";
import { pathsOf, type Machine } from "../native-home.js";

/** The version of tfjs-node that fcnc was tried with. */
export const TFJS_NODE = "4.22.0";

export interface InstallRequest {
  /** Where the engine is to be. */
  readonly folder: string;
  readonly gpu: boolean;
  /** A TensorFlow that is there: a folder or a wheel; null to get one. */
  readonly from: string | null;
  /** Leaves npm's own download out. */
  readonly build: boolean;
}

/** The message is for people; `help` says how to go on. */
export class InstallError extends EngineError {
  constructor(
    message: string,
    readonly help: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export const packageOf = ({ gpu }: InstallRequest): (typeof NATIVE_PACKAGES)[number] =>
  gpu ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node";

/** The package's folder in a folder that npm installed into. */
export const packageIn = (machine: Machine, folder: string, request: InstallRequest): string =>
  pathsOf(machine).join(folder, "node_modules", ...packageOf(request).split("/"));

/** npm's own download is tried where nothing says otherwise. */
export const triesDownload = ({ from, build }: InstallRequest): boolean => from === null && !build;

/**
 * The Python package whose wheel has the library to build against; null where wheels have none that can be linked to.
 * `tensorflow-cpu` has wheels for Linux on x86-64; elsewhere `tensorflow` has no CUDA in it anyway.
 */
export function wheelOf({ gpu }: InstallRequest, { platform, arch }: Machine): string | null {
  if (platform === "win32") return null;
  return !gpu && platform === "linux" && arch === "x64" ? "tensorflow-cpu" : "tensorflow";
}

/**
 * What was not tried by those who made fcnc, as sentences: only the processor of Linux on x86-64 was.
 */
export function untried({ gpu }: InstallRequest, { platform, arch }: Machine): string[] {
  return [
    ...(platform === "linux" && arch === "x64" ? [] : [`This was not tried on ${platform} ${arch}.`]),
    ...(gpu ? ["This was not tried on a GPU."] : []),
  ];
}

/**
 * Refuses what cannot be.
 * @throws {InstallError}
 */
export function admitRequest(request: InstallRequest, machine: Machine): void {
  if (request.gpu && machine.platform === "darwin")
    throw new InstallError("there is no CUDA on macOS", "leave --gpu out");
  if (request.build && request.from === null && wheelOf(request, machine) === null)
    throw new InstallError(
      "TensorFlow's wheels for Windows have no library that an addon can be built against",
      "leave --build out, or unpack a libtensorflow and name its folder: --from PATH",
    );
}
