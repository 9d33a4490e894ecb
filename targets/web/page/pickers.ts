/** Where pictures come from: files that are chosen, dropped or pasted, one picker for each input of the net. */
import type { NetInput } from "../runtime/types.js";
import { takePhoto } from "./camera.js";
import { element, make } from "./elements.js";
import { openPicture, PictureError, type GivenPicture } from "./picture.js";
import { showError } from "./status.js";

const pickers = element("pickers", HTMLDivElement);

export interface Pickers {
  /** By input; those that are still empty are not there. */
  readonly pictures: ReadonlyMap<string, GivenPicture>;
  put(given: readonly Given[]): Promise<void>;
}

/** A file for an input. */
export interface Given {
  readonly input: string;
  readonly blob: Blob;
  readonly name: string;
}

/**
 * @param inputs of the net
 * @param onChange called when a picture was taken
 * @param onLive called with what the camera goes on to see, for a net of one input
 */
export function makePickers(
  inputs: readonly NetInput[],
  onChange: () => void,
  onLive: (stream: MediaStream) => void,
): Pickers {
  const pictures = new Map<string, GivenPicture>();
  /** By input, which of all that were given is there: what is read late does not take the place of what came later. */
  const places = new Map<string, number>();
  let count = 0;
  const shown = new Map(inputs.map((input) => [input.name, makePicker(input)]));

  function makePicker(input: NetInput): (picture: GivenPicture) => void {
    const file = make("input");
    Object.assign(file, { type: "file", accept: "image/*" });
    const camera = make("button", "", "Camera");
    camera.type = "button";
    const chosen = make("p", "", inputs.length === 1 ? "Drop a picture here, or" : "Drop a picture here");
    const name = make("span", "unseen", ` for ${input.name}`);
    const choose = make("label", "choose", "Choose a picture", name, file);
    const picker = make(inputs.length === 1 ? "div" : "fieldset", "picker");
    if (inputs.length > 1) {
      picker.append(make("legend", "", legendOf(input)));
      camera.append(make("span", "unseen", ` for ${input.name}`));
    }
    picker.dataset["input"] = input.name;
    picker.append(chosen, make("p", "row", choose, camera));
    file.addEventListener("change", () => {
      const [picked] = file.files ?? [];
      // The same file can be chosen again.
      if (picked) void put([{ input: input.name, blob: picked, name: picked.name }]).finally(() => (file.value = ""));
    });
    camera.addEventListener("click", () => void shoot(input.name));
    pickers.append(picker);
    return ({ name, width, height }) => (chosen.textContent = `${name}, ${width} × ${height} px`);
  }

  async function put(given: readonly Given[]): Promise<void> {
    const place = ++count;
    const isLate = () => given.some(({ input }) => (places.get(input) ?? 0) > place);
    try {
      const opened = await Promise.all(given.map(({ blob, name }) => openPicture(blob, name)));
      if (isLate()) return;
      for (const [index, picture] of opened.entries()) {
        const input = given[index]?.input ?? "";
        places.set(input, place);
        pictures.set(input, picture);
        shown.get(input)?.(picture);
      }
      onChange();
    } catch (error) {
      if (!isLate()) showError(error);
    }
  }

  async function shoot(input: string): Promise<void> {
    try {
      const photo = await takePhoto(inputs.length === 1);
      if (photo instanceof MediaStream) onLive(photo);
      else if (photo) await put([{ input, blob: photo, name: "camera.png" }]);
    } catch (error) {
      showError(error);
    }
  }

  /** Several pictures go to several inputs, from the one that was meant on. */
  async function putAll(files: readonly File[], meant: string | undefined): Promise<void> {
    if (files.length === 0) {
      showError(new PictureError("That was no file of a picture. Save the picture first, and drop its file."));
      return;
    }
    const names = inputs.map(({ name }) => name);
    const start = meant ?? names.find((name) => !pictures.has(name)) ?? names[0] ?? "";
    const order = [...names.slice(names.indexOf(start)), ...names.slice(0, names.indexOf(start))];
    const taken = files.slice(0, order.length);
    await put(taken.map((file, index) => ({ input: order[index] ?? start, blob: file, name: file.name })));
  }

  receiveDrops((files, meant) => void putAll(files, meant));
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void putAll(files, undefined);
  });
  return { pictures, put };
}

/** `color`, and of what is no colour picture what it is: `depth (values)`. */
function legendOf({ name, format, channels }: NetInput): string {
  if (format === "raw") return channels === 1 ? `${name} (values)` : `${name} (values, ${channels} channels)`;
  return format === "gray" ? `${name} (gray)` : name;
}

/** The whole page takes drops, or a picture beside its place would take the page's own. */
function receiveDrops(onDrop: (files: readonly File[], meant: string | undefined) => void): void {
  const pickerAt = ({ target }: Event) => (target instanceof Element ? target.closest<HTMLElement>(".picker") : null);
  const all = () => pickers.querySelectorAll(".picker");
  const mark = (over: Element | null) => all().forEach((picker) => picker.classList.toggle("over", picker === over));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    mark(pickerAt(event) ?? (all().length === 1 ? (all()[0] ?? null) : null));
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) mark(null);
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(null);
    onDrop([...(event.dataTransfer?.files ?? [])], pickerAt(event)?.dataset["input"]);
  });
}
