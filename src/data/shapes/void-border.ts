/** Void along outlines, as people who label pictures leave it. */
import type { Mask } from "../../images/palette-png.js";
import { VOID } from "../dataset.js";

/** An image of this many px has borders of 1 px on each side of an outline; VOC's, of 375, have about 2. */
const PIXELS_FOR_ONE = 160;

/** The mask with the ignore label wherever another class is nearer than the border's width. */
export function withVoidBorders({ width, height, indices }: Mask): Mask {
  const reach = Math.max(1, Math.round(Math.min(width, height) / PIXELS_FOR_ONE));
  const steps: (readonly [number, number])[] = [];
  for (let dy = -reach; dy <= reach; dy += 1)
    for (let dx = -reach; dx <= reach; dx += 1) if (dx * dx + dy * dy <= reach * reach) steps.push([dx, dy]);
  const bordered = new Uint8Array(indices.length);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const own = indices[y * width + x] ?? 0;
      const other = steps.some(([dx, dy]) => {
        const inside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
        return inside && indices[(y + dy) * width + x + dx] !== own;
      });
      bordered[y * width + x] = other ? VOID : own;
    }
  return { width, height, indices: bordered };
}
