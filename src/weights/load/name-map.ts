/**
 * Maps of names: what another framework's release calls the layers of a backbone, how it lays its weights out, and what
 * they expect of an image. They are data (`specs/names/*.json`), read with limits and held against this schema, as a
 * user's own may come from anywhere.
 */
import { limitSettings } from "../../limits.js";
import { duplicateKey } from "../formats/json-keys.js";
import { WeightsError } from "../errors.js";
import { layouts, type Layout } from "./layouts.js";

export interface NameMap {
  readonly format: "fcnc-names";
  readonly version: 1;
  /** As it is said: `torchvision's VGG16`. */
  readonly title: string;
  /** Where the names are from: a model and, of what can differ, its version. */
  readonly source: string;
  /** The spec whose layers they become. */
  readonly for: string;
  readonly layout: Layout;
  /** What the weights were trained on; null where the release does not say. */
  readonly input: ExpectedInput | null;
  /** Layers of the net by the release's. Null: the net has none like it. */
  readonly layers: Readonly<Record<string, string | null>>;
  /** Those of the release's layers that may be absent, as a file without the classifier lacks them. */
  readonly optional: readonly string[];
}

export interface ExpectedInput {
  readonly channels: "rgb" | "bgr";
  /** Of RGB in 0..255, in the order of `channels`: (value - mean) * scale. */
  readonly mean: readonly [number, number, number];
  readonly scale: readonly [number, number, number];
}

const LIMIT_CHARACTERS = 1_000_000;
const LIMIT_LAYERS = limitSettings.limits.layers;
const LIMIT_NAME = 500;

/**
 * @param path for messages
 * @throws {WeightsError} when the text is no map of names; it says where.
 */
export function parseNameMap(text: string, path: string): NameMap {
  const refuse = (what: string): never => {
    throw new WeightsError(`${path}: ${cut(what)}. docs/weights.md says what a map of names holds.`);
  };
  if (text.length > LIMIT_CHARACTERS)
    refuse(`it has ${text.length} characters, and a map of names at most ${LIMIT_CHARACTERS}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const twice = duplicateKey(text);
  if (twice !== null) refuse(`\`${twice}\` stands in it twice`);
  if (!isRecord(value)) return refuse("it is no object");
  if (value["format"] !== "fcnc-names" || value["version"] !== 1)
    refuse('it does not begin with `"format": "fcnc-names", "version": 1`');
  const unknown = Object.keys(value).find((key) => !KEYS.has(key));
  if (unknown !== undefined) refuse(`\`${unknown}\` is none of its keys, which are ${[...KEYS].join(", ")}`);

  const name = (key: string, given: unknown): string =>
    typeof given === "string" && given.length > 0 && given.length <= LIMIT_NAME
      ? given
      : refuse(`\`${key}\` is no text of at most ${LIMIT_NAME} characters`);
  const given = isRecord(value["layers"]) ? value["layers"] : refuse("`layers` is no object");
  const entries = Object.entries(given);
  if (entries.length === 0 || entries.length > LIMIT_LAYERS) refuse(`\`layers\` has not 1 to ${LIMIT_LAYERS} entries`);
  const layers = Object.fromEntries(
    entries.map(([from, to]) => [name("layers", from), to === null ? null : name(`layers.${from}`, to)]),
  );
  const layout = layouts.find((known) => known === value["layout"]);
  const optional = value["optional"] ?? [];
  if (!Array.isArray(optional)) return refuse("`optional` is no list");
  for (const layer of optional as readonly unknown[])
    if (typeof layer !== "string" || !Object.hasOwn(layers, layer))
      refuse(`\`optional\` names \`${String(layer)}\`, which \`layers\` lacks`);
  return {
    format: "fcnc-names",
    version: 1,
    title: name("title", value["title"]),
    source: name("source", value["source"]),
    for: name("for", value["for"]),
    layout: layout ?? refuse(`\`layout\` is none of ${layouts.join(", ")}`),
    input: value["input"] == null ? null : readInput(value["input"], refuse),
    layers,
    optional: optional as readonly string[],
  };
}

/** What quotes a stranger's names. */
const cut = (what: string): string => (what.length > LIMIT_NAME ? `${what.slice(0, LIMIT_NAME)}...` : what);

const KEYS: ReadonlySet<string> = new Set([
  "format",
  "version",
  "title",
  "source",
  "for",
  "layout",
  "input",
  "layers",
  "optional",
]);

function readInput(value: unknown, refuse: (what: string) => never): ExpectedInput {
  if (!isRecord(value)) return refuse("`input` is no object");
  const { channels } = value;
  if (channels !== "rgb" && channels !== "bgr") return refuse("`input.channels` is neither rgb nor bgr");
  const three = (key: string): [number, number, number] => {
    const list: unknown = value[key];
    const [a, b, c, more]: unknown[] = Array.isArray(list) ? list : [];
    if (typeof a !== "number" || typeof b !== "number" || typeof c !== "number" || more !== undefined)
      return refuse(`\`input.${key}\` is not three numbers`);
    return [a, b, c];
  };
  return { channels, mean: three("mean"), scale: three("scale") };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
