/** Reads a net's tensors through a load plan: by ranges, holding a band of rows and no whole tensor. */
import { elementsOf } from "../formats/stored.js";
import { WeightsError } from "../errors.js";
import { checkFinite } from "../finite.js";
import type { WeightSource } from "../source.js";
import type { LoadStep, TensorLoad } from "./load-plan.js";

/** Of the source, as much as is read at once. */
const CHUNK_ELEMENTS = 1024 * 1024;
/** Of the net's tensor, where the source has another order and is read through for each band. */
const BAND_ELEMENTS = 16 * 1024 * 1024;

/** Reads ranges of initializers' numbers. */
export type ReadInit = (start: number, end: number) => Promise<Float32Array>;

type StepOf<Name extends LoadStep["step"]> = Extract<LoadStep, { readonly step: Name }>;

/** One tensor of the net out of one of a source. */
export class TensorReader {
  readonly #load: TensorLoad;
  readonly #source: WeightSource;
  readonly #init: ReadInit;
  readonly #transpose: StepOf<"transpose"> | undefined;
  readonly #channels: StepOf<"channels"> | undefined;
  readonly #spread: StepOf<"spread"> | undefined;
  readonly #group: StepOf<"group"> | undefined;
  readonly #resize: StepOf<"resize"> | undefined;
  /** The source's tensor in our order: rows, columns, and the elements of a kernel. */
  readonly #rows: number;
  readonly #columns: number;
  readonly #area: number;
  #band: { readonly first: number; readonly end: number; readonly values: Float32Array } | null = null;

  constructor(load: TensorLoad, source: WeightSource, init: ReadInit) {
    this.#load = load;
    this.#source = source;
    this.#init = init;
    const find = <Name extends LoadStep["step"]>(name: Name): StepOf<Name> | undefined =>
      load.steps.find((step): step is StepOf<Name> => step.step === name);
    this.#transpose = find("transpose");
    this.#channels = find("channels");
    this.#spread = find("spread");
    this.#group = find("group");
    this.#resize = find("resize");
    const reshape = load.steps.findLast((step) => step.step === "reshape");
    const shape = this.#transpose?.to ?? reshape?.to ?? load.from?.shape ?? [];
    const [rows = 1, columns = 1, ...kernel] = shape;
    this.#rows = rows;
    this.#columns = columns;
    this.#area = elementsOf(kernel);
  }

  /** Whether the source has the net's numbers in the net's order. */
  get isPlain(): boolean {
    return this.#load.steps.every(({ step }) => step === "reshape");
  }

  /** Whether more is done than to put the source's numbers in another order. */
  get #isMixed(): boolean {
    return !this.#load.steps.every(({ step }) => step === "reshape" || step === "transpose");
  }

  /** Elements from `start` on, as many as `into` holds. */
  async read(start: number, into: Float32Array): Promise<void> {
    if (this.isPlain) return this.#readSource(start, into);
    const [, ...rest] = this.#load.shape;
    const row = elementsOf(rest);
    for (let done = 0; done < into.length;) {
      const at = start + done;
      const band = await this.#bandOf(Math.floor(at / row), Math.ceil((start + into.length) / row), row);
      const from = at - band.first * row;
      const piece = band.values.subarray(from, Math.min(band.values.length, from + into.length - done));
      into.set(piece, done);
      done += piece.length;
    }
  }

  /** Rows of the net's tensor from `first` on, up to `end` or as many as a band has. */
  async #bandOf(first: number, end: number, row: number) {
    if (this.#band !== null && this.#band.first <= first && first < this.#band.end) return this.#band;
    const [all = 1] = this.#load.shape;
    const most = Math.max(1, Math.floor(BAND_ELEMENTS / Math.max(row, this.#columns * this.#area)));
    // The whole source is read for a band in another order: then as many rows as will do.
    const last = this.#transpose === undefined ? Math.min(end, first + most) : Math.min(all, first + most);
    this.#band = null;
    if (!this.#isMixed) return (this.#band = { first, end: last, values: await this.#sourceRows(first, last) });
    const values = new Float32Array((last - first) * row);
    const known = Math.min(last, this.#rows);
    if (known > first) this.#mix(await this.#sourceRows(first, known), first, known, values);
    if (this.#resize !== undefined) await this.#fill(first, last, values);
    return (this.#band = { first, end: last, values });
  }

  /** Rows of the source in our order: [rows, columns, kernel]. */
  async #sourceRows(first: number, end: number): Promise<Float32Array> {
    const row = this.#columns * this.#area;
    const rows = new Float32Array((end - first) * row);
    if (this.#transpose === undefined) await this.#readSource(first * row, rows);
    else await this.#scatter(this.#transpose, first, end, rows);
    return rows;
  }

  /** Reads the source through once, and puts each element where it belongs in our order. */
  async #scatter({ from, axes, to }: StepOf<"transpose">, first: number, end: number, rows: Float32Array) {
    // Distances in our order between neighbours on each of the source's axes.
    const distances = from.map((_, axis) => elementsOf(to.slice(axes.indexOf(axis) + 1)));
    const [lines, length] = [elementsOf(from.slice(0, -1)), from.at(-1) ?? 1];
    const rowAxis = axes[0] ?? 0;
    const isRow = rowAxis === from.length - 1;
    const step = Math.max(1, Math.floor(CHUNK_ELEMENTS / length));
    const chunk = new Float32Array(step * length);
    const position = from.slice(0, -1).map(() => 0);
    for (let line = 0; line < lines; line += step) {
      const some = Math.min(step, lines - line);
      const values = chunk.subarray(0, some * length);
      await this.#readSource(line * length, values);
      for (let index = 0; index < some; index++) {
        let base = -first * (distances[rowAxis] ?? 1);
        for (const [axis, place] of position.entries()) base += place * (distances[axis] ?? 1);
        const distance = distances.at(-1) ?? 1;
        const wanted = isRow || ((position[rowAxis] ?? 0) >= first && (position[rowAxis] ?? 0) < end);
        const [start, stop] = isRow ? [first, end] : [0, wanted ? length : 0];
        for (let place = start; place < stop; place++)
          rows[base + place * distance] = values[index * length + place] as number;
        for (let axis = position.length - 1; axis >= 0; axis--) {
          position[axis] = (position[axis] ?? 0) + 1;
          if ((position[axis] ?? 0) < (from[axis] ?? 1)) break;
          position[axis] = 0;
        }
      }
    }
  }

  /** Source rows into the net's: columns mixed, spread, taken out of their group, or as many as are copied. */
  #mix(rows: Float32Array, first: number, end: number, values: Float32Array): void {
    const [all = 1, columns = 1] = this.#load.shape;
    const area = this.#area;
    for (let row = first; row < end; row++) {
      const source = rows.subarray((row - first) * this.#columns * area, (row - first + 1) * this.#columns * area);
      const target = values.subarray((row - first) * columns * area, (row - first + 1) * columns * area);
      if (this.#channels !== undefined) mixColumns(source, target, this.#channels.matrix, area);
      else if (this.#spread !== undefined) {
        const group = Math.floor((row * this.#spread.groups) / all);
        target.set(source, group * this.#columns * area);
      } else if (this.#group !== undefined) {
        const group = Math.floor((row * this.#group.groups) / all);
        const [from, to] = [group * columns * area, (group + 1) * columns * area];
        this.#checkZero(source, from, to, row);
        target.set(source.subarray(from, to));
      } else target.set(source.subarray(0, Math.min(source.length, target.length)));
    }
  }

  #checkZero(source: Float32Array, from: number, to: number, row: number): void {
    const at = source.findIndex((value, index) => value !== 0 && (index < from || index >= to));
    if (at < 0) return;
    throw new WeightsError(
      `${this.#source.title}: tensor \`${this.#load.from?.name}\` has ${source[at]} between channel ${row} and channel ` +
        `${Math.floor(at / this.#area)} of another group, where \`${this.#load.name}\` has groups and so zero. ` +
        "Write the layer without `groups`.",
    );
  }

  /** What the source lacks, from the initializer. */
  async #fill(first: number, last: number, values: Float32Array): Promise<void> {
    const [rows, columns] = this.#resize?.copied ?? [0, 0];
    const [, all = 1] = this.#load.shape;
    const row = all * this.#area;
    const fresh = await this.#init(first * row, last * row);
    for (let index = first; index < last; index++) {
      const kept = index < rows ? columns * this.#area : 0;
      const at = (index - first) * row;
      values.set(fresh.subarray(at + kept, at + row), at + kept);
    }
  }

  async #readSource(start: number, into: Float32Array): Promise<void> {
    const { name = "", shape = [] } = this.#load.from ?? {};
    await this.#source.read(name, start, start + into.length, into);
    checkFinite(this.#source.title, name, shape, into, start);
  }
}

function mixColumns(
  source: Float32Array,
  target: Float32Array,
  matrix: readonly (readonly number[])[],
  area: number,
): void {
  for (const [column, factors] of matrix.entries())
    for (let place = 0; place < area; place++) {
      let sum = 0;
      for (const [from, factor] of factors.entries()) sum += factor * (source[from * area + place] as number);
      target[column * area + place] = sum;
    }
}
