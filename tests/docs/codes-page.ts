/** The reference page of what fcnc reports, made from the catalogue. */
import { allowanceText, catalogue } from "../../src/catalogue.js";
import type { Code, Severity } from "../../src/diagnostics/diagnostic.js";

const kinds: readonly (readonly [Severity, string, string])[] = [
  ["error", "Errors", "The net has no meaning, or would not do what it says: there is no plan."],
  ["warning", "Warnings", "The net works, and most likely not as it is meant."],
  ["note", "Notes", "Worth knowing; no fault."],
];

export function codesPage(): string {
  const codes = [...catalogue.values()];
  const parts = kinds.map(([severity, title, text]) => {
    const own = codes.filter((code) => code.severity === severity);
    const rows = own.map(({ code, summary }) => `| [\`${code}\`](#${code}) | ${summary.replaceAll("|", "\\|")} |`);
    return `## ${title}

${text}

| code | what it means |
| --- | --- |
${rows.join("\n")}

${own.map(section).join("\n\n")}`;
  });
  return `# What fcnc reports

This page is made from the catalogue: \`npm run golden\` writes it anew. \`fcnc explain CODE\` shows each section on a
terminal, and tests compile every example.

\`fcnc check --fix\` mends what has one answer. A comment with a reason silences a warning or note on its line, or on the
line below it; so it does an error that leaves a net that runs, whose section says what then holds:

\`\`\`fcn
// allow unused-layer: the next version scores it
\`\`\`

${parts.join("\n\n")}
`;
}

function section(page: Code): string {
  const { code, summary, explanation, example } = page;
  const parts = [`### ${code}`, summary, explanation.trim(), allowanceText(page)];
  if (example) parts.push("This is reported:", fenced(example.failing), "This is not:", fenced(example.mended));
  return parts.join("\n\n");
}

/** Some examples hold marks of their own. */
function fenced(text: string): string {
  const fence = text.includes("```") ? "````" : "```";
  return `${fence}fcn\n${text.trimEnd()}\n${fence}`;
}
