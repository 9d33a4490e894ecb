/** Units as SVG: their maps and the text beside them. */
import type { Columns } from "./columns.js";
import { drawFigure } from "./figures.js";
import type { Heights } from "./heights.js";
import { LABEL_SIZE, LINE_HEIGHT, type Label } from "./label.js";
import { extentOf } from "./routes.js";
import type { Row } from "./rows.js";
import { escaped, tag } from "./svg.js";
import type { Unit } from "./unit.js";

export function drawUnits(rows: readonly Row[], columns: Columns, heights: Heights): string[] {
  return rows.flatMap((row, i) => {
    const place = heights.rows[i];
    if (!place) return [];
    return row.flatMap(({ units }) =>
      units.map((unit) => {
        const x = columns.units.get(unit) ?? 0;
        const figures = unit.elements.map(({ node, figure, left }) => drawFigure(node, figure, x + left, place.axis));
        return figures.join("") + drawUnitLabel(unit, place, columns);
      }),
    );
  });
}

function drawUnitLabel(unit: Unit, place: Heights["rows"][number], columns: Columns): string {
  const x = columns.units.get(unit) ?? 0;
  const height = unit.label.length * LINE_HEIGHT;
  if (unit.side === "right") {
    const [, right] = extentOf(unit, columns);
    return drawLabel(unit.label, right + 6, place.axis - height / 2, "start");
  }
  const top = unit.side === "top" ? place.start : place.bottom + 6;
  if (unit.labelLeft !== null) return drawLabel(unit.label, x + unit.labelLeft, top, "start");
  return drawLabel(unit.label, x + unit.width / 2, top, "middle");
}

export function drawLabel(label: Label, x: number, top: number, anchor: "start" | "middle"): string {
  const lines = label.map(({ strong, plain }, i) => {
    const y = top + (i + 1) * LINE_HEIGHT - 3;
    const name = strong ? tag("tspan", { "font-weight": 600, fill: "#24292f" }, escaped(strong)) : "";
    const rest = plain ? tag("tspan", { dx: strong ? 4 : undefined }, escaped(plain)) : "";
    return tag("text", { x, y, "text-anchor": anchor === "middle" ? anchor : undefined }, name, rest);
  });
  return tag("g", { "font-size": LABEL_SIZE, fill: "#4b5560" }, ...lines);
}
