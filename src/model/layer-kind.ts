/**
 * What a layer kind is. Each kind is one file in `src/layers` that makes one constant with `defineLayer`: its
 * documentation, its parameters, what it does to channels and to each axis, its weights, and the primitives that it
 * becomes. The compiler knows nothing else about it.
 */
import type { Initializer, Operation, Pair, PlanValue, Tensor } from "./plan.js";
import type { AxisRule } from "./transfer.js";

/** A value that a parameter can hold once it is bound. */
export type Setting = number | boolean | string | Pair | Initializer | readonly number[] | null;
export type SettingsRecord = Readonly<Record<string, Setting>>;

interface ParameterBase {
  readonly documentation: string;
}

/**
 * How an argument is written and checked:
 * `count` a whole number of at least 1; `pixels` a whole number of at least 0, or HxW; `extent` a whole number of at
 * least 1, or HxW; `factor` `2x` or a whole number; `number`; `numbers` a list; `flag` true or false; `word` one of
 * some words; `init` an initializer; `offset` `auto`, pixels, or `[y, x]` (null stands for auto).
 */
export type Parameter = ParameterBase &
  (
    | { readonly type: "count"; readonly default?: number }
    | { readonly type: "pixels"; readonly default?: number }
    | { readonly type: "extent"; readonly default?: number | null }
    | { readonly type: "factor"; readonly default?: null }
    | { readonly type: "number"; readonly default?: number | null; readonly least?: number; readonly below?: number }
    | { readonly type: "numbers"; readonly default?: null }
    | { readonly type: "flag"; readonly default: boolean }
    | { readonly type: "word"; readonly words: readonly string[]; readonly default: string }
    | { readonly type: "init"; readonly default: Initializer }
    | { readonly type: "offset" }
  );

type ValueOf<P extends Parameter> = P extends { type: "count" }
  ? number
  : P extends { type: "pixels" }
    ? Pair
    : P extends { type: "extent"; default: null }
      ? Pair | null
      : P extends { type: "extent" }
        ? Pair
        : P extends { type: "factor" | "number"; default: null }
          ? number | null
          : P extends { type: "factor" | "number" }
            ? number
            : P extends { type: "numbers" }
              ? readonly number[] | null
              : P extends { type: "flag" }
                ? boolean
                : P extends { type: "word"; words: readonly (infer W)[] }
                  ? W
                  : P extends { type: "init" }
                    ? Initializer
                    : P extends { type: "offset" }
                      ? Pair | null
                      : never;

export type ParameterTable = Readonly<Record<string, Parameter>>;
export type SettingsOf<P extends ParameterTable> = { readonly [K in keyof P]: ValueOf<P[K]> };

/** A fault in a layer's settings or inputs; `parameter` names the argument to point at. */
export interface Problem {
  readonly problem: string;
  readonly parameter?: string;
  readonly help?: string;
}

/** A blob, before its layer's name is known. */
export interface Blob {
  readonly key: "weight" | "bias" | "running_mean" | "running_var";
  readonly role: Tensor["role"];
  readonly shape: readonly number[];
  readonly fanIn: number;
  readonly init: Initializer;
  /** No gradient trains it. Unless it is measured, the compiler makes it when a file lacks it. */
  readonly frozen: boolean;
  /** A statistic that training measures, so that no initializer can stand for what a file lacks. */
  readonly measured?: boolean;
}

/** An operation's own fields: what `lower` gives; names, inputs and place are filled in by the plan pass. */
export type Primitive = Operation extends infer O
  ? O extends Operation
    ? Omit<O, "name" | "layer" | "inputs" | "channels" | "file" | "line">
    : never
  : never;

/**
 * `one` value; `many` (two or more) of equal size; `reference`: two, of which the second gives its size and grid alone;
 * `target`: one, or two of which the second gives its size alone.
 */
export type InputRule = "one" | "many" | "reference" | "target";

interface LayerDefinition<P extends ParameterTable> {
  readonly name: string;
  /** A sentence for the reference page and for hover. */
  readonly summary: string;
  /** Markdown: the rule it follows, with its source, and what to know when using it. */
  readonly documentation: string;
  /** A line that uses it. */
  readonly example: string;
  readonly inputs: InputRule;
  /** In the order in which they may be given without names. */
  readonly parameters: P;
  /** Checks parameters against one another, before anything is known about inputs. */
  readonly check?: (settings: SettingsOf<P>) => Problem | null;
  readonly channels: (settings: SettingsOf<P>, inputs: readonly number[]) => number | Problem;
  /** What happens to one axis: 0 is y, 1 is x. Absent where sizes stay as they are. */
  readonly transfer?: (settings: SettingsOf<P>, axis: 0 | 1) => AxisRule;
  /** Blobs in Caffe's order. `inputs` and `channels` count channels. */
  readonly blobs?: (settings: SettingsOf<P>, input: number, channels: number) => readonly Blob[];
  /** `inputs` are the channels of each. */
  readonly lower: (settings: SettingsOf<P>, keys: BlobKeys, inputs: readonly number[]) => Primitive;
  /** True where Caffe runs it in place, so that it takes no memory of its own. */
  readonly inPlace?: boolean;
  /** Kinds that the rest of the compiler treats apart. */
  readonly role?: "crop" | "dense";
  /** Defaults that depend on other settings, filled in after binding: a pooling stride that equals its kernel. */
  readonly complete?: (settings: SettingsRecord) => SettingsRecord;
}

/** The full names of a layer's blobs; of those that it may have, whether it has them or not. */
export interface BlobKeys {
  readonly weight: string;
  /** Null where it has none. */
  readonly bias: string | null;
  readonly running_mean: string;
  readonly running_var: string;
}

/** A layer kind as the compiler sees it: the settings' types are known to the kind's own file alone. */
export interface LayerKind extends LayerDefinition<ParameterTable> {
  readonly parameters: ParameterTable;
}

/** Makes a layer kind from its definition; inside, `settings` have the types that `parameters` declare. */
export function defineLayer<const P extends ParameterTable>(definition: LayerDefinition<P>): LayerKind {
  // Settings reach a kind only after they were bound against its own table, which is what the erased type stands for.
  return definition as unknown as LayerKind;
}

/** A setting as it is written in the plan. */
export function planValue(setting: Setting): PlanValue {
  if (setting === null) return "auto";
  if (typeof setting === "object" && "kind" in setting) return { ...setting };
  return setting as PlanValue;
}
