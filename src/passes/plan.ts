/** Turns a checked graph into the plan: plain data, with every offset filled in and every layer made into primitives. */
import type { Sources } from "../diagnostics/sources.js";
import type { Geometry, NodeGeometry } from "../model/geometry.js";
import { statedOffset, type Graph, type GraphNode, type InputNode, type LayerNode } from "../model/graph.js";
import { planValue } from "../model/layer-kind.js";
import type {
  Labels,
  Operation,
  Pair,
  Plan,
  PlanCrop,
  PlanInput,
  PlanLayer,
  PlanOutput,
  Tensor,
} from "../model/plan.js";
import { describe } from "../model/size-set-text.js";
import { formula } from "../model/size.js";
import { canonicalJson } from "../model/canonical-json.js";
import { planGrid } from "../model/plan-geometry.js";
import { appliedOffset, derivedOffset, type Meeting } from "./align.js";
import { blobsOf, elements, resolvedLayer, usedNodes } from "./parameters.js";
import type { Proof } from "./prove.js";
import { ratesOf } from "./rates.js";
import type { Declarations } from "./recipe.js";

export interface PlanParts {
  readonly graph: Graph;
  readonly geometry: Geometry;
  readonly meetings: readonly Meeting[];
  readonly proof: Proof;
  readonly labels: ReadonlyMap<string, Labels>;
  readonly declarations: Declarations;
  readonly sources: Sources;
}

export async function makePlan(parts: PlanParts): Promise<Plan> {
  const { graph, meetings, proof, declarations } = parts;
  const used = usedNodes(graph);
  const nodes = graph.nodes.filter((node) => used.has(node.id));
  const tensors = nodes.flatMap((node) => tensorsOf(parts, node));
  const layers = nodes.map((node) => planLayer(parts, node, tensors));
  const operations = nodes.flatMap((node) => operationsOf(parts, node));
  const crops = meetings.flatMap((meeting) =>
    meeting.kind === "crop" && used.has(meeting.node.id) ? [planCrop(meeting)] : [],
  );
  const body = {
    format: "fcnc-plan" as const,
    version: 1 as const,
    net: graph.name,
    inputs: nodes.flatMap((node) => (node.kind === "input" ? [planInput(node)] : [])),
    outputs: graph.outputs.map((output): PlanOutput => ({
      name: output.name,
      value: nameOf(graph, output.node),
      classes: parts.geometry[output.node]?.channels ?? 0,
      labels: parts.labels.get(output.name) ?? null,
      ignore: output.ignore,
    })),
    validFor: Object.fromEntries([...proof.validFor].map(([symbol, sizes]) => [symbol, describe(sizes, symbol)])),
    layers,
    crops,
    tensors,
    operations,
    train: declarations.train,
    targets: declarations.targets,
  };
  return { ...body, file: graph.file, digest: await digestOf(body) };
}

/** The digest says what a net is, not where it was written: the files and lines of layers and operations are left out. */
async function digestOf(body: Pick<Plan, "layers" | "operations">): Promise<string> {
  const placeless = <Item extends object>(items: readonly Item[]): object[] =>
    items.map((item) => ({ ...item, file: undefined, line: undefined }));
  const text = canonicalJson({
    ...body,
    layers: placeless(body.layers),
    operations: placeless(body.operations),
  });
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256:${[...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function nameOf(graph: Graph, index: number): string {
  return graph.nodes[index]?.name ?? "";
}

/** Where a node was written: its own line in the file of its backbone or block. */
function placeOf(parts: PlanParts, node: GraphNode): { readonly file: string; readonly line: number } {
  return { file: node.place.call.file, line: parts.sources.lineOf(node.place.call) };
}

function planInput(node: InputNode): PlanInput {
  const { name, format, height, width, channels } = node;
  return { name, format, height, width, channels };
}

function planLayer(parts: PlanParts, node: GraphNode, tensors: readonly Tensor[]): PlanLayer {
  const geometry = geometryOf(parts, node.id);
  const own = tensorsByLayer(tensors).get(node.name) ?? [];
  const [y, x] = [geometry.y.grid, geometry.x.grid];
  const settings = node.kind === "layer" ? (resolvedLayer(parts.graph, parts.geometry, node.id)?.settings ?? {}) : {};
  return {
    name: node.name,
    kind: node.kind === "layer" ? (node.wasDense ? "conv" : node.layer.name) : "input",
    inputs: node.kind === "layer" ? node.inputs.map((input) => nameOf(parts.graph, input)) : [],
    channels: geometry.channels,
    heightFormula: formula(geometry.y.size),
    widthFormula: formula(geometry.x.size),
    grid: y && x && { y: planGrid(y), x: planGrid(x) },
    settings: Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, planValue(value)])),
    parameters: own.reduce((sum, tensor) => sum + elements(tensor.shape), 0),
    trainable: own.some((tensor) => tensor.trainable),
    ...placeOf(parts, node),
  };
}

const byLayer = new WeakMap<readonly Tensor[], Map<string, Tensor[]>>();

/** Tensors by layer, made once for a list. */
function tensorsByLayer(tensors: readonly Tensor[]): Map<string, Tensor[]> {
  let table = byLayer.get(tensors);
  if (!table) {
    table = new Map();
    for (const tensor of tensors) table.set(tensor.layer, [...(table.get(tensor.layer) ?? []), tensor]);
    byLayer.set(tensors, table);
  }
  return table;
}

function geometryOf(parts: PlanParts, index: number): NodeGeometry {
  const geometry = parts.geometry[index];
  if (!geometry) throw new Error(`the geometry of ${nameOf(parts.graph, index)} is unknown in a net without errors`);
  return geometry;
}

function tensorsOf(parts: PlanParts, node: GraphNode): Tensor[] {
  if (node.kind === "input") return [];
  return blobsOf(parts.graph, parts.geometry, node.id).map((blob): Tensor => {
    const [out = 0, ...rest] = blob.shape;
    const dense = node.wasDense || node.layer.role === "dense";
    const { rate, decay } = ratesOf(parts.declarations, node.name, blob);
    return {
      name: `${node.name}.${blob.key}`,
      layer: node.name,
      role: blob.role,
      shape: blob.shape,
      denseShape: dense && blob.role === "conv" ? [out, elements(rest)] : null,
      fanIn: blob.fanIn,
      init: blob.init,
      generated: blob.frozen && !blob.measured,
      trainable: !blob.frozen && rate > 0,
      rate,
      decay,
    };
  });
}

function planCrop(meeting: Meeting): PlanCrop {
  return {
    layer: meeting.node.name,
    offset: offsetOf(meeting),
    derived: derivedOffset(meeting),
    stated: statedOffset(meeting.node),
  };
}

function operationsOf(parts: PlanParts, node: GraphNode): Operation[] {
  const geometry = geometryOf(parts, node.id);
  const base = { layer: node.name, channels: geometry.channels, ...placeOf(parts, node) };
  if (node.kind === "input") return inputOperations(node, base);
  const inputs = node.inputs.map((input) => valueOf(parts.graph, input));
  const common = { ...base, name: node.name, inputs };
  if (node.layer.role === "crop") return [{ ...common, ...cropPrimitive(parts, node) }];
  const resolved = resolvedLayer(parts.graph, parts.geometry, node.id);
  if (!resolved) throw new Error(`${node.name} has no size in a net without errors`);
  const blobs = blobsOf(parts.graph, parts.geometry, node.id);
  const keys = {
    weight: `${node.name}.weight`,
    bias: blobs.some((blob) => blob.key === "bias") ? `${node.name}.bias` : null,
    running_mean: `${node.name}.running_mean`,
    running_var: `${node.name}.running_var`,
  };
  const channels = node.inputs.map((input) => geometryOf(parts, input).channels);
  return [{ ...common, ...resolved.layer.lower(resolved.settings, keys, channels) }];
}

function cropPrimitive(
  parts: PlanParts,
  node: LayerNode,
): { readonly op: "crop"; readonly offset: readonly [number, number] } {
  const meeting = parts.meetings.find((candidate) => candidate.node.id === node.id);
  if (!meeting) throw new Error(`${node.name} crops to nothing in a net without errors`);
  return { op: "crop", offset: offsetOf(meeting) };
}

function offsetOf(meeting: Meeting): Pair {
  const offset = appliedOffset(meeting);
  if (!offset) throw new Error(`${meeting.node.name} has no offset in a net without errors`);
  return offset;
}

/** The operation whose value others take: an input's is what preprocessing makes of it. */
function valueOf(graph: Graph, index: number): string {
  const node = graph.nodes[index];
  if (!node) return "";
  return node.kind === "input" && needsPreprocessing(node) ? valueName(node) : node.name;
}

function needsPreprocessing(node: InputNode): boolean {
  return node.format === "bgr" || node.mean !== null || node.scale !== null || node.log;
}

type OperationPlace = Pick<Operation, "layer" | "channels" | "file" | "line">;

/** Caffe's preprocessing: channels reversed for a `bgr` net, then (f(x) - mean) * scale. */
function inputOperations(node: InputNode, base: OperationPlace): Operation[] {
  const input: Operation = { ...base, name: node.name, inputs: [], op: "input" };
  if (!needsPreprocessing(node)) return [input];
  const scale = node.scale ?? Array.from({ length: node.channels }, () => 1);
  return [
    input,
    {
      ...base,
      name: valueName(node),
      inputs: [node.name],
      op: "preprocess",
      reverse: node.format === "bgr",
      log: node.log,
      scale,
      offset: scale.map((factor, channel) => 0 - factor * (node.mean?.[channel] ?? 0)),
    },
  ];
}

function valueName(node: InputNode): string {
  return `${node.name}/preprocessed`;
}
