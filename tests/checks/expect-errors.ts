/** Tests of what fcnc says about a spec, in the manner of graphql-js: `expectErrors(spec).toEqual([...])`. */
import { expect } from "vitest";
import { check, type CheckResult } from "../../src/compile.js";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { nodeHost } from "../../src/node-host.js";
import type { Host } from "../../src/host.js";

/** A net of one input, with these lines from line 4 on. */
export function net(...lines: readonly string[]): string {
  return spec("net n {", "  input image: rgb[H, W, 3]", ...lines.map((line) => `  ${line}`), "}");
}

/** A net that may use the VGG-16 of the library, with these lines from line 5 on. */
export function vggNet(...lines: readonly string[]): string {
  return spec(
    'import vgg16 from "fcnc/backbones/vgg16.fcn"',
    "net n {",
    "  input image: bgr[H, W, 3]",
    ...lines.map((line) => `  ${line}`),
    "}",
  );
}

/** A file with these lines from line 2 on. */
export function spec(...lines: readonly string[]): string {
  return ["fcn 1", ...lines, ""].join("\n");
}

/** The library from the disk, and these files beside the spec, which is `spec.fcn`. */
export function hostWith(files: Readonly<Record<string, string>>): Host {
  return {
    read(path) {
      const text = files[path];
      return text === undefined ? nodeHost.read(path) : Promise.resolve(text);
    },
  };
}

export async function checked(text: string, files: Readonly<Record<string, string>> = {}): Promise<CheckResult> {
  return check({ text }, hostWith(files));
}

/** `4:16 unknown-layer: there is no layer`, or with the file in front where it is not the spec itself. */
export function asLine(diagnostic: Diagnostic, { sources }: Pick<CheckResult, "sources">): string {
  const { code, message, primary } = diagnostic;
  if (!primary) return `${code}: ${message}`;
  const { file, start } = primary.span;
  const at = sources.get(file)?.position(start);
  return `${file === "spec.fcn" ? "" : `${file}:`}${at?.line}:${at?.column} ${code}: ${message}`;
}

async function faultsOf(text: string, files?: Readonly<Record<string, string>>): Promise<string[]> {
  const result = await checked(text, files);
  return result.diagnostics.filter(({ severity }) => severity !== "note").map((found) => asLine(found, result));
}

/** All errors and warnings, in order. */
export function expectErrors(text: string, files?: Readonly<Record<string, string>>) {
  return expect(faultsOf(text, files)).resolves;
}

export async function expectValid(text: string, files?: Readonly<Record<string, string>>): Promise<void> {
  await expectErrors(text, files).toEqual([]);
}

/** What is said of the one fault of a spec, beside its message. */
export async function onlyFault(text: string): Promise<Diagnostic> {
  const { diagnostics } = await checked(text);
  const [fault, ...others] = diagnostics.filter(({ severity }) => severity !== "note");
  expect(others).toEqual([]);
  if (!fault) throw new Error("there is no fault");
  return fault;
}
