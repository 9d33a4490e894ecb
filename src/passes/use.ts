/**
 * What the braces on the use of a backbone or block say: overrides of settings, layers to leave out, dense layers to
 * make into convolutions, strides to take away, and how its layers are renamed. Every name in it is held against the definition at once.
 */
import type { Definition, Name, Setting, Settings } from "../../grammar/tree.js";
import { argumentTwice, argumentType } from "../diagnostics/codes/arguments.js";
import { unknownName } from "../diagnostics/codes/names.js";
import { diagnose, type Diagnostic, type Report, type Span } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import type { Pair } from "../model/plan.js";
import type { Given } from "./bind.js";
import { describe, evaluate, type Evaluated, type Scope } from "./values.js";

/** `conv1_1.pad: 100`, with what is left of its path once a layer took the first part. */
export interface Override extends Given {
  readonly path: readonly Name[];
}

export interface RestatedTap {
  readonly stride: number;
  readonly span: Span;
}

export interface NamedList {
  readonly names: ReadonlyMap<string, Span>;
}

export interface Use {
  /** By the layer whose settings they change. */
  readonly overrides: ReadonlyMap<string, readonly Override[]>;
  readonly without: NamedList;
  readonly convolutionize: NamedList;
  /** Kernels of the dense layers that become convolutions, by local name; filled in from the canonical size. */
  readonly kernels: ReadonlyMap<string, Pair>;
  /** Layers that lose their strides; what comes after them is dilated instead. */
  readonly rarefy: NamedList;
  readonly suffix: string;
  readonly rename: ReadonlyMap<string, string>;
  /** Strides that taps have in this use, other than the definition claims. */
  readonly taps: ReadonlyMap<string, RestatedTap>;
  /** True where it changes what layers see, so that what the definition expects of itself is about another net. */
  readonly reshapes: boolean;
  /** False where something in it is at fault: then nothing is known of the maps that come out. */
  readonly sound: boolean;
}

const noNames: NamedList = { names: new Map() };

export const plainUse: Use = {
  overrides: new Map(),
  without: noNames,
  convolutionize: noNames,
  kernels: new Map(),
  rarefy: noNames,
  suffix: "",
  rename: new Map(),
  taps: new Map(),
  reshapes: false,
  sound: true,
};

const words = ["without", "convolutionize", "rarefy", "suffix", "rename", "taps"] as const;
type Word = (typeof words)[number];

/** Settings that change the strides and fields of later layers; a padding does not. */
const reshaping = new Set(["kernel", "stride", "dilation"]);

/** `inherited` are overrides that the use of the definition around this one brings. */
export function readUse(
  settings: Settings | null,
  inherited: readonly Override[],
  definition: Definition,
  scope: Scope,
  report: Report,
): Use {
  const reader = new UseReader(definition, scope, report);
  for (const override of inherited) reader.override(override);
  const places = new Map<string, Span>();
  for (const entry of settings?.entries ?? []) {
    const key = entry.key.parts.map((part) => part.text).join(".");
    const earlier = places.get(key);
    if (earlier) {
      reader.fault(
        diagnose(argumentTwice, `\`${key}\` is given twice`, {
          at: entry.key.span,
          related: [{ span: earlier, message: "given here already" }],
          help: ["leave one of them out"],
        }),
      );
      continue;
    }
    places.set(key, entry.key.span);
    reader.entry(entry);
  }
  return reader.use;
}

class UseReader {
  readonly #overrides = new Map<string, Override[]>();
  readonly #locals: readonly string[];
  readonly #known: ReadonlySet<string>;
  /** False where a layer's line could not be read, so that unknown names may be its. */
  readonly #complete: boolean;
  #use: Use = plainUse;
  #sound = true;

  constructor(
    readonly definition: Definition,
    readonly scope: Scope,
    readonly report: Report,
  ) {
    this.#locals = definition.members.flatMap((member) =>
      (member.kind === "layer" || member.kind === "broken") && member.name ? [member.name.text] : [],
    );
    this.#known = new Set(this.#locals);
    this.#complete = definition.members.every((member) => member.kind !== "broken" || member.name !== null);
  }

  get use(): Use {
    return { ...this.#use, overrides: this.#overrides, sound: this.#sound };
  }

  fault(diagnostic: Diagnostic): void {
    this.#sound = false;
    this.report.add(diagnostic);
  }

  override(override: Override): void {
    const [head, ...path] = override.path;
    const name = head && this.#layer(head.text, head.span);
    if (!name) return;
    if (reshaping.has(path.at(-1)?.text ?? "")) this.#use = { ...this.#use, reshapes: true };
    const rest = { ...override, path };
    const same = this.#overrides.get(name);
    if (same) same.push(rest);
    else this.#overrides.set(name, [rest]);
  }

  entry(entry: Setting): void {
    const { parts } = entry.key;
    const [head] = parts;
    const at = entry.value.span;
    if (!head) return;
    if (parts.length > 1) {
      this.override({ path: parts, value: this.#evaluate(entry), span: at, setting: entry.span });
      return;
    }
    switch (this.#word(head)) {
      case "without":
        this.#use = { ...this.#use, without: this.#names(entry) };
        return;
      case "convolutionize":
        this.#use = { ...this.#use, convolutionize: this.#names(entry) };
        return;
      case "rarefy":
        this.#use = { ...this.#use, rarefy: this.#names(entry), reshapes: true };
        return;
      case "suffix": {
        const value = this.#evaluate(entry);
        if (value.kind === "string" && /^[A-Za-z0-9_]*$/.test(value.value))
          this.#use = { ...this.#use, suffix: value.value };
        else this.#wrong(value, '`suffix` wants letters, digits and underscores in quotes, such as `"hha"`', at);
        return;
      }
      case "rename":
        this.#use = { ...this.#use, rename: this.#rename(entry) };
        return;
      case "taps":
        this.#use = { ...this.#use, taps: this.#taps(entry), reshapes: true };
        return;
      case null:
    }
  }

  #evaluate(entry: Setting): Evaluated {
    return evaluate(entry.value, this.scope, this.report);
  }

  #word(head: Name): Word | null {
    const word = words.find((known) => known === head.text);
    if (word) return word;
    const near = nearest(head.text, words);
    this.fault(
      diagnose(unknownName, `the use of a ${this.definition.kind} has no setting \`${head.text}\``, {
        at: head.span,
        label: near ? `did you mean \`${near}\`?` : "unknown",
        help: near
          ? []
          : [`it has ${words.map((known) => `\`${known}\``).join(", ")}, and \`layer.setting\` for any layer`],
        fixes: near ? [{ title: `write \`${near}\``, span: head.span, replacement: near }] : [],
      }),
    );
    return null;
  }

  /** The name of a layer, or null where there is none of this name. */
  #layer(name: string, at: Span): string | null {
    if (this.#known.has(name)) return name;
    if (!this.#complete) {
      this.#sound = false;
      return null;
    }
    const near = nearest(name, this.#locals);
    this.fault(
      diagnose(unknownName, `\`${this.definition.name.text}\` has no layer \`${name}\``, {
        at,
        label: near ? `did you mean \`${near}\`?` : "unknown",
        fixes: near ? [{ title: `write \`${near}\``, span: at, replacement: near }] : [],
      }),
    );
    return null;
  }

  #names(entry: Setting): NamedList {
    const names = new Map<string, Span>();
    const key = entry.key.parts[0]?.text ?? "";
    if (entry.value.kind !== "list") {
      this.fault(
        diagnose(argumentType, `\`${key}\` wants a list of layers, such as \`[fc8]\``, { at: entry.value.span }),
      );
      return noNames;
    }
    for (const item of entry.value.items) {
      if (item.kind !== "reference") {
        this.fault(diagnose(argumentType, "a layer's name is wanted here", { at: item.span }));
        continue;
      }
      const name = this.#layer(item.parts.map((part) => part.text).join("."), item.span);
      if (name && !names.has(name)) names.set(name, item.span);
    }
    return { names };
  }

  #rename(entry: Setting): ReadonlyMap<string, string> {
    const rename = new Map<string, string>();
    if (entry.value.kind !== "settings") {
      this.#wrong(this.#evaluate(entry), "`rename` wants pairs such as `{ conv1_1: conv1_1_bgrd }`", entry.value.span);
      return rename;
    }
    for (const pair of entry.value.entries) {
      const from = this.#layer(pair.key.parts.map((part) => part.text).join("."), pair.key.span);
      const to = this.#evaluate(pair);
      if ((to.kind === "word" || to.kind === "string") && /^\w+$/.test(to.value)) {
        if (from) rename.set(from, to.value);
      } else this.#wrong(to, "a new name is wanted here", pair.value.span);
    }
    return rename;
  }

  #taps(entry: Setting): ReadonlyMap<string, RestatedTap> {
    const taps = new Map<string, RestatedTap>();
    const at = entry.value.span;
    if (entry.value.kind !== "settings") {
      this.#wrong(this.#evaluate(entry), "`taps` wants strides such as `{ pool4: 8 }`", at);
      return taps;
    }
    const known = this.definition.members.flatMap((member) =>
      member.kind === "tap" ? [member.value.parts.map((part) => part.text).join(".")] : [],
    );
    for (const pair of entry.value.entries) {
      const name = pair.key.parts.map((part) => part.text).join(".");
      const value = this.#evaluate(pair);
      if (!known.includes(name)) {
        const near = nearest(name, known);
        this.fault(
          diagnose(unknownName, `\`${this.definition.name.text}\` has no tap \`${name}\``, {
            at: pair.key.span,
            label: near ? `did you mean \`${near}\`?` : "unknown",
            fixes: near ? [{ title: `write \`${near}\``, span: pair.key.span, replacement: near }] : [],
          }),
        );
      } else if (value.kind === "number") taps.set(name, { stride: value.value, span: pair.value.span });
      else this.#wrong(value, "a stride is wanted here", pair.value.span);
    }
    return taps;
  }

  #wrong(value: Evaluated, message: string, at: Span): void {
    if (value.kind !== "broken") this.fault(diagnose(argumentType, `${message}, not ${describe(value)}`, { at }));
  }
}
