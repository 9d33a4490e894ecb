import type { Span } from "./diagnostic.js";

/** A text with its line starts. Lines and columns count from 1; columns count UTF-16 units. */
export class SourceFile {
  readonly #lineStarts: readonly number[];

  constructor(
    readonly path: string,
    readonly text: string,
  ) {
    const starts = [0];
    for (let i = text.indexOf("\n"); i !== -1; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
    this.#lineStarts = starts;
  }

  position(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }

  /** The text of a line, without its line end. */
  line(number: number): string {
    const start = this.#lineStarts[number - 1];
    if (start === undefined) return "";
    const end = this.#lineStarts[number] ?? this.text.length + 1;
    return this.text.slice(start, end - 1).replace(/\r$/, "");
  }
}

/** The files that a compilation has read, by the path under which spans name them. */
export class Sources {
  readonly #files = new Map<string, SourceFile>();

  add(path: string, text: string): SourceFile {
    const file = new SourceFile(path, text);
    this.#files.set(path, file);
    return file;
  }

  get(path: string): SourceFile | undefined {
    return this.#files.get(path);
  }

  get files(): Iterable<SourceFile> {
    return this.#files.values();
  }

  lineOf(span: Span): number {
    return this.#files.get(span.file)?.position(span.start).line ?? 0;
  }

  textOf(span: Span): string {
    return this.#files.get(span.file)?.text.slice(span.start, span.end) ?? "";
  }
}
