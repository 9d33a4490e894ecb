/** Every code that fcnc reports, with its page: what `fcnc explain CODE` prints. */
import { syntaxCodes } from "../grammar/codes.js";
import { checks } from "./checks/index.js";
import * as allowCodes from "./diagnostics/codes/allow.js";
import * as argumentCodes from "./diagnostics/codes/arguments.js";
import * as caffeCodes from "./diagnostics/codes/caffe.js";
import * as fileCodes from "./diagnostics/codes/files.js";
import * as nameCodes from "./diagnostics/codes/names.js";
import * as recipeCodes from "./diagnostics/codes/recipes.js";
import { isAllowable, type Code } from "./diagnostics/diagnostic.js";

const codes: readonly Code[] = [
  ...syntaxCodes,
  ...Object.values(allowCodes),
  ...Object.values(argumentCodes),
  ...Object.values(caffeCodes),
  ...Object.values(fileCodes),
  ...Object.values(nameCodes),
  ...Object.values(recipeCodes),
  ...checks.map((check) => check.code),
];

/** By code, sorted. */
export const catalogue: ReadonlyMap<string, Code> = new Map(
  codes.map((code) => [code.code, code] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
);

/** The page of a code: what it means, why it matters, a spec that is reported with it, and the same one mended. */
export function renderPage(page: Code): string {
  const { code, severity, summary, explanation, example } = page;
  const parts = [`${severity}[${code}]`, summary, explanation.trim(), allowanceText(page)];
  if (example) parts.push("This is reported:", indented(example.failing), "This is not:", indented(example.mended));
  return `${parts.join("\n\n")}\n`;
}

/** Whether it can be allowed on a line, and what then holds: a paragraph of its page, in Markdown. */
export function allowanceText(page: Code): string {
  if (!isAllowable(page))
    return page.severity === "error"
      ? "It cannot be allowed: there is no net without mending it."
      : "It cannot be allowed: no comment silences it.";
  const how = `It can be allowed on its line, with a reason: \`// allow ${page.code}: why\`.`;
  return page.whenAllowed ? `${how}\n${page.whenAllowed.trim()}` : how;
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? "" : `    ${line}`))
    .join("\n");
}
