/**
 * JSON for people to review: keys in one order however they were made, each layer, operation and tensor a few filled
 * lines, so that what changes in one of them is what changes in the file.
 */
const LINE = 120;
/** What says which thing this is comes first, what is long last; all others lie between them, sorted. */
const first = ["format", "version", "net", "name", "kind", "op", "layer", "file", "digest", "inputs"];
const last = ["outputs", "validFor", "train", "targets", "crops", "layers", "operations", "tensors"];

export function goldenJson(value: object): string {
  const parts = entries(value).map(([key, item]) => `  "${key}": ${block(item, "  ", key.length + 4)}`);
  return `{\n${parts.join(",\n")}\n}\n`;
}

/** On one line where it fits behind `taken` columns, else its items in lines of their own or, where short, filled. */
function block(value: unknown, indent: string, taken: number): string {
  const flat = inline(value);
  if (typeof value !== "object" || value === null || fits(indent, taken, flat)) return flat;
  const deeper = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item): [string, unknown] => ["", item])
    : entries(value).map(([key, item]): [string, unknown] => [`"${key}": `, item]);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const isListOfThings = Array.isArray(value) && typeof value[0] === "object";
  const lines =
    !isListOfThings && items.every(([key, item]) => fits(deeper, key.length, inline(item)))
      ? filled(
          items.map(([key, item]) => key + inline(item)),
          deeper,
        )
      : items.map(([key, item]) => `${deeper}${key}${block(item, deeper, key.length)}`).join(",\n");
  return `${open}\n${lines}\n${indent}${close}`;
}

function fits(indent: string, taken: number, flat: string): boolean {
  return indent.length + taken + flat.length + 1 <= LINE;
}

function filled(items: readonly string[], indent: string): string {
  const lines: string[] = [];
  items.forEach((item, i) => {
    const text = i === items.length - 1 ? item : `${item},`;
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + text.length <= LINE) lines[lines.length - 1] = `${line} ${text}`;
    else lines.push(indent + text);
  });
  return lines.join("\n");
}

function inline(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  const parts = entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${inline(item)}`);
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

function entries(value: object): [string, unknown][] {
  const rank = (key: string): number => {
    if (first.includes(key)) return first.indexOf(key) - first.length;
    return last.includes(key) ? last.indexOf(key) + 1 : 0;
  };
  return Object.entries(value).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
}
