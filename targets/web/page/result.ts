/** What the page shows of a segmentation: the head that is chosen, its legend, figures and downloads. */
import { vocColor } from "../../../src/model/labels.js";
import type { Head, Net, Segmentation } from "../runtime/types.js";
import { button, element, make } from "./elements.js";
import { duration } from "./figures.js";
import { showLegend } from "./legend.js";
import type { ReadyPicture } from "./picture.js";
import { maskPng } from "./png.js";
import { composed, showHead, showOpacity, type Shown } from "./stage.js";
import { announce, showError } from "./status.js";

const details = element("details", HTMLElement);
const headSelect = element("head", HTMLSelectElement);
const opacity = element("opacity", HTMLInputElement);

/** A segmentation with what it is of. */
export interface Result {
  readonly net: Net;
  readonly segmentation: Segmentation;
  readonly picture: ReadyPicture;
  /** Whether it was the net's first, which takes longer. */
  readonly isFirst: boolean;
  /** Which picture of a camera it is, from 1 on; 0 where it is none. */
  readonly frame: number;
}

/** A legend that changes with every picture cannot be read. */
const LEGEND_MILLISECONDS = 1000;
let legendMade = 0;

let current: Result | null = null;
/** Classes that are left clear, by head. They stay so from picture to picture. */
const hidden = new Map<string, Set<number>>();

export function showResult(result: Result): void {
  current = result;
  const names = Object.keys(result.segmentation.heads);
  const chosen = names.includes(headSelect.value) ? headSelect.value : (names[0] ?? "");
  headSelect.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
  element("head-row", HTMLParagraphElement).hidden = names.length < 2;
  details.hidden = false;
  showFigures(result);
  const isDue = performance.now() - legendMade >= LEGEND_MILLISECONDS;
  const isUsed = element("legend", HTMLUListElement).contains(document.activeElement);
  showChosen(result.frame <= 1 || (isDue && !isUsed));
  if (result.frame > 0) return;
  const { classes } = chosenOf(result).head;
  const heard = classes.slice(0, 3).filter(({ share }, index) => index === 0 || share >= 0.005);
  const largest = heard.map(({ name, share }) => `${name} ${Math.round(100 * share)} percent`);
  announce(`Done in ${duration(result.segmentation.milliseconds)}. ${largest.join(", ")}.`);
}

export function clearResult(): void {
  current = null;
  details.hidden = true;
}

function chosenOf({ net, segmentation, frame }: Result): Shown {
  const head: Head = segmentation.heads[headSelect.value] ?? segmentation;
  return { head, classes: net.outputs.find(({ name }) => name === head.name)?.classes ?? [], isLive: frame > 0 };
}

/** @param isNew whether the legend has to be made anew, which takes the focus from it */
function showChosen(isNew: boolean): void {
  if (!current) return;
  const shown = chosenOf(current);
  const without = hidden.get(shown.head.name) ?? new Set();
  hidden.set(shown.head.name, without);
  showHead(shown, [...without]);
  showOpacity(Number(opacity.value) / 100);
  if (!isNew) return;
  legendMade = performance.now();
  showLegend(shown, without, () => showChosen(false));
  const isWide = shown.head.mask instanceof Uint16Array;
  element("mask-hint", HTMLParagraphElement).textContent =
    `The mask is a PNG whose values are the classes (0 is ${shown.classes[0]?.name ?? "class 0"}), ` +
    (isWide ? "16 bits each." : "in their colours.");
}

function showFigures({ net, segmentation, picture, isFirst, frame }: Result): void {
  const { milliseconds, tiles, notes } = segmentation;
  const { given, canvas } = picture;
  const took = [duration(milliseconds)];
  if (tiles > 1) took.push(`in ${tiles} tiles`);
  took.push(`at ${canvas.width} × ${canvas.height} px`);
  if (frame > 0) took.push(`· live, picture ${frame}`);
  element("took", HTMLElement).textContent =
    `${took.join(" ")}${isFirst ? "; the first run prepares the net, too" : ""}`;
  const isResized = canvas.width !== given.width || canvas.height !== given.height;
  const resized = isResized ? [`The picture has ${given.width} × ${given.height} px and was resized for the net.`] : [];
  showNotes(net, [...resized, ...notes]);
}

export function showNet(net: Net): void {
  element("runs-on", HTMLElement).textContent = net.backend.description;
  element("took", HTMLElement).textContent = "not yet";
  showNotes(net, []);
}

function showNotes(net: Net, more: readonly string[]): void {
  const items = (lines: readonly string[]) => lines.map((line) => make("li", "", line));
  element("notes", HTMLUListElement).replaceChildren(...items([...more, ...net.notes]));
  element("passed-over", HTMLDetailsElement).hidden = net.passedOver.length === 0;
  element("passed-over-list", HTMLUListElement).replaceChildren(...items(net.passedOver));
}

/** `cat.jpg` gives `cat-mask.png`, and of several heads `cat-mask-semantic.png`. */
function nameFor(what: string, { picture, segmentation }: Result): string {
  const stem = picture.given.name.replace(/\.[^.]*$/, "") || "picture";
  const isOne = Object.keys(segmentation.heads).length < 2;
  return `${stem}-${what}${isOne ? "" : `-${headSelect.value}`}.png`;
}

function save(blob: Blob, name: string): void {
  const link = make("a");
  Object.assign(link, { href: URL.createObjectURL(blob), download: name });
  link.click();
  // After the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function saveMask(result: Result): Promise<void> {
  const { head, classes } = chosenOf(result);
  const palette = new Uint8Array(768);
  for (let index = 0; index < 256; index++) palette.set(classes[index]?.color ?? vocColor(index), 3 * index);
  save(await maskPng(head, palette), nameFor("mask", result));
}

function saveOverlay(result: Result): void {
  composed(Number(opacity.value) / 100).toBlob((blob) => {
    if (blob) save(blob, nameFor("overlay", result));
    else showError("The overlay cannot be written: there is no memory for it.");
  });
}

headSelect.addEventListener("change", () => showChosen(true));
opacity.addEventListener("input", () => {
  element("opacity-value", HTMLOutputElement).value = `${opacity.value}%`;
  showOpacity(Number(opacity.value) / 100);
});
button("download-mask").addEventListener("click", () => {
  if (current) saveMask(current).catch(showError);
});
button("download-overlay").addEventListener("click", () => {
  if (current) saveOverlay(current);
});
