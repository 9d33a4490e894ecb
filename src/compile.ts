/**
 * The pipeline. A spec becomes a plan in these steps, each a function from what the one before it gave:
 *
 *   text --parse--> tree --resolve--> names --instantiate--> graph --infer--> channels, sizes, grids
 *        --align--> how maps lie to one another --prove--> the sizes that work --check--> diagnostics --> plan
 *
 * Nothing here reads a disk, a clock or a screen: files come through a `Host`, and faults are values in a `Report`.
 */
import { tokenize } from "../grammar/tokens.js";
import { checks } from "./checks/index.js";
import type { Check, Facts } from "./checks/check.js";
import { applyAllowances, isAllowed, type Comment } from "./diagnostics/allow.js";
import { catalogue } from "./catalogue.js";
import { noNet, unknownName } from "./diagnostics/codes/names.js";
import { diagnose, Report, type Diagnostic } from "./diagnostics/diagnostic.js";
import { Sources } from "./diagnostics/sources.js";
import { nearest } from "./diagnostics/suggest.js";
import type { Host } from "./host.js";
import type { Plan, PlanValue } from "./model/plan.js";
import { align, canBeAllowed, misfitsOf, type Meeting } from "./passes/align.js";
import { checkBlock, unknownParameters } from "./passes/check-block.js";
import { infer } from "./passes/infer.js";
import { instantiate } from "./passes/instantiate.js";
import { readLabels } from "./passes/labels.js";
import { mender } from "./passes/mend.js";
import { usedNodes } from "./passes/parameters.js";
import { overrideValues, readOverrides } from "./passes/overrides.js";
import { makePlan } from "./passes/plan.js";
import { prove } from "./passes/prove.js";
import { readDeclarations } from "./passes/recipe.js";
import { chooseRecipe, recipesOf, type RecipeChoice } from "./passes/recipes.js";
import { reportUnusedTaps } from "./passes/unused-taps.js";
import { resolve, type Module, type NamedDefinition } from "./passes/resolve.js";

export { readDataCall, type DataCallResult } from "./passes/data-call.js";

/** A spec: the path of a file that the host can read, or a text (with the path that imports are relative to). */
export type Spec = { readonly path: string } | { readonly text: string; readonly path?: string };

export interface CheckResult {
  readonly diagnostics: readonly Diagnostic[];
  /** The texts that the diagnostics point into. */
  readonly sources: Sources;
  /** The names of the nets that the file defines. */
  readonly nets: readonly string[];
}

export interface CompileResult extends CheckResult {
  /** Null where there are errors. */
  readonly plan: Plan | null;
  /** The names of the net's named recipes. */
  readonly recipes: readonly string[];
  /** What `CompileOptions.set` set, by key, for a run's record. */
  readonly overrides: Readonly<Record<string, PlanValue>>;
}

export interface CompileOptions {
  /** Which net of the file; needed where it defines several. */
  readonly net?: string;
  /** The recipe that the plan has: a named one; otherwise the one without a name. */
  readonly recipe?: string;
  /**
   * Settings that stand for the recipe's: `batch=20`, `optimizer.rate=1e-4`. They are checked as if they stood in the
   * file; messages name the place `--set KEY`. Of a net without a recipe they make one.
   */
  readonly set?: readonly string[];
}

/**
 * Checks every net, backbone and block that a file defines. All faults are in `diagnostics`, each once; nothing is
 * thrown for a fault of the spec.
 */
export async function check(spec: Spec | string, host: Host): Promise<CheckResult> {
  const { report, sources, module } = await open(asSpec(spec), host);
  for (const named of ownDefinitions(module)) {
    if (named.definition.kind === "block") checkBlock(named, report);
    else await examine(named, module, host, sources, report, named.definition.kind === "net");
  }
  if (module) {
    checkDeclared(module, report);
    reportUnusedTaps(module, report);
  }
  return { diagnostics: told(report, sources, module?.path ?? null), sources, nets: netNames(module) };
}

/** A recipe or target for a net that the file does not define would never be looked at. */
function checkDeclared(module: Module, report: Report): void {
  const nets = netNames(module);
  for (const { net } of [...module.trains, ...module.targets]) {
    if (nets.includes(net.text) || module.incomplete || module.names.get(net.text) === null) continue;
    const near = nearest(net.text, nets);
    report.add(
      diagnose(unknownName, `there is no net \`${net.text}\` in this file`, {
        at: net.span,
        label: near ? `did you mean \`${near}\`?` : "unknown",
        fixes: near ? [{ title: `write \`${near}\``, span: net.span, replacement: near }] : [],
      }),
    );
  }
}

/**
 * Compiles one net to its plan. Strings are taken as a path where they end in `.fcn` and have one line, else as a text.
 */
export async function compile(spec: Spec | string, host: Host, options: CompileOptions = {}): Promise<CompileResult> {
  const { report, sources, module } = await open(asSpec(spec), host);
  const nets = netNames(module);
  const overrides = readOverrides(options.set ?? [], sources, report);
  const done = (plan: Plan | null, recipes: readonly string[] = []): CompileResult => ({
    diagnostics: told(report, sources),
    sources,
    nets,
    plan,
    recipes,
    overrides: overrideValues(overrides),
  });
  if (module) checkDeclared(module, report);
  const named = module && chooseNet(module, options.net, report);
  if (!named) return done(null);
  const choice = { recipe: options.recipe ?? null, overrides };
  const { facts, recipes } = await examine(named, module, host, sources, report, true, choice);
  const failed = told(report, sources).some(({ severity }) => severity === "error");
  return done(failed ? null : await makePlan({ ...facts, sources }), recipes);
}

function asSpec(spec: Spec | string): Spec {
  if (typeof spec !== "string") return spec;
  return spec.endsWith(".fcn") && !spec.includes("\n") ? { path: spec } : { text: spec };
}

async function open(
  spec: Spec,
  host: Host,
): Promise<{ readonly report: Report; readonly sources: Sources; readonly module: Module | null }> {
  const report = new Report();
  const sources = new Sources();
  const path = spec.path ?? "spec.fcn";
  const files: Host =
    "text" in spec ? { read: (wanted) => (wanted === path ? Promise.resolve(spec.text) : host.read(wanted)) } : host;
  return { report, sources, module: await resolve(path, files, sources, report) };
}

function ownDefinitions(module: Module | null): NamedDefinition[] {
  return [...(module?.names.values() ?? [])]
    .filter((named) => named !== null)
    .filter((named) => named.module === module);
}

function netNames(module: Module | null): string[] {
  return ownDefinitions(module).flatMap(({ definition }) => (definition.kind === "net" ? [definition.name.text] : []));
}

function backboneNames({ names }: Module): string[] {
  return [...names.values()].flatMap((named) =>
    named?.definition.kind === "backbone" ? [named.definition.name.text] : [],
  );
}

function chooseNet(module: Module, name: string | undefined, report: Report): NamedDefinition | null {
  const nets = ownDefinitions(module).filter(({ definition }) => definition.kind === "net");
  const names = nets.map(({ definition }) => `\`${definition.name.text}\``).join(", ");
  if (name === undefined) {
    const [only, second] = nets;
    if (only && !second) return only;
    if (!only && (module.incomplete || report.hasErrors)) return null;
    report.add(
      only
        ? diagnose(noNet, `\`${module.path}\` defines several nets: ${names}`, {
            help: ["say which with `--net NAME`"],
          })
        : diagnose(noNet, `\`${module.path}\` defines no net`, { help: ["a net begins with `net name {`"] }),
    );
    return null;
  }
  const chosen = nets.find(({ definition }) => definition.name.text === name);
  if (chosen) return chosen;
  const near = nearest(
    name,
    nets.map(({ definition }) => definition.name.text),
  );
  report.add(
    diagnose(noNet, `\`${module.path}\` defines no net \`${name}\``, {
      notes: [names ? `it defines ${names}` : "it defines no net"],
      help: near ? [`did you mean \`${near}\`?`] : [],
    }),
  );
  return null;
}

interface Examined {
  readonly facts: Facts;
  /** The names of the net's named recipes. */
  readonly recipes: readonly string[];
}

/**
 * Everything between the names and the plan, for one net (or a backbone at its canonical size). All recipes are read;
 * checks look at the chosen one, and at each where none is chosen.
 */
async function examine(
  named: NamedDefinition,
  module: Module | null,
  host: Host,
  sources: Sources,
  report: Report,
  isNet: boolean,
  choice: RecipeChoice | null = null,
): Promise<Examined> {
  const graph = instantiate(named, report, isNet ? new Map() : unknownParameters(named));
  const geometry = infer(graph, report);
  const allow = (meeting: Meeting): Meeting => ({ ...meeting, allowed: isMisfitAllowed(meeting, sources) });
  const meetings = align(graph, geometry).map(allow);
  const proof = prove(graph, geometry, meetings);
  const labels = await readLabels(graph, host, sources, report);
  const used = usedNodes(graph);
  const unused = isNet ? graph.nodes.filter((node) => !used.has(node.id)) : [];
  const name = named.definition.name.text;
  const declared = isNet ? module : null;
  const targets = declared?.targets.filter((target) => target.net.text === name) ?? [];
  const recipes = recipesOf(declared?.trains.filter((train) => train.net.text === name) ?? [], name, report);
  const chosen = chooseRecipe(recipes, choice ?? { recipe: null, overrides: [] }, name, report);
  const declarations = readDeclarations(chosen, targets, graph, report);
  const others = [...recipes]
    .filter(([recipe]) => recipe !== (choice?.recipe ?? null))
    .map(([, settings]) => readDeclarations(settings, targets, graph, report));
  const facts: Facts = {
    graph,
    geometry,
    meetings,
    proof,
    labels,
    unused,
    declarations,
    backbones: backboneNames(named.module),
    mend: mender(graph, allow),
  };
  const run = (check: Check, of: Facts): void => {
    if (check.code.severity !== "note" || !report.hasErrors) report.addAll(check.run(of));
  };
  for (const check of checks) {
    run(check, facts);
    if (choice || !check.readsRecipe) continue;
    for (const other of others) run(check, { ...facts, declarations: other });
  }
  return { facts, recipes: [...recipes.keys()].filter((recipe) => recipe !== null) };
}

/**
 * What is told: all that was found but for what comments allow. `whole` is the file that was looked at in all its parts,
 * so that an allowance there that silences nothing is told as well.
 */
function told(report: Report, sources: Sources, whole: string | null = null): Diagnostic[] {
  return ordered(applyAllowances(report.diagnostics, sources, { commentsIn, codes: catalogue, whole }));
}

function commentsIn(text: string): Comment[] {
  return tokenize(text).comments.map(({ image, startOffset }) => ({ text: image, start: startOffset }));
}

/** Whether comments allow all that is wrong with how two maps lie: each on a line where a message of it may point. */
function isMisfitAllowed(meeting: Meeting, sources: Sources): boolean {
  const misfits = misfitsOf(meeting);
  if (misfits.length === 0 || !canBeAllowed(meeting)) return false;
  const { call, arguments: written, sites } = meeting.node.place;
  const places = [...(written["offset"] ? [written["offset"]] : []), call, ...sites];
  return misfits.every((code) => places.some((place) => isAllowed(code, place, sources, commentsIn)));
}

/** By file, then by place, so that one reads them from top to bottom; those without a place last. */
function ordered(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const place = ({ primary }: Diagnostic): number => primary?.span.start ?? -1;
  const file = ({ primary }: Diagnostic): string => primary?.span.file ?? "\uffff";
  return [...diagnostics].sort((a, b) => {
    if (file(a) !== file(b)) return file(a) < file(b) ? -1 : 1;
    return place(a) - place(b);
  });
}
