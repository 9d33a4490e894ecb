/** Staged training (Long, Shelhamer and Darrell 2015, section 4.2): nets that are trained one after the other. */
import type { Plan } from "../model/plan.js";
import { recipeSources } from "../weights/load/source-settings.js";
import { RunError } from "./run-error.js";

/** A spec of a chain, with the name of its file without `.fcn`. */
export interface StageSpec {
  readonly name: string;
  readonly path: string;
  readonly plan: Plan;
}

export interface Stage<Spec extends StageSpec> {
  readonly spec: Spec;
  /** `1-voc-fcn32s`: its place in the order, and its name. */
  readonly folder: string;
  /** Where its recipe's files of weights come from: the folder of a stage before it, by the file as it is named. */
  readonly weights: ReadonlyMap<string, string>;
}

/**
 * The stages up to a spec, in an order in which each comes after all that it starts from.
 *
 * @param read the spec at a path
 * @param after the paths of those that a spec's recipe names in `after`
 * @throws {RunError} where they go in a circle, or a recipe does not say which of its files a stage makes.
 */
export async function stagesOf<Spec extends StageSpec>(
  last: string,
  read: (path: string) => Promise<Spec>,
  after: (spec: Spec) => readonly string[],
): Promise<readonly Stage<Spec>[]> {
  const specs = new Map<string, Spec>();
  const visit = async (path: string, above: readonly string[]): Promise<void> => {
    if (above.includes(path))
      throw new RunError(`specs are trained after one another in a circle: ${[...above, path].join(" after ")}`, [
        "take `after` out of the recipe of the first one",
      ]);
    if (specs.has(path)) return;
    const spec = await read(path);
    for (const earlier of after(spec)) await visit(earlier, [...above, path]);
    specs.set(path, spec);
  };
  await visit(last, []);
  const order = [...specs.values()];
  const folders = new Map(order.map(({ path, name }, index) => [path, `${index + 1}-${name}`]));
  return order.map((spec) => {
    const earlier = after(spec).flatMap((path) => specs.get(path) ?? []);
    return { spec, folder: folders.get(spec.path) ?? spec.name, weights: weightsOf(spec, earlier, folders) };
  });
}

/** A stage makes the file that is called as it is; the only file of a recipe is made by its only stage, whatever it is called. */
function weightsOf(
  { name, plan }: StageSpec,
  earlier: readonly StageSpec[],
  folders: ReadonlyMap<string, string>,
): Map<string, string> {
  const files = [...new Set(recipeSources(plan).map(({ file }) => file))];
  return new Map(
    earlier.map((stage) => {
      const [only] = files;
      const alike = files.find((file) => stemOf(file) === stage.name);
      const file = alike ?? (files.length === 1 && earlier.length === 1 ? only : undefined);
      if (file === undefined)
        throw new RunError(
          `the recipe of ${name} comes after ${stage.name}, and \`init\` does not say which weights that gives`,
          [`write \`init: weights("${stage.name}.safetensors")\` in its recipe`],
        );
      return [file, folders.get(stage.path) ?? ""] as const;
    }),
  );
}

/** `../runs/voc-fcn32s.safetensors` -> `voc-fcn32s` */
const stemOf = (file: string): string => file.replace(/^.*[\\/]/, "").replace(/\.[^.]*$/, "");
