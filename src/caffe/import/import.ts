/**
 * A Caffe net as a spec: read, wired, held against the library's backbones, written, and checked like every spec.
 */
import { format } from "../../../grammar/format.js";
import { compile } from "../../compile.js";
import { caffeIgnored, caffeNotUnderstood, prototxtValue } from "../../diagnostics/codes/caffe.js";
import { diagnose, Report, type Diagnostic } from "../../diagnostics/diagnostic.js";
import { Sources } from "../../diagnostics/sources.js";
import type { Host } from "../../host.js";
import type { Plan } from "../../model/plan.js";
import { CaffeFault } from "../fault.js";
import { readNet, type CaffeNet } from "../net.js";
import { NO_NOTES } from "../notes.js";
import type { BlobRate } from "../rates.js";
import { readSolver, type CaffeSolver } from "../solver.js";
import { parseText } from "../text.js";
import { recogniseAll } from "./backbones.js";
import type { KnownWeights } from "./conversion.js";
import { placesIn } from "./findings.js";
import { preprocessingOf, type MeanFiles } from "./inputs.js";
import { foldScales, hasWeights } from "./lines.js";
import { LOSSES } from "./layers.js";
import type { Loss } from "./loss.js";
import { meanFilesOf } from "./means.js";
import { identifierOf } from "./names.js";
import { printRecipe, printValue, readRecipe } from "./recipe.js";
import type { Recognised } from "./recognise.js";
import { writeSpec, type Spec, type SpecInput } from "./spec.js";
import { tensorNames } from "./tensor-names.js";
import { wire, type Feed, type Node, type Wired } from "./wire.js";

export interface CaffeText {
  /** As messages name it. */
  readonly path: string;
  readonly text: string;
}

export interface ImportRequest {
  readonly net: CaffeText;
  readonly solver: CaffeText | null;
  /** A net that the solver names, or null where it is not there. */
  readonly readNet: (path: string) => Promise<CaffeText | null>;
  /** The mean of each channel of a mean image, or null where it is not there. */
  readonly meanOf: (path: string) => Promise<readonly number[] | null>;
  readonly name: string | null;
  /** What `labels:` is to say. */
  readonly labels: string | null;
  /** How a spec names a list of labels that a note of the net names, which lies beside the net. */
  readonly labelPath: (named: string) => Promise<string>;
  readonly stages: readonly string[];
  /**
   * Whether a layer's kernel is bilinear on the diagonal of channels and zero elsewhere; null where there are no
   * weights, or none of that layer.
   */
  readonly isBilinear: (layer: string) => Promise<boolean | null>;
  /** For the library, and for what stands beside the spec. */
  readonly host: Host;
  /** Where the spec will lie, given its net's name. */
  readonly specPath: (name: string) => string;
}

export interface Imported {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** Null where the spec has errors. */
  readonly plan: Plan | null;
  readonly backbones: readonly { readonly name: string; readonly layers: number }[];
  /** What differs from the prototxt without harm. */
  readonly notes: readonly string[];
  /** What a caffemodel's tensors are called in the spec, by their names in the file. */
  readonly tensors: ReadonlyMap<string, string>;
  /** Batch normalizations without a Scale behind them: their tensors are ones and zeros. */
  readonly plainNorms: readonly { readonly layer: string; readonly channels: number }[];
  /** Fixed bilinear upsamplings: the compiler makes their kernels. */
  readonly fixed: ReadonlySet<string>;
}

export interface ImportResult {
  /** Null where the net could not be understood; the diagnostics say what of it. */
  readonly imported: Imported | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
}

export async function importCaffe(request: ImportRequest): Promise<ImportResult> {
  const report = new Report();
  const sources = new Sources();
  try {
    const imported = await run(request, report, sources);
    return { imported, diagnostics: report.diagnostics, sources };
  } catch (error) {
    if (!(error instanceof CaffeFault)) throw error;
    report.add(error.diagnostic);
    return { imported: null, diagnostics: report.diagnostics, sources };
  }
}

/** What wiring needs besides the net. */
interface Context {
  readonly stages: readonly string[];
  readonly means: MeanFiles;
  readonly weights: KnownWeights;
}

async function run(request: ImportRequest, report: Report, sources: Sources): Promise<Imported | null> {
  const read = (file: CaffeText): CaffeNet =>
    readNet(parseText(file.text, file.path, sources), { file: file.path, report });
  const net = read(request.net);
  const solver = request.solver && readSolverFile(request.solver, report, sources);
  const other = async (path: string | null | undefined): Promise<CaffeNet | null> => {
    const file = path ? await request.readNet(path) : null;
    if (file === null) return null;
    return file.path === request.net.path ? net : read(file);
  };
  const train = (await other(solver?.trainNet)) ?? net;
  const test = await other(solver?.testNet);
  const means = await readMeans([net, train, ...(test ? [test] : [])], request);

  const outputs = await Promise.all(
    net.notes.outputs.map(async (note) =>
      note.labels === undefined ? note : { ...note, labels: await request.labelPath(note.labels) },
    ),
  );
  const known = new Map<string, boolean | null>();
  for (const { name, type } of net.layers)
    if (type === "Deconvolution") known.set(name, await request.isBilinear(name));
  const context: Context = {
    stages: request.stages,
    means,
    weights: { isBilinear: (layer) => known.get(layer) ?? null },
  };
  const wired = wireFor(net, context);
  reportIgnored(wired, net, report);
  if (report.hasErrors) return null;
  const { nodes, scales } = foldScales(wired.nodes);
  const trunks = await recogniseAll(nodes, request.host);
  const losses = wired.losses.length > 0 ? wired.losses : lossesOf(train, context, nodes);
  const wanted = request.name ?? net.name ?? stemOf(request.net.path);
  const name = identifierOf(wanted.replaceAll("-", "_"));
  const folded = (id: number): number => [...scales].find(([scale]) => scale.id === id)?.[1].id ?? id;
  const spec = writeSpec({
    name,
    documentation: [`Imported from Caffe: ${baseOf(request.net.path)}.`],
    nodes,
    inputs: wired.inputs.map(({ node, feed }) => inputOf(node, feed, net, nodes, trunks, means)),
    trunks,
    outputs: wired.outputs.map(folded).filter((id) => nodes.some((node) => node.id === id)),
    losses,
    labels: request.labels,
    notes: { ...net.notes, outputs },
  });
  const rates = ratesOf(nodes, scales, spec, train);
  const recipe = readRecipe({ solver, train, test, losses, rates });
  if (report.hasErrors) return null;
  const targets = Object.entries(net.notes.targets).map(([target, settings]) =>
    [
      `target ${target} for ${name} {`,
      ...Object.entries(settings).map(([key, value]) => `  ${key}: ${printValue(value)}`),
      "}",
      "",
    ].join("\n"),
  );
  const source = [spec.text, ...(recipe.size > 0 ? [printRecipe(name, recipe)] : []), ...targets].join("\n");
  const path = request.specPath(wanted);
  const formatted = format(source, { file: path });
  if (!("text" in formatted)) {
    // What a net says becomes names and numbers that a spec can have; what notes say is taken as it is.
    if (net.notes === NO_NOTES && (solver === null || solver.notes === NO_NOTES))
      throw new Error(`the spec that was made cannot be read:\n${source}`);
    throw new CaffeFault(prototxtValue, "what the notes `# fcnc ...` say cannot be said in a spec", {
      help: ["delete these lines at the head of the prototxt, or get the file anew"],
    });
  }
  const { text } = formatted;
  const result = await compile({ text, path }, request.host);
  for (const file of result.sources.files) sources.add(file.path, file.text);
  report.addAll(placesIn(result.diagnostics, text, path, spec, net));
  return {
    name,
    path,
    text,
    plan: result.plan,
    backbones: trunks.map(({ backbone, nodes: found }) => ({ name: backbone.name, layers: found.size })),
    notes: trunks.flatMap(({ backbone, dropouts }) =>
      dropouts.length === 0
        ? []
        : [
            `${backbone.name} has dropouts that the prototxt has not (${dropouts.join(", ")}): they act in training alone`,
          ],
    ),
    ...tensorNames(nodes, scales, spec),
  };
}

function readSolverFile(file: CaffeText, report: Report, sources: Sources): CaffeSolver {
  return readSolver(parseText(file.text, file.path, sources), { file: file.path, report });
}

/** The net as it predicts; a file that has its layers for training alone is taken as it trains. */
function wireFor(net: CaffeNet, { stages, means, weights }: Context): Wired {
  const channelsOf = (feed: Feed): number | null => preprocessingOf(feed, net.notes, means)?.channels ?? null;
  const tested = wire(net, { phase: "TEST", stages }, channelsOf, weights);
  return tested.outputs.length > 0 ? tested : wire(net, { phase: "TRAIN", stages }, channelsOf, weights);
}

async function readMeans(nets: readonly CaffeNet[], request: ImportRequest): Promise<MeanFiles> {
  const means = new Map<string, readonly number[]>();
  for (const path of new Set(nets.flatMap(meanFilesOf))) {
    const mean = await request.meanOf(path);
    if (mean !== null) means.set(path, mean);
  }
  return means;
}

function reportIgnored({ ignored, outputs }: Wired, net: CaffeNet, report: Report): void {
  for (const { layer, reason } of ignored)
    report.add(
      diagnose(caffeIgnored, `\`${layer.name || layer.type}\` (${layer.type}) is left out: it ${reason}`, {
        at: layer.fields.span(),
      }),
    );
  if (outputs.length === 0 && !report.hasErrors)
    throw new CaffeFault(caffeNotUnderstood, `\`${net.file}\` has no layer that computes something`, {
      help: ["a net's prototxt has `layer { ... }` for each of its layers; a solver's names the file that has them"],
    });
}

/** The losses of the net that is trained, on the scores of the one that is imported. */
function lossesOf(train: CaffeNet, context: Context, nodes: readonly Node[]): Loss[] {
  if (!train.layers.some(({ type }) => LOSSES.has(type))) return [];
  return wireFor(train, context).losses.map((loss) => ({
    ...loss,
    scores: nodes.findLast(({ blob }) => blob === loss.layer.bottoms[0])?.id ?? null,
  }));
}

function inputOf(
  node: Node,
  feed: Feed,
  net: CaffeNet,
  nodes: readonly Node[],
  trunks: readonly Recognised[],
  means: MeanFiles,
): SpecInput {
  const preprocessing = preprocessingOf(feed, net.notes, means) ?? {
    channels: node.channels,
    format: "raw" as const,
    mean: null,
    scale: null,
    log: false,
    source: null,
  };
  const note = net.notes.inputs.find(({ blob }) => blob === feed.blob);
  // A dense layer that is none of a backbone's sees images of one size alone.
  const inTrunk = new Set(trunks.flatMap((trunk) => [...trunk.nodes.values()].map(({ id }) => id)));
  const isFixed = nodes.some(({ id, kind }) => kind === "dense" && !inTrunk.has(id));
  const [, , height = "H", width = "W"] = isFixed ? (feed.input?.dims ?? []) : [];
  return { node, height: note?.height ?? height, width: note?.width ?? width, preprocessing };
}

/** Rate and decay of every blob, as the net that is trained has them. */
function ratesOf(nodes: readonly Node[], scales: ReadonlyMap<Node, Node>, spec: Spec, train: CaffeNet): BlobRate[] {
  const byName = new Map(train.layers.map((layer) => [layer.name, layer]));
  const scaleOf = new Map([...scales].map(([scale, norm]) => [norm.id, scale]));
  return nodes.flatMap((node) => {
    const layer = spec.layers.get(node.id);
    const own = scaleOf.get(node.id)?.layer ?? node.layer;
    if (layer === undefined || own === null || !hasWeights(node.kind)) return [];
    if (node.kind === "batchnorm" && !scaleOf.has(node.id)) return [];
    const rates = (byName.get(own.name) ?? own).rates;
    const isFixed = (node.kind === "upsample" || node.kind === "scale") && node.settings["learned"] === false;
    const keys = node.settings["bias"] === true || node.kind === "batchnorm" ? ["weight", "bias"] : ["weight"];
    return keys.map((key, index) => ({
      layer,
      name: `${layer}.${key}`,
      rate: rates[index]?.rate ?? 1,
      decay: rates[index]?.decay ?? 1,
      frozen: isFixed,
    }));
  });
}

const baseOf = (path: string): string => path.replace(/^.*[\\/]/, "");
const stemOf = (path: string): string => baseOf(path).replace(/\.[^.]*$/, "");
