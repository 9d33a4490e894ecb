/** What `weights(...)` says in a recipe's `init`. */
import type { Plan, PlanSettings, PlanValue } from "../../model/plan.js";
import { callOf, isSettings, severalOf } from "../../model/plan-values.js";
import type { Layout } from "./layouts.js";

/** Where a first layer wants another number of input channels than its source has. */
export type ChannelRule = "mean" | "repeat";
/** Where a scoring layer wants another number of classes than its source has. */
export type ClassRule = "copy" | "fresh" | "refuse";

export interface SourceSettings {
  /** As it is written, relative to the spec. */
  readonly file: string;
  readonly suffix: string;
  /** New names of layers, by the source's. */
  readonly rename: Readonly<Record<string, string>>;
  readonly channels: ChannelRule | null;
  readonly classes: ClassRule | null;
  /** Layers that are to start from their initializers, whatever the file has. */
  readonly fresh: readonly string[];
  /** Path of a map of names. */
  readonly names: string | null;
  readonly layout: Layout | null;
}

/** A file as it is, under the names that it has. */
export function plainSource(file: string): SourceSettings {
  return { file, suffix: "", rename: {}, channels: null, classes: null, fresh: [], names: null, layout: null };
}

/** The sources of a plan's recipe, in order; none where it says nothing of files. */
export function recipeSources(plan: Plan): readonly SourceSettings[] {
  return severalOf(plan.train?.["init"]).flatMap((value) => {
    const call = callOf(value);
    return call?.name === "weights" ? [readSource(call.arguments)] : [];
  });
}

/** The words are held against what they may be where the recipe is read. */
function readSource(given: PlanSettings): SourceSettings {
  const { channels, classes, layout, rename, fresh } = given;
  return {
    file: text(given["file"]) ?? "",
    suffix: text(given["suffix"]) ?? "",
    rename: Object.fromEntries(
      Object.entries(isSettings(rename) ? rename : {}).map(([from, to]) => [from, String(to)]),
    ),
    channels: channels === "mean" || channels === "repeat" ? channels : null,
    classes: classes === "copy" || classes === "fresh" || classes === "refuse" ? classes : null,
    fresh: severalOf(fresh).map(String),
    names: text(given["names"]) ?? null,
    layout: layout === "pytorch" || layout === "caffe" || layout === "keras" ? layout : null,
  };
}

const text = (value: PlanValue | undefined): string | undefined => (typeof value === "string" ? value : undefined);
