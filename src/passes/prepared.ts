/** The calls of a flow once they are made ready: what is called, with its settings bound and its input layers found. */
import type { Call } from "../../grammar/tree.js";
import type { Report, Span } from "../diagnostics/diagnostic.js";
import type { LayerKind, SettingsRecord } from "../model/layer-kind.js";
import type { Pair } from "../model/plan.js";
import type { Given } from "./bind.js";
import type { Module, NamedDefinition } from "./resolve.js";
import type { Override } from "./use.js";
import type { BrokenValue, NodeValue, Scope } from "./values.js";

export interface PreparedLayer {
  readonly kind: "layer";
  readonly call: Call;
  readonly layer: LayerKind;
  readonly settings: SettingsRecord;
  readonly argumentSpans: Readonly<Record<string, Span>>;
  /** With the names before them. */
  readonly settingSpans: Readonly<Record<string, Span>>;
  /** The maps that were named in the parentheses. */
  readonly nodes: readonly (NodeValue | BrokenValue)[];
  /** Given where maps after the first are to be cropped to it: the stated offset, or null to derive it. */
  readonly crop: { readonly offset: Pair | null; readonly span: Span; readonly setting: Span } | null;
  readonly wasDense: boolean;
  /** True when it has weights that a file must bring, so that a name is needed as their key. */
  readonly weighted: boolean;
}

export interface PreparedUse {
  readonly kind: "use";
  readonly call: Call;
  readonly target: NamedDefinition;
  readonly given: ReadonlyMap<string, Given>;
  /** False where its arguments are at fault. */
  readonly sound: boolean;
  readonly overrides: readonly Override[];
}

export interface PreparedBroken {
  readonly kind: "broken";
}

export type Prepared = PreparedLayer | PreparedUse | PreparedBroken;

export interface CallContext {
  readonly scope: Scope;
  readonly module: Module;
  readonly report: Report;
  /** The kernel that this statement's dense layer gets when it becomes a convolution; null where it stays dense. */
  readonly denseKernel: Pair | null;
  /** Overrides of the statement's settings. */
  readonly overrides: readonly Override[];
  /** The name of the line, as its definition calls it. */
  readonly owner: string;
}

export const nothing: PreparedBroken = { kind: "broken" };
