/** How much is read of a stranger's file, made from the table. */
import { LIMIT_TABLE, LIMITS_VARIABLE, type Limit } from "../../src/limits.js";

const HEAD = `# Limits

How much fcnc reads of a file that it is given. What a file says of itself is held against these before memory is taken
for it, and a file that goes beyond one is refused with exit code 1 and the name of the limit. This page is made from
the table in \`src/limits.ts\`; [SECURITY.md](../SECURITY.md) says what is promised.

| limit | | unless set |
| --- | --- | --- |
`;

const TAIL = `
Who trusts a file raises them for one run, or lowers them for a service:

\`\`\`sh
${LIMITS_VARIABLE}=tensors=200000,fileBytes=64GiB npx fcnc weights list large.safetensors
\`\`\`

Values are whole numbers, also with \`KiB\`, \`MiB\` or \`GiB\`. The variable counts for every command and for the library;
the functions of \`fcnc/node\` that open files take limits too, for one file. What it says wrongly ends a command with exit
code 2.

Other bounds belong to a format and stay: 100,000,000 bytes of a safetensors header, 65,536 of a \`.npy\` header, 4,096 of
a name in a caffemodel, 200 scans of a JPEG, 64 MiB of a chunk in HDF5 and 30 seconds for an answer of its
library, 255 classes of a list of labels.
`;

export function limitsPage(): string {
  const rows = Object.entries(LIMIT_TABLE).map(
    ([name, { value, of, most }]: [string, Limit]) =>
      `| \`${name}\` | ${of}${most === undefined ? "" : `; up to ${most}`} | ${inWords(value)} |\n`,
  );
  return HEAD + rows.join("") + TAIL;
}

function inWords(value: number): string {
  for (const [unit, size] of [
    ["GiB", 2 ** 30],
    ["MiB", 2 ** 20],
  ] as const)
    if (value !== 2 ** 32 && value % size === 0) return `${value / size} ${unit}`;
  return value.toLocaleString("en");
}
