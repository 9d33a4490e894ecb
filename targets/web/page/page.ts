/** The page of a bundle, to try it on pictures: see index.html. */
import type { BackendName, Net } from "../runtime/types.js";
import { button, element } from "./elements.js";
import { factLine, megabytes, readFacts, type BundleFacts, type Facts } from "./facts.js";
import { endLive, runLive } from "./live.js";
import { loadNet, runNet, Stopped } from "./net.js";
import { makePickers, type Given, type Pickers } from "./pickers.js";
import { readyPicture, type ReadyPicture } from "./picture.js";
import { clearResult, showNet, showResult } from "./result.js";
import { drawSample } from "./sample.js";
import { showPicture } from "./stage.js";
import { announce, clearError, showError } from "./status.js";

const backend = element("backend", HTMLSelectElement);
const limit = element("limit", HTMLSelectElement);
const again = button("again");
const empty = element("empty", HTMLParagraphElement);

async function start(): Promise<void> {
  element("not-started", HTMLParagraphElement).remove();
  const facts = await readFacts();
  if (facts?.kind === "bundle") return new BundlePage(facts.bundle).start();
  if (facts?.kind === "no-weights") return showMissing(facts);
  // Its module says what is wrong with it.
  await loadNet("auto").catch((error: unknown) => showError(error, () => location.reload()));
}

/** A bundle that was compiled without weights. */
function showMissing({ net, tensors, bytes }: Extract<Facts, { kind: "no-weights" }>): void {
  title(net);
  element("no-weights-text", HTMLParagraphElement).textContent =
    `This bundle holds the graph of ${net}, and none of its weights: ${tensors} tensors, ${megabytes(bytes)} in all, ` +
    `which weights-wanted.json lists. Compile it again with a file of weights, and reload this page:`;
  element("no-weights-command", HTMLElement).textContent = "npx fcnc compile SPEC.fcn --weights FILE --out FOLDER";
  element("no-weights", HTMLElement).hidden = false;
}

function title(net: string): void {
  element("title", HTMLHeadingElement).textContent = net;
  document.title = `${net} · segmentation`;
}

class BundlePage {
  readonly #bundle: BundleFacts;
  readonly #pickers: Pickers;
  #net: Net | null = null;
  #loading: Promise<void> = Promise.resolve();
  /** Runs of the net that is loaded now. */
  #runs = 0;
  /** What was begun last: pictures that are ready later than newer ones are not run. */
  #turn = 0;

  constructor(bundle: BundleFacts) {
    this.#bundle = bundle;
    this.#pickers = makePickers(
      bundle.inputs,
      () => this.#runAnew(),
      (stream) => void this.#runLive(stream),
    );
  }

  async start(): Promise<void> {
    title(this.#bundle.net);
    element("facts", HTMLParagraphElement).textContent = factLine(this.#bundle);
    element("made-by", HTMLParagraphElement).textContent = `Compiled by ${this.#bundle.generatedBy}.`;
    if (this.#bundle.runtime === "onnxruntime-web")
      for (const option of backend.querySelectorAll("[value=webgl], [value=cpu]")) option.remove();
    const isFixed = this.#bundle.inputs.every(({ height, width }) => [height, width].every(Number.isInteger));
    element("limit-row", HTMLParagraphElement).hidden = isFixed;
    backend.addEventListener("change", () => {
      clearError();
      this.#reload();
    });
    limit.addEventListener("change", () => this.#runAnew());
    again.addEventListener("click", () => this.#runAnew());
    button("sample").addEventListener("click", () => void this.#takeSample());
    offerPaste((given) => this.#pickers.put(given), this.#bundle.inputs[0]?.name ?? "");
    element("work", HTMLDivElement).hidden = false;
    this.#reload();
    await this.#loading;
  }

  #reload(): void {
    this.#loading = this.#load();
  }

  async #load(): Promise<void> {
    const asked = backend.value as BackendName | "auto";
    endLive();
    this.#net = null;
    again.disabled = true;
    try {
      this.#net = await loadNet(asked);
    } catch (error) {
      if (error instanceof Stopped) {
        if (error.byPerson) showError("Loading was stopped.", () => this.#reload());
        return;
      }
      if (asked === "auto") return showError(error, () => this.#reload());
      // The page goes on with what works.
      const said = error instanceof Error ? error.message : String(error);
      showError(`${said} The page takes the fastest that works instead.`);
      backend.value = "auto";
      return this.#load();
    }
    this.#runs = 0;
    showNet(this.#net);
    announce(`The net is ready on ${this.#net.backend.description}.`);
    await this.#run();
  }

  #runAnew(): void {
    clearError();
    void this.#run();
  }

  async #run(): Promise<void> {
    endLive();
    const { inputs } = this.#bundle;
    const missing = inputs.filter(({ name }) => !this.#pickers.pictures.has(name)).map(({ name }) => name);
    if (missing.length > 0) {
      if (missing.length < inputs.length) empty.textContent = `Give a picture for ${missing.join(" and ")}, too.`;
      return;
    }
    const net = this.#net;
    const turn = ++this.#turn;
    clearResult();
    try {
      const pictures = await this.#ready();
      const [picture] = pictures.values();
      if (!picture || turn !== this.#turn) return;
      showPicture(picture.canvas);
      const segmentation = await runNet(pictures);
      if (!segmentation || !net || net !== this.#net) return;
      again.disabled = false;
      showResult({ net, segmentation, picture, isFirst: this.#runs++ === 0, frame: 0 });
    } catch (error) {
      if (error instanceof Stopped && !error.byPerson) return;
      showError(error instanceof Stopped ? "Segmenting was stopped." : error, () => void this.#run());
    }
  }

  /** Its last picture stays, and is run once more with its scores. */
  async #runLive(stream: MediaStream): Promise<void> {
    const [input] = this.#bundle.inputs;
    clearError();
    try {
      await this.#loading;
      const net = this.#net;
      if (!net || !input) {
        // Why there is no net is on the page.
        for (const track of stream.getTracks()) track.stop();
        return;
      }
      this.#turn++;
      const blob = await runLive(stream, {
        net,
        input,
        limit: () => Number(limit.value),
        show: (picture, segmentation, frame) => {
          showPicture(picture.canvas);
          showResult({ net, segmentation, picture, isFirst: false, frame });
        },
      });
      this.#runs++;
      if (blob) await this.#pickers.put([{ input: input.name, blob, name: "camera.png" }]);
    } catch (error) {
      showError(error);
    }
  }

  async #ready(): Promise<Map<string, ReadyPicture>> {
    const ready = new Map<string, ReadyPicture>();
    for (const input of this.#bundle.inputs) {
      const picture = this.#pickers.pictures.get(input.name);
      if (picture) ready.set(input.name, await readyPicture(picture, input, Number(limit.value)));
    }
    return ready;
  }

  /** The bundle's own, where it was compiled with one, else a drawn scene. */
  async #takeSample(): Promise<void> {
    try {
      const { inputs, files } = this.#bundle;
      const given = inputs.map(async (input): Promise<Given> => {
        const own = files.find(({ path }) => path.replace(/\.\w+$/, "") === `page/sample-${input.name}`);
        const blob = own ? await (await fetch(own.path)).blob() : await drawSample(input);
        return { input: input.name, blob, name: own?.path.replace(/^.*\//, "") ?? "sample.png" };
      });
      await this.#pickers.put(await Promise.all(given));
    } catch (error) {
      showError(error);
    }
  }
}

/** Telephones have no Ctrl+V. */
function offerPaste(put: (given: readonly Given[]) => Promise<void>, input: string): void {
  const paste = button("paste");
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (!clipboard || !("read" in clipboard)) return;
  paste.hidden = false;
  paste.addEventListener("click", () => {
    clipboard
      .read()
      .then(async (items) => {
        const item = items.find(({ types }) => types.some((type) => type.startsWith("image/")));
        const type = item?.types.find((one) => one.startsWith("image/"));
        if (!item || type === undefined) throw new Error("There is no picture in the clipboard: copy one first.");
        await put([{ input, blob: await item.getType(type), name: "pasted.png" }]);
      })
      .catch((error: unknown) => {
        const isRefused = error instanceof DOMException && error.name === "NotAllowedError";
        showError(isRefused ? "The page may not read the clipboard. Allow it beside the page's address." : error);
      });
  });
}

start().catch(showError);
