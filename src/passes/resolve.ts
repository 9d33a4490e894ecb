/**
 * Reads a file and all that it imports, and says what each name at the top of each file means.
 */
import { parse } from "../../grammar/parse.js";
import type { Definition, File, Import, ImportName, Target, Train } from "../../grammar/tree.js";
import { cannotRead, importCycle, nameTwice, unknownImport } from "../diagnostics/codes/files.js";
import { diagnose, type Diagnostic, type Report, type Span } from "../diagnostics/diagnostic.js";
import type { Sources } from "../diagnostics/sources.js";
import { nearest } from "../diagnostics/suggest.js";
import { HostError, resolvePath, type Host } from "../host.js";

/** One file with its names. */
export interface Module {
  readonly path: string;
  readonly tree: File;
  /** Null stands for a name whose definition or import is faulty: uses of it stay silent. */
  readonly names: ReadonlyMap<string, NamedDefinition | null>;
  readonly trains: readonly Train[];
  readonly targets: readonly Target[];
  /** True when a declaration could not be parsed, so that names may be missing. */
  readonly incomplete: boolean;
}

export interface NamedDefinition {
  readonly definition: Definition;
  readonly module: Module;
}

interface Loading {
  readonly host: Host;
  readonly sources: Sources;
  readonly report: Report;
  readonly modules: Map<string, Module | null>;
}

/** Files that one compilation may read. */
const FILE_LIMIT = 1000;

export async function resolve(path: string, host: Host, sources: Sources, report: Report): Promise<Module | null> {
  return load(path, null, [], { host, sources, report, modules: new Map() });
}

async function load(
  path: string,
  site: Span | null,
  chain: readonly string[],
  loading: Loading,
): Promise<Module | null> {
  const known = loading.modules.get(path);
  if (known !== undefined) return known;
  if (loading.modules.size >= FILE_LIMIT) {
    loading.report.add(diagnose(cannotRead, `more than ${FILE_LIMIT} files are imported`, { at: site }));
    return null;
  }
  let text: string;
  try {
    text = await loading.host.read(path);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    loading.modules.set(path, null);
    loading.report.add(unreadable(site, error));
    return null;
  }
  loading.sources.add(path, text);
  const { tree, diagnostics } = parse(text, path);
  loading.report.addAll(diagnostics);
  const module = await bindNames(path, tree, [...chain, path], loading);
  loading.modules.set(path, module);
  return module;
}

function unreadable(site: Span | null, error: HostError): Diagnostic {
  const help = {
    "not-found": site
      ? ["a path that starts with `./` is relative to the importing file; `fcnc/` names the built-in library"]
      : ["give the path of a `.fcn` file"],
    "is-folder": ["name a file inside it"],
    "too-large": ["a spec is a text of some kilobytes; is this another kind of file?"],
    "not-text": ["a spec is a text in UTF-8; is this another kind of file?"],
    unreadable: [],
  }[error.fault];
  return diagnose(cannotRead, error.message, { at: site, label: site ? "imported here" : "", help });
}

/** Gives a name its meaning. One without a place is known to be faulty, and free for what the file defines itself. */
type Bind = (name: string, span: Span | null, value: NamedDefinition | null) => void;

async function bindNames(path: string, tree: File, chain: readonly string[], loading: Loading): Promise<Module> {
  const names = new Map<string, NamedDefinition | null>();
  const places = new Map<string, Span>();
  const trains: Train[] = [];
  const targets: Target[] = [];
  const module: Module = {
    path,
    tree,
    names,
    trains,
    targets,
    incomplete: tree.declarations.some((declaration) => declaration.kind === "broken"),
  };
  const bind: Bind = (name, span, value) => {
    if (!span) {
      if (!names.has(name)) names.set(name, null);
      return;
    }
    const earlier = places.get(name);
    if (!earlier) {
      places.set(name, span);
      names.set(name, value);
      return;
    }
    loading.report.add(
      diagnose(nameTwice, `\`${name}\` stands for two things`, {
        at: span,
        label: "here again",
        related: [{ span: earlier, message: "first here" }],
        help: ["rename one of them; an import can be renamed with `as`"],
      }),
    );
  };
  for (const declaration of tree.declarations) {
    switch (declaration.kind) {
      case "import":
        await bindImport(declaration, module, chain, loading, bind);
        break;
      case "net":
      case "backbone":
      case "block":
        bind(declaration.name.text, declaration.name.span, { definition: declaration, module });
        break;
      case "train":
        trains.push(declaration);
        break;
      case "target":
        targets.push(declaration);
        break;
      case "broken":
        if (declaration.name) bind(declaration.name.text, declaration.name.span, null);
    }
  }
  return module;
}

async function bindImport(
  declaration: Import,
  importer: Module,
  chain: readonly string[],
  loading: Loading,
  bind: Bind,
): Promise<void> {
  const bindAll = (find: (imported: ImportName) => NamedDefinition | null): void => {
    for (const imported of declaration.names) {
      const local = imported.alias ?? imported.name;
      bind(local.text, local.span, find(imported));
    }
  };
  const path = resolvePath(importer.path, declaration.from.value);
  if (chain.includes(path)) {
    const round = [...chain.slice(chain.indexOf(path)), path].map((file) => `\`${file}\``).join(" imports ");
    loading.report.add(
      diagnose(importCycle, "files import one another in a circle", {
        at: declaration.from.span,
        label: "closes the circle",
        notes: [round],
        help: ["move what both need into a third file"],
      }),
    );
    for (const { alias, name } of declaration.names) bind((alias ?? name).text, null, null);
    return;
  }
  const module = await load(path, declaration.from.span, chain, loading);
  bindAll((imported) => (module ? exportOf(module, imported, loading.report) : null));
}

function exportOf(module: Module, imported: ImportName, report: Report): NamedDefinition | null {
  const name = imported.name.text;
  const found = module.names.get(name);
  if (found !== undefined) return found;
  if (module.incomplete) return null;
  const defined = [...module.names].filter(([, value]) => value?.module === module).map(([key]) => key);
  const near = nearest(name, defined);
  report.add(
    diagnose(unknownImport, `\`${module.path}\` defines no \`${name}\``, {
      at: imported.name.span,
      label: near ? `did you mean \`${near}\`?` : "not defined there",
      notes: defined.length > 0 ? [`it defines ${defined.map((key) => `\`${key}\``).join(", ")}`] : [],
      fixes: near ? [{ title: `write \`${near}\``, span: imported.name.span, replacement: near }] : [],
    }),
  );
  return null;
}
