/** The reference page of the layer kinds, made from the documentation in their files. */
import { kindPage } from "../../src/inspect/kind-page.js";
import { layerKinds } from "../../src/layers/index.js";

export function layersPage(): string {
  const pages = [...layerKinds.values()].map(kindPage);
  const index = pages.map(({ name, summary }) => `| [\`${name}\`](#${name}) | ${cell(summary)} |`);
  const sections = pages.map(({ name, summary, documentation, example, inputs, parameters }) => {
    const rows = parameters.map(
      ({ name: parameter, type, default: usual, documentation: text }) =>
        `| \`${parameter}\` | ${cell(type)} | ${usual === null ? "must be given" : `\`${usual}\``} | ${cell(text)} |`,
    );
    const table =
      rows.length === 0
        ? "It has no parameters."
        : `| parameter | type | default | |\n| --- | --- | --- | --- |\n${rows.join("\n")}`;
    return `## ${name}

${summary}

\`\`\`fcn
${example}
\`\`\`

${documentation}

Takes ${inputs}.

${table}
`;
  });
  return `# Layer kinds

This page is made from the files in \`src/layers\`: \`npm run golden\` writes it anew. \`fcnc explain KIND\` shows each
section on a terminal. Parameters may be given in this order without their names.

| kind | what it does |
| --- | --- |
${index.join("\n")}

${sections.join("\n")}`;
}

/** Text for a cell of a table. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
