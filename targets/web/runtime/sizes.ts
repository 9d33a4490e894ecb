import { bytesOf } from "../memory-term.js";
import { FcnError } from "./errors.js";
import type { PixelReader, Region } from "./pixels.js";
import type { BundleFacts } from "./protocol.js";
import { isMember, leastTile, nextMember, spansOf, type AxisTiling, type Span } from "./spans.js";
import type { BackendName } from "./types.js";

/** How a picture is run: in which size, and in which tiles. */
export interface Layout {
  readonly height: number;
  readonly width: number;
  readonly tiles: readonly Tile[];
}

/** The part of the picture that a tile is run on, and of its result what is kept. */
export interface Tile extends Region {
  readonly kept: Region;
}

/**
 * The size that the pictures are run in: their own where the net takes it, else the next larger ones that it does.
 * @throws {FcnError} where the pictures of several inputs do not agree, or there is no such size.
 */
export function runSize(facts: BundleFacts, readers: ReadonlyMap<string, PixelReader>): readonly [number, number] {
  const [first] = facts.inputs;
  const reader = readers.get(first?.name ?? "");
  if (!first || !reader) throw new FcnError("inputs", "The net was given no picture.");
  for (const input of facts.inputs) {
    const other = readers.get(input.name);
    const isAlike = input.height === first.height && input.width === first.width;
    if (isAlike && (other?.height !== reader.height || other.width !== reader.width))
      throw new FcnError(
        "inputs",
        `\`${first.name}\` has ${reader.width} x ${reader.height} pixels and \`${input.name}\` ${other?.width} x ` +
          `${other?.height}: the net takes them in one size.`,
      );
  }
  return [side(facts, first.height, reader.height, "high"), side(facts, first.width, reader.width, "wide")];
}

function side(facts: BundleFacts, stated: string | number, pixels: number, word: "high" | "wide"): number {
  if (typeof stated === "number") {
    if (pixels <= stated) return stated;
    throw new FcnError(
      "size",
      `The picture is ${pixels} pixels ${word}, and the net takes ${stated}. Shrink it first.`,
    );
  }
  const valid = facts.validFor[stated];
  const found = valid ? nextMember(valid, pixels) : pixels;
  if (found !== null) return found;
  throw new FcnError(
    "size",
    `The net takes no picture that is ${pixels} pixels ${word} or more: it takes ${valid?.text}.`,
  );
}

/** What a run takes beside the maps that are counted: textures are padded, and windows are written out for products. */
const OVERHEAD: Readonly<Record<BackendName, number>> = { wasm: 1.3, cpu: 1.3, webgl: 4, webgpu: 3 };

/**
 * Tiles that fit into `bytes`, or of at most `most` pixels a side; the whole picture where it fits, or where the net
 * cannot be tiled.
 */
export function layOut(
  { browser, validFor, inputs: [input] }: BundleFacts,
  [height, width]: readonly [number, number],
  backend: BackendName,
  bytes: number,
  most: number | null,
): Layout {
  const whole = { top: 0, left: 0, height, width };
  const once: Layout = { height, width, tiles: [{ ...whole, kept: whole }] };
  const { tiling, memory } = browser;
  if (!tiling || !input) return once;
  const fits = (limit: number) =>
    OVERHEAD[backend] * bytesOf(memory.maps, Math.min(height, limit), Math.min(width, limit)) <= bytes;
  const limit = most ?? largest(fits, Math.max(height, width));
  if (limit >= Math.max(height, width)) return once;
  const axis = (index: 0 | 1): AxisTiling => ({
    alignment: tiling.alignment[index],
    before: tiling.before[index],
    after: tiling.after[index],
  });
  const along = (index: 0 | 1, length: number, stated: string | number): Span[] | null => {
    const valid = typeof stated === "string" ? validFor[stated] : undefined;
    // Tiles that hardly get on would cost more than they save.
    const side = most ?? Math.max(limit, 2 * leastTile(axis(index)));
    return spansOf(length, side, axis(index), (tile) => !valid || isMember(valid, tile));
  };
  const rows = along(0, height, input.height);
  const columns = along(1, width, input.width);
  if (!rows || !columns) return once;
  return { height, width, tiles: rows.flatMap((row) => columns.map((column) => tileOf(row, column))) };
}

function tileOf(row: Span, column: Span): Tile {
  return {
    top: row.start,
    left: column.start,
    height: row.end - row.start,
    width: column.end - column.start,
    kept: { top: row.from, left: column.from, height: row.to - row.from, width: column.to - column.from },
  };
}

/** The largest number up to `end` that fits; 0 where none does. */
function largest(fits: (value: number) => boolean, end: number): number {
  if (fits(end)) return end;
  let [low, high] = [0, end];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
