/** Specs compiled as these tests want them: from a text, or from the library with a few words changed. */
import { fileURLToPath } from "node:url";
import { compile } from "../../src/compile.js";
import { renderTerminal } from "../../src/diagnostics/terminal.js";
import type { Host } from "../../src/host.js";
import type { Plan } from "../../src/model/plan.js";
import { nodeHost } from "../../src/node-host.js";
import type { VocNet } from "../judges/voc-fcn.js";

/** The plan of the one net that a text defines; a text with faults fails the test with its messages. */
export async function compileText(text: string, host: Host = nodeHost): Promise<Plan> {
  const { plan, diagnostics, sources } = await compile({ text }, host);
  if (plan === null) throw new Error(`${renderTerminal(diagnostics, sources, { color: false })}\nin\n\n${text}`);
  return plan;
}

export type Edit = readonly [what: string, by: string];

export function specPath(net: VocNet): string {
  return fileURLToPath(new URL(`../../specs/${net}.fcn`, import.meta.url));
}

/** A host that changes words of the files that it reads; each word must be somewhere. */
export function editingHost(edits: readonly Edit[]): Host & { unused(): string[] } {
  const used = new Set<string>();
  return {
    unused: () => edits.map(([what]) => what).filter((what) => !used.has(what)),
    async read(path) {
      let text = await nodeHost.read(path);
      for (const [what, by] of edits) {
        if (!text.includes(what)) continue;
        used.add(what);
        text = text.replaceAll(what, by);
      }
      return text;
    },
  };
}

export interface VocOptions {
  /** As a part of the paper's: `1 / 16`. */
  readonly width?: number;
  readonly edits?: readonly Edit[];
}

/** A net of the library. */
export async function compileVoc(net: VocNet, { width = 1, edits = [] }: VocOptions = {}): Promise<Plan> {
  const host = editingHost([["width: int = 64", `width: int = ${64 * width}`], ...edits]);
  const { plan, diagnostics, sources } = await compile({ path: specPath(net) }, host);
  if (host.unused().length > 0) throw new Error(`nowhere in ${net}: ${host.unused().join(", ")}`);
  if (plan === null) throw new Error(renderTerminal(diagnostics, sources, { color: false }));
  return plan;
}
