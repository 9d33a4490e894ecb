/** What areas are filled with: two colours and a texture that leads from one to the other. */
import type { Color } from "../../model/labels.js";
import type { Draws } from "./draws.js";
import type { Shape } from "./outlines.js";
import { clouds, pattern, type Texture } from "./textures.js";

/** Red, green and blue at a place in px, each 0..255 and not rounded. */
export type Paint = (x: number, y: number) => Color;

/** How far a shape's colour strays from the middle of its colours, in turns: those of neighbours overlap. */
const HUE_SPREAD = 0.17;

/** Strong colours, in the shape's own texture. */
export function shapePaint(shape: Shape, draws: Draws): Paint {
  const hue = shape.hue + draws.uniform(-HUE_SPREAD, HUE_SPREAD);
  const saturation = draws.uniform(0.5, 0.95);
  const light = color(hue, saturation, draws.uniform(0.75, 1));
  const dark = color(hue + draws.uniform(-0.04, 0.04), saturation, draws.uniform(0.35, 0.55));
  return mixed(dark, light, pattern(shape.texture, draws.uniform(4, 7), draws));
}

/** Pale colours in clouds, and on every second ground a pattern that shapes have too. */
export function groundPaint(draws: Draws): Paint {
  const pale = (from: number, to: number): Color =>
    color(draws.uniform(0, 1), draws.uniform(0.05, 0.4), draws.uniform(from, to));
  const cloudy = clouds(draws.uniform(12, 40), draws);
  const [dark, light] = [pale(0.25, 0.55), pale(0.5, 0.9)];
  if (draws.whole(0, 1) === 0) return mixed(dark, light, cloudy);
  const kind = draws.pick(["dots", "checks", "stripes", "bricks"] as const);
  const patterned = pattern(kind, draws.uniform(4, 14), draws);
  return mixed(dark, light, (x, y) => 0.7 * cloudy(x, y) + 0.3 * patterned(x, y));
}

function mixed(dark: Color, light: Color, texture: Texture): Paint {
  return (x, y) => {
    const t = texture(x, y);
    return [dark[0] + (light[0] - dark[0]) * t, dark[1] + (light[1] - dark[1]) * t, dark[2] + (light[2] - dark[2]) * t];
  };
}

/** Of hue (in turns), saturation and value, each 0..1. */
function color(hue: number, saturation: number, value: number): Color {
  const channel = (shift: number): number => {
    const k = 6 * (hue + shift - Math.floor(hue + shift));
    return 255 * value * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1)));
  };
  return [channel(5 / 6), channel(3 / 6), channel(1 / 6)];
}
