/** JSON with sorted keys, so that equal values have equal texts. `keep` says which keys take part. */
export function canonicalJson(value: unknown, keep: (key: string) => boolean = () => true): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, keep)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([key, item]) => keep(key) && item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item, keep)}`).join(",")}}`;
}
