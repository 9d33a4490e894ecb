/** Bytes as a function of the input's height and width: `area H W + rows H + columns W + constant`. */
export interface MemoryTerm {
  readonly area: number;
  readonly rows: number;
  readonly columns: number;
  readonly constant: number;
}

/** The most bytes that maps take at once, at a size of the inputs. */
export function bytesOf(terms: readonly MemoryTerm[], height: number, width: number): number {
  const bytes = ({ area, rows, columns, constant }: MemoryTerm) =>
    area * height * width + rows * height + columns * width + constant;
  return Math.max(0, ...terms.map((term) => Math.ceil(bytes(term))));
}
