/** One scan of a JPEG: its entropy-coded blocks, sequential or progressive (ITU T.81, annexes F and G). */
import { damaged } from "./error.js";
import type { BitReader, HuffmanTable } from "./jpeg-bits.js";
import { type Component, type Frame, ZIGZAG } from "./jpeg-frame.js";
import { inverseTransform } from "./jpeg-idct.js";

export interface Scan {
  readonly components: readonly Component[];
  /** First and last coefficient in zigzag order; 0 and 63 in sequential files. */
  readonly spectralStart: number;
  readonly spectralEnd: number;
  /** Low bits that earlier scans left out (0 in a first scan), and those that this one leaves out. */
  readonly successivePrevious: number;
  readonly successive: number;
  /** MCUs between restart markers, or 0. */
  readonly restartInterval: number;
}

/** Decodes a block into `coefficients` at `offset`. */
type DecodeBlock = (component: Component, coefficients: Int16Array, offset: number) => void;

/** Decodes all blocks of a scan into its components. Throws `ImageError` where bits are missing or make no sense. */
export function decodeScan(reader: BitReader, frame: Frame, scan: Scan): void {
  const decoder = frame.progressive ? new ProgressiveDecoder(reader, scan) : null;
  const decode: DecodeBlock =
    decoder?.block ?? ((component, coefficients, offset) => decodeSequential(reader, component, coefficients, offset));
  const scratch = new Int16Array(64);
  const decodeAt = (component: Component, row: number, column: number): void => {
    const { coefficients, paddedBlocksWide, samples } = component;
    if (coefficients) return decode(component, coefficients, 64 * (row * paddedBlocksWide + column));
    scratch.fill(0);
    decode(component, scratch, 0);
    const stride = 8 * paddedBlocksWide;
    inverseTransform(scratch, 0, component.quantization!, samples, 8 * (row * stride + column), stride);
  };

  const alone = scan.components.length === 1 ? scan.components[0]! : null;
  const wide = alone ? alone.blocksWide : frame.mcusWide;
  const mcus = wide * (alone ? alone.blocksHigh : frame.mcusHigh);
  for (const component of scan.components) component.prediction = 0;
  for (let mcu = 0; mcu < mcus; mcu += 1) {
    if (scan.restartInterval > 0 && mcu > 0 && mcu % scan.restartInterval === 0) {
      reader.restart();
      for (const component of scan.components) component.prediction = 0;
      decoder?.restart();
    }
    const row = Math.floor(mcu / wide);
    const column = mcu % wide;
    if (alone) decodeAt(alone, row, column);
    else
      for (const component of scan.components)
        for (let v = 0; v < component.v; v += 1)
          for (let h = 0; h < component.h; h += 1) decodeAt(component, row * component.v + v, column * component.h + h);
  }
}

function difference(reader: BitReader, table: HuffmanTable): number {
  const bits = reader.code(table);
  if (bits > 15) throw damaged("a brightness among its pixels is out of range");
  return reader.signed(bits);
}

function decodeSequential(reader: BitReader, component: Component, coefficients: Int16Array, offset: number): void {
  component.prediction += difference(reader, component.dc!);
  coefficients[offset] = component.prediction;
  for (let k = 1; k < 64; k += 1) {
    const code = reader.code(component.ac!);
    const size = code & 15;
    const run = code >> 4;
    if (size === 0 && run < 15) return;
    k += run;
    if (k > 63) throw damaged("a block of its pixels is overfull");
    if (size > 0) coefficients[offset + ZIGZAG[k]!] = reader.signed(size);
  }
}

class ProgressiveDecoder {
  readonly block: DecodeBlock;
  readonly #reader: BitReader;
  readonly #scan: Scan;
  /** Blocks to come, this one included, whose band holds no new coefficient. */
  #endOfBandRun = 0;

  constructor(reader: BitReader, scan: Scan) {
    this.#reader = reader;
    this.#scan = scan;
    const first = scan.successivePrevious === 0;
    if (scan.spectralStart === 0) this.block = first ? this.#firstDc : this.#refineDc;
    else this.block = first ? this.#firstAc : this.#refineAc;
  }

  restart(): void {
    this.#endOfBandRun = 0;
  }

  readonly #firstDc: DecodeBlock = (component, coefficients, offset) => {
    component.prediction += difference(this.#reader, component.dc!);
    coefficients[offset] = component.prediction << this.#scan.successive;
  };

  readonly #refineDc: DecodeBlock = (_component, coefficients, offset) => {
    if (this.#reader.bits(1) === 1) coefficients[offset]! |= 1 << this.#scan.successive;
  };

  readonly #firstAc: DecodeBlock = (component, coefficients, offset) => {
    if (this.#endOfBandRun > 0) {
      this.#endOfBandRun -= 1;
      return;
    }
    const { spectralStart, spectralEnd, successive } = this.#scan;
    for (let k = spectralStart; k <= spectralEnd; k += 1) {
      const code = this.#reader.code(component.ac!);
      const size = code & 15;
      const run = code >> 4;
      if (size === 0 && run < 15) {
        this.#endOfBandRun = (1 << run) + this.#reader.bits(run) - 1;
        return;
      }
      k += run;
      if (k > 63) throw damaged("a block of its pixels is overfull");
      if (size > 0) coefficients[offset + ZIGZAG[k]!] = this.#reader.signed(size) * (1 << successive);
    }
  };

  readonly #refineAc: DecodeBlock = (component, coefficients, offset) => {
    const { spectralStart, spectralEnd, successive } = this.#scan;
    let k = spectralStart;
    while (this.#endOfBandRun === 0 && k <= spectralEnd) {
      const code = this.#reader.code(component.ac!);
      const size = code & 15;
      const run = code >> 4;
      if (size === 0 && run < 15) {
        this.#endOfBandRun = (1 << run) + this.#reader.bits(run);
        break;
      }
      if (size > 1) throw damaged("a refinement of its pixels is out of range");
      const fresh = size === 0 ? 0 : this.#reader.bits(1) === 1 ? 1 << successive : -1 << successive;
      k = this.#refineUntil(coefficients, offset, k, run);
      if (fresh !== 0) {
        if (k > spectralEnd) throw damaged("a block of its pixels is overfull");
        coefficients[offset + ZIGZAG[k]!] = fresh;
      }
      k += 1;
    }
    if (this.#endOfBandRun > 0) {
      this.#refineUntil(coefficients, offset, k, 64);
      this.#endOfBandRun -= 1;
    }
  };

  /** Refines the known coefficients from `k` on, past `zeros` unknown ones; returns the index of the unknown after. */
  #refineUntil(coefficients: Int16Array, offset: number, k: number, zeros: number): number {
    const { spectralEnd, successive } = this.#scan;
    const bit = 1 << successive;
    for (; k <= spectralEnd; k += 1) {
      const at = offset + ZIGZAG[k]!;
      const value = coefficients[at]!;
      if (value === 0) {
        if (zeros === 0) return k;
        zeros -= 1;
      } else if (this.#reader.bits(1) === 1 && (value & bit) === 0) {
        coefficients[at] = value + (value > 0 ? bit : -bit);
      }
    }
    return k;
  }
}
