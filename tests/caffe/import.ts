/** Imports a net from texts alone. */
import { importCaffe, type ImportResult } from "../../src/caffe/import/import.js";
import { nodeHost } from "../../src/node-host.js";

export interface Given {
  readonly solver?: string;
  /** Files that the solver names. */
  readonly nets?: Readonly<Record<string, string>>;
  readonly means?: Readonly<Record<string, readonly number[]>>;
  readonly labels?: string;
  readonly stages?: readonly string[];
  readonly bilinear?: boolean;
}

export function importText(text: string, given: Given = {}): Promise<ImportResult> {
  const { solver, nets = {}, means = {}, labels = null, stages = [], bilinear = null } = given;
  return importCaffe({
    net: { path: "net.prototxt", text },
    solver: solver === undefined ? null : { path: "solver.prototxt", text: solver },
    readNet(path) {
      const found = nets[path];
      return Promise.resolve(found === undefined ? null : { path, text: found });
    },
    meanOf: (path) => Promise.resolve(means[path] ?? null),
    name: null,
    labels,
    stages,
    labelPath: (named) => Promise.resolve(named),
    isBilinear: () => Promise.resolve(bilinear),
    host: nodeHost,
    specPath: (name) => `${name}.fcn`,
  });
}

/** Lines of the net, without its frame. */
export async function membersOf(text: string, given: Given = {}): Promise<string[]> {
  const { imported, diagnostics } = await importText(text, given);
  if (imported === null) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  const [, body = ""] = /net \w+(?:\([^)]*\))? \{\n([\s\S]*?)\n\}/.exec(imported.text) ?? [];
  return body
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** What is told of severity `error`: `line: message`. */
export async function errorsOf(text: string, given: Given = {}): Promise<string[]> {
  const { diagnostics, sources } = await importText(text, given);
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ primary, message }) => `${primary ? sources.lineOf(primary.span) : "-"}: ${message}`);
}
