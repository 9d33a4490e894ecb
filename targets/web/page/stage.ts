/** The picture with its classes over it, and the pixel that is pointed at. */
import type { Head } from "../runtime/types.js";
import { contextOf, element, make } from "./elements.js";
import { score } from "./figures.js";

const stage = element("stage", HTMLDivElement);
const picture = element("picture", HTMLCanvasElement);
const overlay = element("overlay", HTMLCanvasElement);
const cursor = element("cursor", HTMLSpanElement);
const reading = element("reading", HTMLDivElement);
const spoken = element("spoken", HTMLParagraphElement);

/** Scores that are shown of a pixel: the largest. */
const BEST = 3;
/** Keys are often pressed in a row: what they come to is said. */
const SPEAK_AFTER_MILLISECONDS = 250;

/** What is on the stage. */
export interface Shown {
  readonly head: Head;
  /** Names and colours of all classes of the head. */
  readonly classes: readonly { readonly name: string; readonly color: readonly number[] }[];
  /** One of many in a row: the place that is read stays. */
  readonly isLive: boolean;
}

let shown: Shown | null = null;
let at = { x: 0, y: 0 };
let speaking = 0;
/** Whether the next live picture is the first of its row. */
let isFresh = true;

export function showPicture(canvas: HTMLCanvasElement): void {
  const { width, height } = canvas;
  Object.assign(picture, { width, height });
  contextOf(picture).drawImage(canvas, 0, 0);
  // As large as the room beside the controls, and no higher than the window.
  stage.style.setProperty("--fitting", `${(70 * width) / height}vh`);
  clearHead();
  for (const id of ["stage", "stage-help"]) element(id, HTMLElement).hidden = false;
  element("empty", HTMLParagraphElement).hidden = true;
}

/** What is said of another picture would be wrong. */
export function clearHead(): void {
  shown = null;
  overlay.hidden = cursor.hidden = reading.hidden = true;
}

/** @param without classes that are left clear */
export function showHead(next: Shown, without: readonly number[]): void {
  const isSame = shown?.head === next.head;
  const stays = next.isLive && !isFresh;
  isFresh = !next.isLive;
  shown = next;
  const { width, height } = next.head;
  const image = next.head.overlay({ opacity: 1, without });
  Object.assign(overlay, { width, height });
  contextOf(overlay).putImageData(image, 0, 0);
  overlay.hidden = false;
  if (isSame) return;
  reading.hidden = false;
  if (stays) {
    moveTo(at.x, at.y);
    return;
  }
  moveTo(Math.floor(width / 2), Math.floor(height / 2));
  cursor.hidden = true;
}

export function showOpacity(opacity: number): void {
  overlay.style.opacity = String(opacity);
}

/** The picture with its classes over it, as it is shown. */
export function composed(opacity: number): HTMLCanvasElement {
  const { width, height } = picture;
  const canvas = Object.assign(make("canvas"), { width, height });
  const context = contextOf(canvas);
  context.drawImage(picture, 0, 0);
  context.globalAlpha = opacity;
  context.imageSmoothingEnabled = false;
  context.drawImage(overlay, 0, 0, width, height);
  return canvas;
}

function moveTo(x: number, y: number): void {
  if (!shown) return;
  const { width, height } = shown.head;
  at = { x: Math.max(0, Math.min(width - 1, x)), y: Math.max(0, Math.min(height - 1, y)) };
  cursor.style.left = `${(100 * (at.x + 0.5)) / width}%`;
  cursor.style.top = `${(100 * (at.y + 0.5)) / height}%`;
  read(shown);
}

function read({ head, classes, isLive }: Shown): void {
  const pixel = at.y * head.width + at.x;
  const index = head.mask[pixel] ?? 0;
  const swatch = make("span", "swatch");
  swatch.style.backgroundColor = cssColor(classes[index]?.color ?? [0, 0, 0]);
  const name = make("strong", "", swatch, nameOf(classes, index));
  const place = make("span", "place", `column ${at.x}, row ${at.y}`);
  reading.replaceChildren(name, place, make("ol", "", ...bestOf(head, classes, pixel, isLive)));
}

const nameOf = (classes: Shown["classes"], index: number): string => classes[index]?.name ?? `class ${index}`;

/** The best scores of a pixel, best first. */
function bestOf({ scores, mask }: Head, classes: Shown["classes"], pixel: number, isLive: boolean): HTMLLIElement[] {
  if (!scores) return [make("li", "", `Scores are not kept of ${isLive ? "live pictures" : "pictures this large"}.`)];
  const count = scores.length / mask.length;
  const own = scores.subarray(pixel * count, (pixel + 1) * count);
  return [...own.keys()]
    .sort((a, b) => (own[b] ?? 0) - (own[a] ?? 0) || a - b)
    .slice(0, BEST)
    .map((index) => make("li", "", `${nameOf(classes, index)}: ${score(own[index] ?? 0)}`));
}

export const cssColor = (color: readonly number[]): string => `rgb(${color.join(" ")})`;

function speak(): void {
  clearTimeout(speaking);
  speaking = window.setTimeout(() => {
    if (!shown) return;
    const index = shown.head.mask[at.y * shown.head.width + at.x] ?? 0;
    spoken.textContent = `${nameOf(shown.classes, index)}, column ${at.x}, row ${at.y}`;
  }, SPEAK_AFTER_MILLISECONDS);
}

function point(event: PointerEvent): void {
  if (!shown) return;
  const { left, top, width, height } = stage.getBoundingClientRect();
  const { head } = shown;
  moveTo(
    Math.floor(((event.clientX - left) / width) * head.width),
    Math.floor(((event.clientY - top) / height) * head.height),
  );
  cursor.hidden = event.pointerType === "mouse";
}

function step(event: KeyboardEvent): void {
  if (!shown || event.ctrlKey || event.altKey || event.metaKey) return;
  const far = event.shiftKey ? 10 : 1;
  const { x, y } = at;
  const places: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [x - far, y],
    ArrowRight: [x + far, y],
    ArrowUp: [x, y - far],
    ArrowDown: [x, y + far],
    Home: [0, y],
    End: [shown.head.width - 1, y],
  };
  const place = places[event.key];
  if (!place) return;
  event.preventDefault();
  cursor.hidden = false;
  moveTo(...place);
  speak();
}

stage.addEventListener("pointermove", point);
stage.addEventListener("pointerdown", point);
stage.addEventListener("keydown", step);
