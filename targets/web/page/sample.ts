/** A picture to try a net on: a small scene, drawn. */
import type { NetInput } from "../runtime/types.js";
import { contextOf, makeCanvas } from "./elements.js";

const WIDTH = 480;
const HEIGHT = 320;

type Surface =
  | "sky"
  | "horizon"
  | "sun"
  | "cloud"
  | "hill"
  | "grass"
  | "shade"
  | "road"
  | "wall"
  | "roof"
  | "window"
  | "door"
  | "trunk"
  | "leaves"
  | "water";

const COLORS: Readonly<Record<Surface, string>> = {
  sky: "#5b9bd5",
  horizon: "#d6e6f2",
  sun: "#fff1c4",
  cloud: "#f7f9fb",
  hill: "#6f8f84",
  grass: "#7fa650",
  shade: "#557a35",
  road: "#a79c8c",
  wall: "#e2d2b4",
  roof: "#9a4a35",
  window: "#4a5f70",
  door: "#5f4433",
  trunk: "#5b4331",
  leaves: "#35602f",
  water: "#4d86a8",
};

/** The same scene as distances: what is near is dark. */
const DISTANCES: Readonly<Record<Surface, string>> = {
  sky: "#f5f5f5",
  horizon: "#e6e6e6",
  sun: "#f5f5f5",
  cloud: "#eeeeee",
  hill: "#c8c8c8",
  grass: "#a0a0a0",
  shade: "#3c3c3c",
  road: "#707070",
  wall: "#7c7c7c",
  roof: "#808080",
  window: "#7e7e7e",
  door: "#7a7a7a",
  trunk: "#5a5a5a",
  leaves: "#606060",
  water: "#8c8c8c",
};

/** @returns a PNG */
export async function drawSample(input: NetInput): Promise<Blob> {
  const canvas = makeCanvas(WIDTH, HEIGHT);
  drawScene(contextOf(canvas), input.format === "raw" ? DISTANCES : COLORS);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The sample cannot be drawn here."))));
  });
}

function drawScene(context: CanvasRenderingContext2D, colors: Readonly<Record<Surface, string>>): void {
  const paint = (surface: Surface, draw: () => void) => {
    context.fillStyle = colors[surface];
    context.beginPath();
    draw();
    context.fill();
  };
  const down = (top: number, bottom: number, from: Surface, to: Surface) => {
    const gradient = context.createLinearGradient(0, top, 0, bottom);
    gradient.addColorStop(0, colors[from]);
    gradient.addColorStop(1, colors[to]);
    context.fillStyle = gradient;
    context.fillRect(0, top, WIDTH, bottom - top);
  };
  const circles = (surface: Surface, ...all: (readonly [x: number, y: number, radius: number])[]) => {
    for (const [x, y, radius] of all) paint(surface, () => context.arc(x, y, radius, 0, 2 * Math.PI));
  };
  const polygon = (surface: Surface, ...points: (readonly [x: number, y: number])[]) =>
    paint(surface, () => {
      for (const [x, y] of points) context.lineTo(x, y);
    });
  const box = (surface: Surface, x: number, y: number, width: number, height: number) =>
    paint(surface, () => context.rect(x, y, width, height));

  down(0, 190, "sky", "horizon");
  circles("sun", [392, 58, 24]);
  circles("cloud", [96, 66, 18], [120, 56, 24], [148, 66, 19], [250, 40, 12], [268, 34, 16], [288, 41, 12]);
  paint("hill", () => {
    context.moveTo(0, 178);
    context.bezierCurveTo(90, 110, 170, 130, 240, 168);
    context.bezierCurveTo(310, 120, 400, 118, 480, 160);
    context.lineTo(480, 210);
    context.lineTo(0, 210);
  });
  down(184, HEIGHT, "grass", "shade");
  paint("water", () => context.ellipse(386, 236, 82, 20, 0, 0, 2 * Math.PI));
  polygon("road", [214, 208], [232, 208], [306, 320], [176, 320]);
  box("wall", 150, 136, 118, 76);
  polygon("roof", [138, 138], [209, 88], [280, 138]);
  box("roof", 238, 92, 14, 30);
  for (const x of [164, 232]) box("window", x, 154, 22, 22);
  box("door", 198, 166, 24, 46);
  box("trunk", 66, 176, 14, 70);
  circles("leaves", [73, 132, 38], [48, 156, 26], [98, 158, 27], [74, 168, 28]);
  box("trunk", 325, 168, 7, 36);
  circles("leaves", [328, 152, 19], [318, 164, 13], [339, 164, 13]);
}
