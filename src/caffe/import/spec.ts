/** The text of the spec: a net as a person would have written it, before the formatter goes over it. */
import type { Pair, PlanValue } from "../../model/plan.js";
import type { Notes } from "../notes.js";
import { call, number, printCall } from "./call.js";
import type { Preprocessing } from "./inputs.js";
import { hasWeights, linesOf, type Line } from "./lines.js";
import { identifierOf, Names } from "./names.js";
import { lineOf, type Recognised } from "./recognise.js";
import type { Loss } from "./loss.js";
import type { Node } from "./wire.js";

export interface SpecParts {
  readonly name: string;
  /** Lines of documentation. */
  readonly documentation: readonly string[];
  readonly nodes: readonly Node[];
  readonly inputs: readonly SpecInput[];
  readonly trunks: readonly Recognised[];
  readonly outputs: readonly number[];
  readonly losses: readonly Loss[];
  readonly labels: string | null;
  readonly notes: Notes;
}

export interface SpecInput {
  readonly node: Node;
  readonly height: string | number;
  readonly width: string | number;
  readonly preprocessing: Preprocessing;
}

export interface Spec {
  /** Imports and the net. */
  readonly text: string;
  /** What each line or input of the net came from, by its name in the spec. */
  readonly origins: ReadonlyMap<string, readonly Node[]>;
  /** The layer of the spec that has a node's weights, by node. */
  readonly layers: ReadonlyMap<number, string>;
}

export function writeSpec(parts: SpecParts): Spec {
  return new SpecWriter(parts).write();
}

class SpecWriter {
  readonly #names = new Names();
  /** What a node's value is called, by node. */
  readonly #references = new Map<number, string>();
  readonly #origins = new Map<string, readonly Node[]>();
  readonly #layers = new Map<number, string>();
  readonly #out: string[] = [];
  /** The node whose value the line above gives. */
  #above: number | null = null;
  /** The layers that give scores of the classes, where the net has one head. */
  readonly #scores: ReadonlySet<number>;

  constructor(private readonly parts: SpecParts) {
    const { nodes, outputs, trunks } = parts;
    const inTrunk = new Set(trunks.flatMap((trunk) => [...trunk.nodes.values()].map(({ id }) => id)));
    const [output, another] = outputs;
    const scores = output === undefined || another !== undefined ? [] : scoreLayers(nodes, output, inTrunk);
    this.#scores = new Set(scores.some(({ kind }) => kind === "conv") ? scores.map(({ id }) => id) : []);
  }

  write(): Spec {
    const { name, documentation, nodes, inputs, trunks } = this.parts;
    for (const input of inputs) this.#input(input);
    const skip = new Set(trunks.flatMap((trunk) => [...trunk.nodes.values()].map(({ id }) => id)));
    const starts = new Map(trunks.map((trunk) => [Math.min(...[...trunk.nodes.values()].map(({ id }) => id)), trunk]));
    const lines = [
      ...linesOf(nodes, skip).map((line) => ({ at: line.nodes[0]?.id ?? 0, write: () => this.#line(line) })),
      ...[...starts].map(([at, trunk]) => ({ at, write: () => this.#trunk(trunk) })),
    ];
    for (const { write } of lines.toSorted((a, b) => a.at - b.at)) write();
    this.#outputs();
    const imports = [...new Set(trunks.map(({ backbone }) => backbone.name))]
      .toSorted()
      .map((backbone) => `import ${backbone} from "fcnc/backbones/${backbone}.fcn"`);
    const head = nodes.find(({ id }) => this.#scores.has(id));
    const parameters = head === undefined ? "" : `(classes: int = ${head.channels})`;
    const text = [
      "fcn 1",
      "",
      ...(imports.length > 0 ? [...imports, ""] : []),
      ...documentation.map((line) => `/// ${line}`),
      `net ${name}${parameters} {`,
      ...this.#out,
      "}",
      "",
    ].join("\n");
    return { text, origins: this.#origins, layers: this.#layers };
  }

  #input({ node, height, width, preprocessing }: SpecInput): void {
    const note = this.parts.notes.inputs.find(({ blob }) => blob === node.blob);
    const isTaken = this.parts.nodes.some(({ layer }) => layer !== null && identifierOf(layer.name) === "image");
    const isOnly = this.parts.inputs.length === 1 && ["data", "input"].includes(node.blob) && !isTaken;
    const name = this.#names.take(note?.name ?? (isOnly ? "image" : node.blob));
    const { channels, format, mean, scale, log, source } = preprocessing;
    const vector = (values: readonly number[]): string =>
      values.length === 1 ? number(values[0] ?? 0) : `[${values.map(number).join(", ")}]`;
    const settings = [
      ...(log ? ["log: true"] : []),
      ...(mean === null || mean.every((value) => value === 0) ? [] : [`mean: ${vector(mean)}`]),
      ...(scale === null ? [] : [`scale: ${vector(scale)}`]),
    ];
    if (source === null)
      this.#out.push("  // The prototxt does not say what is subtracted from images: add `mean` where something was.");
    else if (source.startsWith("the code") || source.includes("mean over"))
      this.#out.push(`  // The mean is from ${source}.`);
    const body = settings.length > 0 ? ` { ${settings.join(", ")} }` : "";
    this.#out.push(`  input ${name}: ${format}[${height}, ${width}, ${channels}]${body}`);
    this.#references.set(node.id, name);
    this.#origins.set(name, [node]);
  }

  #trunk(trunk: Recognised): void {
    const { backbone, from, nodes, ends, lines, without, overrides } = trunk;
    const { suffix, rename } = this.#renaming(trunk);
    const isVgg = backbone.name.startsWith("vgg");
    const short = isVgg ? "vgg" : "trunk";
    const name = this.#names.take(suffix === "" ? short : `${suffix}_${short}`);
    const dense = backbone.lines.filter((line) => line.isDense && lines.includes(line.name)).map((line) => line.name);
    const settings = [
      ...(suffix === "" ? [] : [`suffix: "${suffix}"`]),
      ...(rename.length === 0 ? [] : [`rename: { ${rename.map(([a, b]) => `${a}: ${b}`).join(", ")} }`]),
      ...overrides.map(({ layer, setting, value }) => `${overridden(layer)}.${setting}: ${printPlanValue(value)}`),
      ...(dense.length === 0 ? [] : [`convolutionize: [${dense.join(", ")}]`]),
      ...(without.length === 0 ? [] : [`without: [${without.join(", ")}]`]),
      ...this.#taps(trunk),
    ];
    const width = this.#width(trunk);
    const use = `${backbone.name}${width === null ? "" : `(width: ${width})`}`;
    this.#blank();
    this.#out.push(
      `  ${name} = ${this.#reference(from)} -> ${use} {`,
      ...settings.map((setting) => `    ${setting}`),
      "  }",
    );
    this.#blank();
    for (const [node, line] of ends) this.#references.set(node, `${name}.${line}`);
    for (const [layer, node] of nodes) {
      this.#origins.set(`${name}.${lineOf(layer)}`, [...(this.#origins.get(`${name}.${lineOf(layer)}`) ?? []), node]);
      const renamed = rename.find(([line]) => line === layer)?.[1] ?? this.#suffixed(layer, suffix);
      if (hasWeights(node.kind)) this.#layers.set(node.id, renamed);
      this.#names.take(renamed);
    }
    this.#origins.set(name, [...nodes.values()]);
    this.#above = null;
  }

  #suffixed(layer: string, suffix: string): string {
    const line = lineOf(layer);
    return `${line}${suffix}${layer.slice(line.length)}`;
  }

  /** What turns the names of the backbone's layers into those of the net, where that can be said. */
  #renaming({ nodes, lines }: Recognised): { suffix: string; rename: (readonly [string, string])[] } {
    const pairs = [...nodes]
      .filter(([layer, { kind }]) => lines.includes(layer) && hasWeights(kind))
      .map(([layer, node]) => [layer, identifierOf(node.layer?.name ?? layer)] as const);
    const [first] = pairs;
    const suffix = first?.[1].startsWith(first[0]) ? first[1].slice(first[0].length) : "";
    if (suffix !== "" && pairs.every(([layer, name]) => name === `${layer}${suffix}`)) return { suffix, rename: [] };
    return { suffix: "", rename: pairs.filter(([layer, name]) => layer !== name) };
  }

  #width({ backbone, nodes }: Recognised): number | null {
    const [first] = backbone.layers;
    const node = first && nodes.get(first.name);
    return backbone.width === null || node === undefined || node.channels === backbone.width ? null : node.channels;
  }

  /** Strides of taps, where those of the net are others than the backbone states. */
  #taps({ backbone, ends, overrides, from }: Recognised): string[] {
    if (!overrides.some(({ setting }) => setting === "stride")) return [];
    const entries = [...ends].flatMap(([node, line]) => {
      const stated = backbone.taps.get(line);
      const stride = this.#strideOf(node, from);
      return stated === undefined || stated === stride ? [] : [`${line}: ${stride}`];
    });
    return entries.length === 0 ? [] : [`taps: { ${entries.join(", ")} }`];
  }

  /** Units of a node's map from one to the next, in those of another above it. */
  #strideOf(id: number, from: number): number {
    const node = this.parts.nodes.find((each) => each.id === id);
    const [input] = node?.inputs ?? [];
    if (node === undefined || input === undefined || id === from) return 1;
    const stride = node.settings["stride"];
    return (Array.isArray(stride) ? Number(stride[0]) : 1) * this.#strideOf(input, from);
  }

  #line({ name: wanted, nodes }: Line): void {
    const [first, ...others] = nodes;
    const last = nodes.at(-1);
    if (first === undefined || last === undefined) return;
    const name = this.#names.take(wanted);
    const [head, ...rest] = first.inputs;
    const takesAll = ["sum", "product", "concat"].includes(first.kind);
    const continues = !takesAll && head !== undefined && head === this.#above;
    if (!continues && !takesAll && this.#above !== null) this.#blank();
    const before = takesAll
      ? first.inputs.map((id) => this.#reference(id))
      : rest.map((id) => `to: ${this.#reference(id)}`);
    const opening = this.#call(first, before);
    const start = continues || takesAll || head === undefined ? [] : [this.#reference(head)];
    // At the head of a line a word alone would be a value's name.
    const isBare = start.length === 0 && !opening.endsWith(")");
    const steps = [isBare ? `${opening}()` : opening, ...others.map((node) => this.#call(node, []))];
    this.#out.push(`  ${name} = ${[...start, ...steps].join(" -> ")}`);
    this.#references.set(last.id, name);
    this.#origins.set(name, nodes);
    for (const node of nodes) if (hasWeights(node.kind)) this.#layers.set(node.id, name);
    this.#above = last.id;
  }

  #call(node: Node, before: readonly string[]): string {
    const isDerived = node.kind === "crop" && this.parts.notes.derived.includes(node.layer?.name ?? "");
    const shown = isDerived ? call("crop") : node;
    return printCall(shown, before, this.#scores.has(node.id) ? { channels: "classes" } : {});
  }

  #outputs(): void {
    const { outputs, losses, labels, notes, nodes } = this.parts;
    for (const id of outputs) {
      const reference = this.#reference(id);
      const blob = nodes.find((node) => node.id === id)?.blob;
      const note = notes.outputs.find((each) => each.blob === blob);
      const loss = losses.find(({ scores }) => scores === id);
      const list = note?.labels ?? labels;
      const ignore = note?.ignore ?? loss?.ignore ?? null;
      const settings = [
        ...(list === null ? [] : [`labels: ${JSON.stringify(list)}`]),
        ...(ignore === null ? [] : [`ignore: ${ignore}`]),
      ];
      this.#out.push(`  output ${reference}${settings.length === 0 ? "" : ` { ${settings.join(", ")} }`}`);
    }
  }

  #reference(id: number): string {
    return this.#references.get(id) ?? "";
  }

  #blank(): void {
    if (this.#out.at(-1) !== "") this.#out.push("");
  }
}

/** What scores go through on their way to an output, unit by unit or interpolated. */
const CARRIERS: ReadonlySet<string> = new Set(["crop", "deconv", "scale", "softmax", "sum", "upsample"]);

/** Convolutions and deconvolutions that an output is made of, with as many channels as it has. */
function scoreLayers(nodes: readonly Node[], output: number, inTrunk: ReadonlySet<number>): Node[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const channels = byId.get(output)?.channels;
  const found = new Set<Node>();
  const seen = new Set<number>();
  const open = [output];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = byId.get(id);
    if (node === undefined || seen.has(id) || inTrunk.has(id) || node.channels !== channels) continue;
    seen.add(id);
    if (node.kind === "conv" || node.kind === "deconv") found.add(node);
    if (CARRIERS.has(node.kind)) open.push(...(node.kind === "crop" ? node.inputs.slice(0, 1) : node.inputs));
  }
  return nodes.filter((node) => found.has(node));
}

/** A dense layer's setting is written under its line: `fc6.pad`, and a block's layer under its own: `a.conv.pad`. */
const overridden = (layer: string): string => layer.replace(/\/.*$/, "");

function printPlanValue(value: PlanValue): string {
  if (!Array.isArray(value)) return String(value);
  const [y, x] = value as unknown as Pair;
  return y === x ? String(y) : `${y}x${x}`;
}
