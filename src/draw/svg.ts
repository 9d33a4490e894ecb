/** SVG as text: elements, attributes and escaped characters, always in the order given. */

export type Attributes = Readonly<Record<string, string | number | undefined>>;

export function tag(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === "number" ? short(value) : value)}"`)
    .join("");
  return content.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${content.join("")}</${name}>`;
}

/** Characters that XML forbids are left out. */
export function escaped(text: string): string {
  return text
    .replace(/\p{Cs}|(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** With at most one decimal. */
export function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A path through points, its corners rounded. */
export function pathThrough(points: readonly (readonly [number, number])[], radius = 5): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let text = `M${short(first[0])} ${short(first[1])}`;
  rest.forEach(([x, y], i) => {
    const before = points[i] ?? first;
    const after = rest[i + 1];
    if (!after) {
      text += `L${short(x)} ${short(y)}`;
      return;
    }
    const towards = (to: readonly [number, number]): [number, number] => {
      const [dx, dy] = [to[0] - x, to[1] - y];
      const length = Math.hypot(dx, dy) || 1;
      const step = Math.min(radius, length / 2);
      return [x + (dx / length) * step, y + (dy / length) * step];
    };
    const [a, b] = [towards(before), towards(after)];
    text += `L${short(a[0])} ${short(a[1])}Q${short(x)} ${short(y)} ${short(b[0])} ${short(b[1])}`;
  });
  return text;
}
