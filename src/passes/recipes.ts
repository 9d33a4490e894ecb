/**
 * The recipes of a net: one without a name, and named ones, each of which starts from it and replaces the keys that it
 * says. A call replaces the whole call.
 */
import type { Setting, Settings, Train } from "../../grammar/tree.js";
import { argumentTwice } from "../diagnostics/codes/arguments.js";
import { unknownRecipe } from "../diagnostics/codes/recipes.js";
import { diagnose, type Report } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import { applyOverride } from "./overrides.js";
import { keyOf } from "./setting-shape.js";

/** Which recipe is meant, and what holds in its stead. */
export interface RecipeChoice {
  /** Null for the one without a name. */
  readonly recipe: string | null;
  /** Settings that stand for those of the recipe: `optimizer.rate=1e-4`. */
  readonly overrides: readonly Setting[];
}

/** The recipes of a net as they are read, by name; `null` is the name of the one without. */
export type Recipes = ReadonlyMap<string | null, Settings>;

/** All that the file says of one net. */
export function recipesOf(trains: readonly Train[], net: string, report: Report): Recipes {
  const first = new Map<string | null, Train>();
  for (const train of trains) {
    const name = train.recipe?.text ?? null;
    const earlier = first.get(name);
    if (!earlier) {
      first.set(name, train);
      continue;
    }
    report.add(
      diagnose(
        argumentTwice,
        name === null ? `\`${net}\` has two \`train\` declarations` : `\`${net}\` has two recipes \`${name}\``,
        {
          at: (train.recipe ?? train.net).span,
          label: "the second one",
          related: [{ span: (earlier.recipe ?? earlier.net).span, message: "the first one" }],
          help: [`give it a name of its own: \`train ${net} as another { ... }\``],
        },
      ),
    );
  }
  const base = first.get(null)?.settings;
  return new Map([...first].map(([name, { settings }]) => [name, name === null ? settings : merged(base, settings)]));
}

function merged(base: Settings | undefined, own: Settings): Settings {
  const said = new Set(own.entries.map(keyOf));
  return { ...own, entries: [...(base?.entries ?? []).filter((entry) => !said.has(keyOf(entry))), ...own.entries] };
}

/** The recipe that is meant, with what holds in its stead; null where the net has none and nothing is set. */
export function chooseRecipe(
  recipes: Recipes,
  { recipe, overrides }: RecipeChoice,
  net: string,
  report: Report,
): Settings | null {
  const chosen = recipes.get(recipe) ?? null;
  if (recipe !== null && chosen === null) {
    const names = [...recipes.keys()].filter((name) => name !== null);
    const near = nearest(recipe, names);
    report.add(
      diagnose(unknownRecipe, `\`${net}\` has no recipe \`${recipe}\``, {
        notes: [
          names.length > 0 ? `it has ${names.map((name) => `\`${name}\``).join(", ")}` : "it has no named recipe",
        ],
        help: near ? [`did you mean \`${near}\`?`] : [],
      }),
    );
    return null;
  }
  const [first] = overrides;
  if (!first) return chosen;
  const start: Settings = chosen ?? { kind: "settings", span: first.span, entries: [] };
  return overrides.reduce((settings, override) => applyOverride(settings, override, report), start);
}
