/** An RGB picture to draw on. */
import type { RgbImage } from "./convert.js";
import type { Color } from "../model/labels.js";
import { drawText } from "./font.js";

export class Canvas implements RgbImage {
  readonly data: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
    background: Color,
  ) {
    this.data = new Uint8Array(3 * width * height);
    this.rectangle(0, 0, width, height, background);
  }

  /** Filled; what lies outside of the canvas is left out. Positions and extents are whole pixels. */
  rectangle(x: number, y: number, width: number, height: number, color: Color): void {
    const left = Math.max(x, 0);
    const right = Math.min(x + width, this.width);
    for (let row = Math.max(y, 0); row < Math.min(y + height, this.height); row += 1)
      for (let at = 3 * (row * this.width + left), end = 3 * (row * this.width + right); at < end; at += 3) {
        this.data[at] = color[0];
        this.data[at + 1] = color[1];
        this.data[at + 2] = color[2];
      }
  }

  /** A text with its upper left corner at (x, y), each dot of the font `scale` pixels wide and high. */
  text(x: number, y: number, text: string, scale: number, color: Color): void {
    drawText(text, (column, row) => this.rectangle(x + column * scale, y + row * scale, scale, scale, color));
  }

  /** A picture with its upper left corner at (x, y); it must lie within the canvas. */
  picture(x: number, y: number, { width, height, data }: RgbImage): void {
    for (let row = 0; row < height; row += 1)
      this.data.set(data.subarray(3 * row * width, 3 * (row + 1) * width), 3 * ((y + row) * this.width + x));
  }
}
