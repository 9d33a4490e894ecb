/** Pieces of HTML that a report is made of. */
import { createHash } from "node:crypto";
import { escaped, tag } from "../draw/svg.js";

/**
 * A table whose first column heads its rows. On a narrow screen it scrolls by itself, by keys too.
 * @param content numbers stand at the right in one line, words at the left in as many as they take
 */
export function table(
  caption: string,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  content: "numbers" | "words" = "numbers",
): string {
  const head = titles.map((title) => tag("th", { scope: "col" }, title));
  const body = rows.map(([first = "", ...cells]) =>
    tag("tr", {}, tag("th", { scope: "row" }, first), ...cells.map((cell) => tag("td", {}, cell))),
  );
  const parts = [
    tag("caption", {}, escaped(caption)),
    tag("thead", {}, tag("tr", {}, ...head)),
    tag("tbody", {}, ...body),
  ];
  return scrolling(caption, tag("table", { class: content }, ...parts));
}

/** What may be wider than a phone. */
export function scrolling(label: string, ...content: readonly string[]): string {
  return tag("div", { class: "scroll", role: "region", "aria-label": label, tabindex: "0" }, ...content);
}

export function section(title: string, ...content: readonly string[]): string {
  return tag("section", {}, tag("h2", {}, escaped(title)), ...content);
}

/** A picture in the page itself. */
export function image(png: Uint8Array, description: string, width: number, height: number): string {
  const src = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  return tag("img", { src, alt: description, width, height });
}

/** A small square of a colour, before the name of its class. */
export function swatch([red, green, blue]: readonly [number, number, number]): string {
  const fill = `rgb(${red},${green},${blue})`;
  const box = tag("rect", { class: "swatch", x: 0.5, y: 0.5, width: 11, height: 11, fill });
  return tag("svg", { class: "swatch", width: 12, height: 12, "aria-hidden": "true" }, box);
}

/** A bar of a share between 0 and 1. */
export function bar(share: number): string {
  const parts = [
    tag("rect", { class: "track", width: 100, height: 10, rx: 2 }),
    tag("rect", { class: "filled", width: 100 * share, height: 10, rx: 2 }),
  ];
  return tag("svg", { class: "bar", width: 100, height: 10, "aria-hidden": "true" }, ...parts);
}

/** A whole page that asks for nothing and runs no script: its policy allows its own style and pictures alone. */
export function page(title: string, style: string, ...content: readonly string[]): string {
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>\n${tag(
    "html",
    { lang: "en" },
    tag(
      "head",
      {},
      tag("meta", { charset: "utf-8" }),
      tag("meta", { "http-equiv": "Content-Security-Policy", content: policy }),
      tag("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      tag("meta", { name: "color-scheme", content: "light dark" }),
      tag("title", {}, escaped(title)),
      tag("style", {}, style),
    ),
    tag("body", {}, tag("main", {}, ...content)),
  )}\n`;
}
