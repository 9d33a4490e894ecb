/** The mark of a crop on a line. */
import { cropText, markName, pillWidth, PILL_SIZE } from "./columns.js";
import { PILL_HEIGHT } from "./heights.js";
import type { CropMark } from "./node.js";
import { escaped, tag } from "./svg.js";

/** `named` says where its name stands: right of it, or over the line. */
export function drawMark(crop: CropMark, x: number, y: number, named: "beside" | "above" | "nowhere"): string {
  const width = pillWidth(crop);
  const [top, left] = crop.offset;
  const middle = { "font-size": PILL_SIZE, "text-anchor": "middle" };
  const name = named === "nowhere" ? "" : markName(crop);
  const gray = "#57606a";
  const label =
    named === "above"
      ? tag("text", { ...middle, fill: gray, x, y: y - PILL_HEIGHT / 2 - 5 }, escaped(name))
      : tag("text", { "font-size": PILL_SIZE, fill: gray, x: x + width / 2 + 4, y: y + 3.5 }, escaped(name));
  return tag(
    "g",
    {},
    tag("title", {}, escaped(`${crop.name}: cropped from row ${top}, column ${left} on`)),
    tag("rect", {
      x: x - width / 2,
      y: y - PILL_HEIGHT / 2,
      width,
      height: PILL_HEIGHT,
      rx: PILL_HEIGHT / 2,
      fill: "#ffffff",
      stroke: "#24292f",
      "stroke-dasharray": "3 2",
      "stroke-width": 0.9,
    }),
    tag("text", { ...middle, fill: "#24292f", x, y: y + 3.5 }, escaped(cropText(top, left))),
    name === "" ? "" : label,
  );
}
