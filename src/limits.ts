/**
 * How much is read of a stranger's file, in one table. What a file states is held against it before memory is taken.
 * `FCNC_LIMITS=tensors=200000,fileBytes=64GiB` sets others, for a program and those that it starts.
 */

export interface Limit {
  /** Unless it is set. */
  readonly value: number;
  /** What is counted, for docs/limits.md. */
  readonly of: string;
  /** What it cannot be raised beyond, where that is so: what recurses would use up the stack. */
  readonly most?: number;
}

const KIB = 2 ** 10;
const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** Room for every published net, many times over. */
const table = {
  fileBytes: { value: 16 * GIB, of: "bytes of a file of weights, or of a shard" },
  headerBytes: { value: 100_000_000, of: "bytes of all in it that is not numbers: headers, names, tables, JSON" },
  tensors: { value: 100_000, of: "tensors, members of an archive, shards; a JSON has up to 64 values for each" },
  dimensions: { value: 8, of: "dimensions of a tensor", most: 32 },
  elements: { value: 2 ** 32, of: "elements of a tensor" },
  nesting: { value: 64, of: "messages, groups or objects in one another", most: 500 },
  expansion: { value: 1100, of: "bytes that one compressed byte may become" },
  specBytes: { value: 8 * MIB, of: "bytes of a spec or a list of labels" },
  textCharacters: { value: 8 * MIB, of: "characters of a prototxt" },
  layers: { value: 10_000, of: "layers of a prototxt, or of a map of names" },
  imageBytes: { value: 256 * MIB, of: "bytes of a picture's file" },
  pixels: { value: 100_000_000, of: "pixels of a picture" },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof table;

export const LIMIT_TABLE: Readonly<Record<LimitName, Limit>> = table;

/** The variable of the environment that sets limits. */
export const LIMITS_VARIABLE = "FCNC_LIMITS";

export interface LimitSettings {
  readonly limits: Readonly<Record<LimitName, number>>;
  /** What could not be read of the text, in words; that part has no effect. */
  readonly faults: readonly string[];
}

const UNITS: Readonly<Record<string, number>> = { "": 1, KiB: KIB, MiB: MIB, GiB: GIB };

/** Reads `tensors=200000,fileBytes=64GiB`; what is not named keeps its value. */
export function parseLimits(text: string): LimitSettings {
  const limits = Object.fromEntries(Object.entries(table).map(([name, { value }]) => [name, value])) as Record<
    LimitName,
    number
  >;
  const faults: string[] = [];
  for (const part of text.split(",").map((piece) => piece.trim())) {
    if (part === "") continue;
    const [, name = "", digits = "", unit = ""] = /^(\w+)=(\d{1,16})(|KiB|MiB|GiB)$/.exec(part) ?? [];
    const value = Number(digits) * (UNITS[unit] ?? 1);
    if (name === "") faults.push(`\`${part}\` is not written as \`tensors=200000\` or \`fileBytes=64GiB\``);
    else if (!isLimit(name)) faults.push(`there is no limit \`${name}\`: there are ${Object.keys(table).join(", ")}`);
    else if (value < 1 || value > (LIMIT_TABLE[name].most ?? Number.MAX_SAFE_INTEGER))
      faults.push(`\`${name}\` is 1 to ${LIMIT_TABLE[name].most ?? Number.MAX_SAFE_INTEGER}, not ${value}`);
    else limits[name] = value;
  }
  return { limits, faults };
}

const isLimit = (name: string): name is LimitName => Object.hasOwn(table, name);

/** As they were set when the program began; in a page there is no environment. */
export const limitSettings: LimitSettings = parseLimits(
  (globalThis as { process?: { env?: Readonly<Record<string, string | undefined>> } }).process?.env?.[
    LIMITS_VARIABLE
  ] ?? "",
);

/** The way out for who trusts a file that goes beyond a limit. */
export const howToRaise = (name: LimitName): string =>
  `If you trust it, \`${LIMITS_VARIABLE}=${name}=...\` reads more.`;
