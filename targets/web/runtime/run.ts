/** Runs pictures: a file of its own in bundles, which the engine fetches while what it runs on comes. */
import { FcnError, isFcnError, isMemory } from "./errors.js";
import { feed } from "./feed.js";
import type { LoadedGraph, MapValue } from "./graph.js";
import { openPicture, type PixelReader } from "./pixels.js";
import { isOwnWorker, type BundleOutput, type Segmented, type SegmentedHead, type SegmentRequest } from "./protocol.js";
import { layOut, runSize, type Layout, type Tile } from "./sizes.js";
import type { SegmentProgress } from "./types.js";

/** Runs a net on pictures, at once or in tiles. */
export async function run(
  graph: LoadedGraph,
  request: SegmentRequest,
  bytes: number,
  onProgress: (progress: SegmentProgress) => void,
  signal: AbortSignal,
): Promise<Segmented> {
  const { facts, started } = graph;
  const readers = new Map<string, PixelReader>();
  try {
    for (const { name } of facts.inputs) {
      const picture = request.pictures[name];
      if (!picture) throw new FcnError("inputs", `The net was not given its input \`${name}\`.`);
      readers.set(name, await openPicture(picture, name));
    }
    const size = runSize(facts, readers);
    if (request.scores) admitScores(facts.outputs, size);
    const notes: string[] = [];
    let most = request.tile;
    for (;;) {
      const layout = layOut(facts, size, started.backend.name, bytes, most);
      try {
        const heads = await runTiles(graph, request, readers, layout, onProgress, signal);
        return {
          heads,
          tiles: layout.tiles.length,
          notes: [...notes, ...notesOf(facts.inputs[0]?.name, readers, layout)],
        };
      } catch (caught) {
        const error = typed(caught);
        // The estimate was too low for this machine: smaller tiles, as long as there are such.
        const half = Math.ceil(Math.max(...layout.tiles.map(({ height, width }) => Math.max(height, width))) / 2);
        const smaller = layOut(facts, size, started.backend.name, bytes, half);
        const isTooLarge = isFcnError(error) && error.code === "out-of-memory";
        if (!isTooLarge || smaller.tiles.length <= layout.tiles.length) throw error;
        const count = layout.tiles.length === 1 ? "the whole picture" : `${layout.tiles.length} tiles`;
        notes.push(`Memory did not suffice for ${count}, so smaller tiles were taken.`);
        most = half;
      }
    }
  } finally {
    for (const reader of readers.values()) reader.close();
  }
}

/** Browsers hand on no more in one piece, and say so when all is done. */
const MOST_BYTES = 2 ** 31 - 1;

function admitScores(outputs: readonly BundleOutput[], [height, width]: readonly [number, number]): void {
  for (const { classes } of outputs) {
    const bytes = 4 * height * width * classes;
    if (bytes > MOST_BYTES)
      throw new FcnError(
        "out-of-memory",
        `The scores of ${width} x ${height} pixels and ${classes} classes take ${bytes} bytes, which is more than browsers ` +
          `hand on. Ask for the mask alone, or shrink the picture.`,
      );
  }
}

/** What the browser itself says where there is no memory for an array or for pixels. */
function typed(error: unknown): unknown {
  if (!(error instanceof RangeError) || !isMemory(error.message)) return error;
  return new FcnError("out-of-memory", `The picture does not fit into memory: ${error.message}`, { cause: error });
}

async function runTiles(
  graph: LoadedGraph,
  { scores }: SegmentRequest,
  readers: ReadonlyMap<string, PixelReader>,
  layout: Layout,
  onProgress: (progress: SegmentProgress) => void,
  signal: AbortSignal,
): Promise<SegmentedHead[]> {
  const { inputs, outputs } = graph.facts;
  const wanted = outputs.flatMap((output) => (scores ? [output.mask, output.scores] : [output.mask]));
  const picture = readers.get(inputs[0]?.name ?? "") ?? layout;
  const heads: HeadInProgress[] = [];
  for (const [index, tile] of layout.tiles.entries()) {
    // Whoever gives up is heard between tiles, and in a page also before the first: a run on WebAssembly never waits.
    if (index > 0 || !isOwnWorker()) await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
    const fed: Record<string, MapValue> = {};
    for (const input of inputs) {
      const reader = readers.get(input.name);
      if (!reader) continue;
      // Inputs of other sizes than the first are never tiled.
      const isAlike = input.height === inputs[0]?.height && input.width === inputs[0].width;
      const region = isAlike ? tile : { top: 0, left: 0, height: reader.height, width: reader.width };
      fed[input.name] = {
        data: await feed(reader, input, region),
        shape: [1, region.height, region.width, input.channels],
      };
    }
    const values = await graph.run(fed, wanted);
    for (const [at, output] of outputs.entries()) {
      const mask = values[scores ? 2 * at : at];
      if (!mask) throw new Error(`the graph gave no value for ${output.mask}`);
      const head = (heads[at] ??= new HeadInProgress(output, layout, picture, mask));
      head.take(tile, mask, scores ? (values[2 * at + 1] ?? null) : null);
    }
    if (layout.tiles.length > 1) onProgress({ done: index + 1, total: layout.tiles.length });
  }
  return heads.map((head) => head.done());
}

/** An output as its tiles come. */
class HeadInProgress {
  readonly #width: number;
  readonly #height: number;
  readonly #mask: Uint8Array | Uint16Array;
  #scores: Float32Array | null = null;

  /**
   * An output of the size in which the picture was run loses what the picture was padded by; one of another size stays
   * as it is.
   */
  constructor(
    readonly output: BundleOutput,
    layout: Layout,
    picture: { readonly height: number; readonly width: number },
    { shape: [, height = 0, width = 0] }: MapValue,
  ) {
    const isPicture = layout.tiles.length > 1 || (height === layout.height && width === layout.width);
    this.#height = isPicture ? picture.height : height;
    this.#width = isPicture ? picture.width : width;
    const pixels = this.#height * this.#width;
    this.#mask = output.classes > 256 ? new Uint16Array(pixels) : new Uint8Array(pixels);
  }

  /** Copies what is kept of a tile. */
  take(tile: Tile, mask: MapValue, scores: MapValue | null): void {
    const [, height = 0, width = 0] = mask.shape;
    const { classes } = this.output;
    const { kept } = tile;
    const bottom = Math.min(kept.top + kept.height, this.#height);
    const right = Math.min(kept.left + kept.width, this.#width);
    const isWhole = height === this.#height && width === this.#width && bottom - kept.top === height;
    const own = isWhole && right - kept.left === width ? ownValues(scores) : null;
    if (scores) this.#scores ??= own ?? new Float32Array(this.#height * this.#width * classes);
    for (let y = kept.top; y < bottom; y++) {
      const from = (y - tile.top) * width + kept.left - tile.left;
      const to = y * this.#width + kept.left;
      const count = right - kept.left;
      if (count <= 0) continue;
      this.#mask.set(mask.data.subarray(from, from + count), to);
      if (scores && own === null)
        this.#scores?.set(scores.data.subarray(from * classes, (from + count) * classes), to * classes);
    }
  }

  done(): SegmentedHead {
    const counts = new Uint32Array(this.output.classes);
    for (const index of this.#mask) counts[index] = (counts[index] ?? 0) + 1;
    return { width: this.#width, height: this.#height, mask: this.#mask, counts, scores: this.#scores };
  }
}

/** Values that share their memory with nobody: they need not be copied to be given away. */
function ownValues(value: MapValue | null): Float32Array | null {
  if (!(value?.data instanceof Float32Array)) return null;
  const { buffer, byteLength } = value.data;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? value.data : null;
}

function notesOf(
  name: string | undefined,
  readers: ReadonlyMap<string, PixelReader>,
  { height, width }: Layout,
): string[] {
  const notes: string[] = [];
  const picture = readers.get(name ?? "");
  if (picture && (picture.height !== height || picture.width !== width))
    notes.push(
      `The net does not take ${picture.width} x ${picture.height} pixels, so the picture was continued to ${width} x ` +
        `${height} and the mask cut to it.`,
    );
  if ([...readers.values()].some(({ isRounded }) => isRounded))
    notes.push("There is no WebGL here to read transparent pixels with, so their colours are rounded.");
  return notes;
}
