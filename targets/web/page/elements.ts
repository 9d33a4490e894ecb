/** The page's own elements: see index.html. */

/** @throws {Error} where index.html and this program do not belong together. */
export function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`index.html has no \`${id}\`: it is of another fcnc than page.js`);
}

export const button = (id: string): HTMLButtonElement => element(id, HTMLButtonElement);

/** A new element with a class and what it holds, texts as texts. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = "",
  ...content: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  made.append(...content);
  return made;
}

/** @throws {Error} where there is no memory for its pixels. */
export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (context) return context;
  throw new Error(`There is no memory for a picture of ${canvas.width} × ${canvas.height} pixels.`);
}

export function makeCanvas(width: number, height: number): HTMLCanvasElement {
  return Object.assign(make("canvas"), { width, height });
}
