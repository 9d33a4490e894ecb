/** Channels, sizes and grids of every node, in order. Faults that keep a node's geometry from being known are reported. */
import { denseSize, layerSettings } from "../diagnostics/codes/arguments.js";
import { diagnose, type Report } from "../diagnostics/diagnostic.js";
import { axisAfter } from "../model/axis-after.js";
import type { Geometry, NodeGeometry, Axis, AxisName } from "../model/geometry.js";
import type { Graph, InputNode, LayerNode } from "../model/graph.js";
import { rational } from "../model/rational.js";
import { constantSize, evaluate, symbolOf, symbolSize, type Size } from "../model/size.js";

export function infer(graph: Graph, report: Report): Geometry {
  const geometry: (NodeGeometry | null)[] = [];
  for (const node of graph.nodes) {
    if (node.kind === "input") geometry.push(inputGeometry(node));
    else {
      const inputs = node.inputs.map((input) => geometry[input] ?? null);
      geometry.push(inputs.every((input) => input !== null) ? layerGeometry(node, inputs, report) : null);
    }
  }
  return geometry;
}

function inputGeometry(node: InputNode): NodeGeometry {
  const axis = (side: string | number): Axis => ({
    size: typeof side === "number" ? constantSize(side) : symbolSize(side),
    grid: { stride: rational(1), origin: rational(0), field: rational(1) },
  });
  return { channels: node.channels, y: axis(node.height), x: axis(node.width) };
}

function layerGeometry(node: LayerNode, inputs: readonly NodeGeometry[], report: Report): NodeGeometry | null {
  const [first, ...others] = inputs;
  if (!first) return null;
  const { layer, settings } = node;
  const channels = layer.channels(
    settings,
    layer.inputs === "reference" ? [first.channels] : inputs.map((input) => input.channels),
  );
  if (typeof channels !== "number") {
    const at = (channels.parameter && node.place.arguments[channels.parameter]) || node.place.call;
    report.add(diagnose(layerSettings, channels.problem, { at, help: channels.help ? [channels.help] : [] }));
    return null;
  }
  if (layer.role === "dense") return denseGeometry(node, first, channels, report);
  const [other] = others;
  if (layer.role === "crop" && other) {
    const cropped = (own: Axis, reference: Axis): Axis => ({
      size: reference.size,
      grid: own.grid && reference.grid && { ...reference.grid, field: own.grid.field },
    });
    return { channels, y: cropped(first.y, other.y), x: cropped(first.x, other.x) };
  }
  const after = (axis: AxisName): Axis =>
    axisAfter(
      layer.transfer?.(settings, axis === "y" ? 0 : 1) ?? { rule: "same" },
      inputs.map((input) => input[axis]),
    );
  return { channels, y: after("y"), x: after("x") };
}

/** A dense layer is a convolution over its whole input, which must be of one size. */
function denseGeometry(node: LayerNode, input: NodeGeometry, channels: number, report: Report): NodeGeometry | null {
  const kernel = (size: Size): number | null => (symbolOf(size) === null ? evaluate(size, 0) : null);
  const height = kernel(input.y.size);
  const width = kernel(input.x.size);
  if (height === null || width === null) {
    const site = node.place.sites[0];
    report.add(
      diagnose(denseSize, `\`${node.name}\` is a dense layer, which fits one size of image alone`, {
        at: site ?? node.place.call,
        label: site ? "the image's size is open here" : "the map it sees has no fixed size",
        related: site ? [{ span: node.place.call, message: "the dense layer" }] : [],
        help: site
          ? [
              `add \`${node.name}\` to \`convolutionize\`, or to \`without\``,
              "the backbone's own input must have a fixed size, such as `bgr[224, 224, 3]`",
            ]
          : ["write a `conv` with a kernel of your choice, or fix the size of the input"],
      }),
    );
    return null;
  }
  const after = (axis: Axis, size: number): Axis =>
    axisAfter({ rule: "convolution", kernel: size, stride: 1, pad: 0, dilation: 1 }, [axis]);
  return { channels, y: after(input.y, height), x: after(input.x, width) };
}
