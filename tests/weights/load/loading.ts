/** Load plans of sources that are shapes alone, as text. */
import type { Plan } from "../../../src/model/plan.js";
import { nodeHost } from "../../../src/node-host.js";
import type { LoadPlan } from "../../../src/weights/load/load-plan.js";
import { makeLoadPlan } from "../../../src/weights/load/make-load-plan.js";
import { withNames, type OpenSource } from "../../../src/weights/load/open-source.js";
import { furtherWarnings, renderLoadPlan } from "../../../src/weights/load/render.js";
import { plainSource, recipeSources, type SourceSettings } from "../../../src/weights/load/source-settings.js";
import type { WeightSource } from "../../../src/weights/source.js";
import { sourceOf } from "../bytes.js";

export type Shapes = Readonly<Record<string, readonly number[]>>;

export interface File {
  readonly shapes: Shapes;
  readonly settings?: Partial<SourceSettings>;
  readonly format?: string;
}

export function sourceOfShapes(title: string, shapes: Shapes): WeightSource {
  const tensors = Object.entries(shapes).map(([name, shape]) => [name, { shape: [...shape] }]);
  return { ...sourceOf(Object.fromEntries(tensors)), title };
}

/** The shapes of a net's tensors, under the names that they have there. */
export const shapesOf = (plan: Plan): Record<string, readonly number[]> =>
  Object.fromEntries(plan.tensors.flatMap(({ name, shape, generated }) => (generated ? [] : [[name, shape]])));

export async function open(plan: Plan, files: Readonly<Record<string, File>>, isRecipe = false): Promise<OpenSource[]> {
  const wanted = new Set(plan.tensors.map(({ name }) => name));
  const sources: OpenSource[] = [];
  for (const [title, { shapes, settings = {}, format = "safetensors" }] of Object.entries(files)) {
    const source = sourceOfShapes(title, shapes);
    const said = { ...plainSource(title), ...settings };
    sources.push(await withNames(source, format, said, wanted, (path) => nodeHost.read(path), isRecipe));
  }
  return sources;
}

export async function loadPlanOf(plan: Plan, files: Readonly<Record<string, File>>): Promise<LoadPlan> {
  return makeLoadPlan(plan, await open(plan, files)).load;
}

/** What the plan's recipe asks for, from these files. */
export async function recipeLoadPlan(plan: Plan, files: Readonly<Record<string, Shapes>>): Promise<LoadPlan> {
  const wanted = new Set(plan.tensors.map(({ name }) => name));
  const opened = new Map(Object.entries(files).map(([title, shapes]) => [title, sourceOfShapes(title, shapes)]));
  const sources: OpenSource[] = [];
  for (const settings of recipeSources(plan)) {
    const file = opened.get(settings.file);
    if (!file) throw new Error(`the recipe asks for ${settings.file}`);
    sources.push(await withNames(file, "safetensors", settings, wanted, (path) => nodeHost.read(path), true));
  }
  return makeLoadPlan(plan, sources).load;
}

/** All that a person is told. */
export function told(load: LoadPlan): string {
  const { notes, faults } = load;
  return [
    renderLoadPlan(load),
    ...notes.map((note) => `note: ${note}`),
    ...furtherWarnings(load).flatMap(({ message, help }) => [
      `warning: ${message}`,
      ...help.map((line) => `  help: ${line}`),
    ]),
    ...faults.flatMap(({ message, help }) => [`error: ${message}`, ...help.map((line) => `  help: ${line}`)]),
    "",
  ].join("\n");
}
