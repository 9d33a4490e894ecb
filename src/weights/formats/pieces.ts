/**
 * Where the numbers of one tensor lie in a file that holds them in pieces: packed in one piece, in several, or each
 * behind a tag of its own. Pieces of one length at one distance are kept as one run, however many they are.
 */
import type { RandomAccessFile } from "./file.js";

interface Run {
  /** Of the first piece, from the start of the file. */
  readonly position: number;
  /** Elements before the run. */
  readonly before: number;
  /** Elements of a piece. */
  readonly length: number;
  /** Bytes from one piece to the next; 0 while there is but one. */
  stride: number;
  pieces: number;
}

const CHUNK_BYTES = 1024 * 1024;

export class Pieces {
  readonly #runs: Run[] = [];
  #elements = 0;
  #chunk = new Uint8Array(0);

  constructor(
    /** Of an element. */
    readonly bytes: number,
  ) {}

  /** Elements in all. */
  get elements(): number {
    return this.#elements;
  }

  /** How many runs there are: what the place in memory grows with. */
  get runs(): number {
    return this.#runs.length;
  }

  /** Adds pieces of `length` elements each, behind what is there: one, or several at a distance of `stride` bytes. */
  add(position: number, length: number, pieces = 1, stride = 0): void {
    if (length === 0 || pieces === 0) return;
    const last = this.#runs.at(-1);
    this.#elements += length * pieces;
    if (last !== undefined && last.length === length) {
      const distance = position - (last.position + (last.pieces - 1) * last.stride);
      const continues = last.stride === 0 ? stride === 0 || stride === distance : last.stride === distance;
      if (continues && (stride === 0 || stride === distance)) {
        last.stride = distance;
        last.pieces += pieces;
        return;
      }
    }
    this.#runs.push({ position, before: this.#elements - length * pieces, length, stride, pieces });
  }

  /** Fills `into` with the elements from `start` on, as they lie in the file. */
  async read(file: RandomAccessFile, start: number, into: Uint8Array, what: string): Promise<void> {
    let at = start;
    let done = 0;
    for (let index = this.#find(start); done < into.length; index++) {
      const run = this.#runs[index];
      if (run === undefined) throw new RangeError(`${what} has ${this.#elements} elements`);
      const end = run.before + run.length * run.pieces;
      while (at < end && done < into.length) {
        const piece = Math.floor((at - run.before) / run.length);
        const within = at - run.before - piece * run.length;
        const position = run.position + piece * run.stride + within * this.bytes;
        const wanted = (into.length - done) / this.bytes;
        let count = Math.min(run.length - within, wanted);
        if (count < wanted && run.pieces - piece > 1 && run.stride <= CHUNK_BYTES)
          count = await this.#gather(file, run, at, into.subarray(done), what);
        else await file.read(position, into.subarray(done, done + count * this.bytes), what);
        at += count;
        done += count * this.bytes;
      }
    }
  }

  /** Reads several pieces with what lies between them, and keeps the pieces. Returns how many elements it got. */
  async #gather(file: RandomAccessFile, run: Run, at: number, into: Uint8Array, what: string): Promise<number> {
    if (this.#chunk.length === 0) this.#chunk = new Uint8Array(CHUNK_BYTES);
    const first = Math.floor((at - run.before) / run.length);
    const pieceBytes = run.length * this.bytes;
    const skipped = (at - run.before - first * run.length) * this.bytes;
    const pieces = Math.min(
      run.pieces - first,
      Math.floor((CHUNK_BYTES - pieceBytes) / run.stride) + 1,
      Math.ceil((skipped + into.length) / pieceBytes),
    );
    const span = this.#chunk.subarray(0, (pieces - 1) * run.stride + pieceBytes);
    await file.read(run.position + first * run.stride, span, what);
    let done = 0;
    for (let piece = 0; piece < pieces && done < into.length; piece++) {
      const from = piece * run.stride + (piece === 0 ? skipped : 0);
      const length = Math.min(piece * run.stride + pieceBytes - from, into.length - done);
      // An element is copied faster by hand than by a call.
      if (length <= 8) for (let byte = 0; byte < length; byte++) into[done + byte] = span[from + byte] ?? 0;
      else into.set(span.subarray(from, from + length), done);
      done += length;
    }
    return done / this.bytes;
  }

  /** The run that has an element. */
  #find(element: number): number {
    let low = 0;
    let high = this.#runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#runs[middle]?.before ?? 0) <= element) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
