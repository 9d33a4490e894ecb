import { prototxtValue, caffeNotUnderstood } from "../diagnostics/codes/caffe.js";
import { diagnose, type Code, type DiagnosticDetails, type Report, type Span } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import { isIdentifier, isMessage, message as messageOf, type Field, type Message, type Place } from "./message.js";

/** Where a message was read, and where what is wrong with it is told. */
export interface Origin {
  /** The file, as diagnostics name it. */
  readonly file: string;
  readonly report: Report;
}

/**
 * The fields of one message by name, with their types checked as Caffe's are. What nobody asked for is told by
 * `finish`, so that nothing of a net is passed over in silence.
 */
export class Fields {
  readonly #byName = new Map<string, Field[]>();
  readonly #asked = new Set<string>();

  constructor(
    readonly message: Message,
    /** For messages: `layer \`conv1\``. */
    readonly owner: string,
    readonly origin: Origin,
    readonly place: Place | null = null,
  ) {
    for (const field of message.fields) {
      const same = this.#byName.get(field.name);
      if (same) same.push(field);
      else this.#byName.set(field.name, [field]);
    }
  }

  has(name: string): boolean {
    this.#asked.add(name);
    return this.#byName.has(name);
  }

  /** All fields of a name; a singular one has the value of the last, as in protobuf. */
  all(name: string): readonly Field[] {
    this.#asked.add(name);
    return this.#byName.get(name) ?? [];
  }

  texts(name: string): string[] {
    return this.all(name).flatMap((field) =>
      typeof field.value === "string" ? [field.value] : this.#wrong(field, "a text in quotes"),
    );
  }

  text(name: string): string | null {
    return this.texts(name).at(-1) ?? null;
  }

  numbers(name: string): number[] {
    return this.all(name).flatMap((field) =>
      typeof field.value === "number" ? [field.value] : this.#wrong(field, "a number"),
    );
  }

  number(name: string): number | null {
    return this.numbers(name).at(-1) ?? null;
  }

  /** Whole numbers from 0 on. */
  counts(name: string): number[] {
    return this.all(name).flatMap((field) =>
      typeof field.value === "number" && Number.isSafeInteger(field.value) && field.value >= 0
        ? [field.value]
        : this.#wrong(field, "a whole number from 0 on"),
    );
  }

  count(name: string): number | null {
    return this.counts(name).at(-1) ?? null;
  }

  flag(name: string): boolean | null {
    const flags = this.all(name).flatMap((field) => {
      if (typeof field.value === "boolean") return [field.value];
      if (field.value === 0 || field.value === 1) return [field.value === 1];
      if (isIdentifier(field.value) && /^[tf]$/i.test(field.value.name)) return [/t/i.test(field.value.name)];
      return this.#wrong(field, "`true` or `false`");
    });
    return flags.at(-1) ?? null;
  }

  /** A word of an enum, of which all are given in the order of their numbers. */
  word<Word extends string>(name: string, words: readonly Word[]): Word | null {
    const found = this.all(name).flatMap((field) => {
      const word = isIdentifier(field.value)
        ? words.find((known) => isIdentifier(field.value) && known === field.value.name)
        : typeof field.value === "number"
          ? words[field.value]
          : undefined;
      return word === undefined ? this.#wrong(field, `one of ${words.join(", ")}`) : [word];
    });
    return found.at(-1) ?? null;
  }

  /** A message; parts of one that comes several times are joined. */
  within(name: string): Fields {
    const parts = this.several(name);
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return only;
    const fields = parts.flatMap((part) => part.message.fields);
    return new Fields(messageOf(fields), this.owner, this.origin, parts[0]?.place ?? this.place);
  }

  several(name: string): Fields[] {
    return this.all(name).flatMap((field) =>
      isMessage(field.value)
        ? [new Fields(field.value, this.owner, this.origin, field.place)]
        : this.#wrong(field, "a message in braces"),
    );
  }

  /** Fields that say nothing which a spec could. */
  ignore(...names: readonly string[]): this {
    for (const name of names) this.#asked.add(name);
    return this;
  }

  /** Tells of the fields that nobody asked for. */
  finish(): void {
    for (const [name, [field]] of this.#byName) {
      if (this.#asked.has(name) || field === undefined) continue;
      const near = nearest(name, this.#asked);
      this.fault(caffeNotUnderstood, `the field \`${name}\` of ${this.owner} is not understood`, field, {
        label: near === null ? "unknown" : `did you mean \`${near}\`?`,
        help: ["delete the line in a copy of the prototxt, if the net computes the same without it"],
      });
    }
  }

  /** The place of a field, or of the message where there is no such field. */
  span(name?: string): Span | null {
    const place = (name === undefined ? null : this.#byName.get(name)?.at(-1)?.place) ?? this.place;
    return place && { file: this.origin.file, start: place.start, end: place.end };
  }

  fault(code: Code, message: string, at: Field | null, details: DiagnosticDetails = {}): void {
    const place = at?.place ?? this.place;
    const span = place && { file: this.origin.file, start: place.start, end: place.end };
    this.origin.report.add(diagnose(code, message, { at: span, ...details }));
  }

  #wrong(field: Field, wanted: string): [] {
    this.fault(prototxtValue, `\`${field.name}\` of ${this.owner} wants ${wanted}`, field);
    return [];
  }
}
