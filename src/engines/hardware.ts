/** What a machine has that matters to engines. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { promisify } from "node:util";

export interface Processor {
  readonly model: string;
  /** Physical cores; null where the system does not say. */
  readonly cores: number | null;
  readonly threads: number;
  /** Threads that this process may use. */
  readonly usableThreads: number;
}

export interface Memory {
  /** Bytes; where a container has less than the machine, what it has. */
  readonly total: number;
  readonly available: number;
}

export interface Gpu {
  readonly name: string;
  /** Bytes; null where the driver does not say. */
  readonly memory: number | null;
  readonly driver: string;
}

export function processor(): Processor {
  const threads = cpus();
  return {
    model: threads[0]?.model.trim() || "unknown",
    cores: process.platform === "linux" ? coresIn(textOf("/proc/cpuinfo")) : null,
    threads: threads.length,
    usableThreads: availableParallelism(),
  };
}

/** Physical cores in the text of `/proc/cpuinfo`: pairs of socket and core; null where it names none. */
export function coresIn(cpuinfo: string): number | null {
  const cores = new Set<string>();
  for (const thread of cpuinfo.split("\n\n")) {
    const core = /^core id\s*:\s*(\d+)/m.exec(thread)?.[1];
    if (core !== undefined) cores.add(`${/^physical id\s*:\s*(\d+)/m.exec(thread)?.[1] ?? "0"}/${core}`);
  }
  return cores.size > 0 ? cores.size : null;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

export function memory(): Memory {
  const limit = process.constrainedMemory();
  const total = limit > 0 && limit < totalmem() ? limit : totalmem();
  return { total, available: Math.min(total, process.availableMemory?.() ?? freemem()) };
}

/** NVIDIA's GPUs, as its own tool tells them; null where there is no such tool or it fails. */
export async function gpus(): Promise<readonly Gpu[] | null> {
  const query = ["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader,nounits"];
  try {
    const { stdout } = await promisify(execFile)("nvidia-smi", query, { timeout: 15_000, windowsHide: true });
    return gpusIn(stdout);
  } catch {
    return null;
  }
}

/** Lines such as `NVIDIA H100 80GB HBM3, 81559, 550.54.15`: name, MiB, driver. */
export function gpusIn(csv: string): Gpu[] {
  return csv
    .split("\n")
    .map((line) => line.split(",").map((field) => field.trim()))
    .filter(([name]) => name !== undefined && name !== "")
    .map(([name = "", mebibytes = "", driver = ""]) => ({
      name,
      memory: /^\d+$/.test(mebibytes) ? Number(mebibytes) * 2 ** 20 : null,
      driver,
    }));
}
