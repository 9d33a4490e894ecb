/** The library of specs, compiled: what the golden and the reference tests look at. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { check, compile } from "../../src/compile.js";
import type { Host } from "../../src/host.js";
import type { Plan } from "../../src/model/plan.js";
import { nodeHost } from "../../src/node-host.js";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Paths as they are written from the package's root, so that plans are the same wherever it lies. */
export const libraryHost: Host = {
  read: (path) => nodeHost.read(path.startsWith("fcnc/") ? path : root + path),
};

/** `specs/voc-fcn16s.fcn`, ... */
export function specPaths(): string[] {
  return readdirSync(`${root}specs`, { recursive: true, encoding: "utf8" })
    .map((path) => `specs/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".fcn"))
    .sort();
}

/** Every net of the library, with the file that defines it. */
export async function libraryNets(): Promise<{ readonly path: string; readonly net: string }[]> {
  const found = await Promise.all(
    specPaths().map(async (path) => (await check({ path }, libraryHost)).nets.map((net) => ({ path, net }))),
  );
  return found.flat();
}

/** The plan of a spec that has no faults. */
export async function planOf(path: string, net?: string): Promise<Plan> {
  return planned(await compile({ path }, libraryHost, net === undefined ? {} : { net }), path);
}

/** The plan of a text that has no faults; it may import from the library. */
export async function planOfText(text: string, path = "spec.fcn"): Promise<Plan> {
  return planned(await compile({ text, path }, libraryHost), path);
}

function planned({ plan, diagnostics }: Awaited<ReturnType<typeof compile>>, path: string): Plan {
  if (!plan) throw new Error(`${path} does not compile: ${diagnostics.map(({ message }) => message).join("; ")}`);
  return plan;
}
