/** The library's backbones as layers that a net can be held against. */
import { parse } from "../../../grammar/parse.js";
import type { Definition, LayerStatement, Value } from "../../../grammar/tree.js";
import { compile } from "../../compile.js";
import type { Host } from "../../host.js";
import type { PlanLayer } from "../../model/plan.js";

export const BACKBONES = [
  "alexnet",
  "caffenet",
  "googlenet",
  "lenet",
  "mobilenetv2",
  "resnet50",
  "vgg16",
  "vgg19",
] as const;

export interface Backbone {
  readonly name: string;
  /** Null where it has none. */
  readonly width: number | null;
  /** Its lines in order. */
  readonly lines: readonly BackboneLine[];
  /** Stated strides of its taps, by line. */
  readonly taps: ReadonlyMap<string, number>;
  /** All layers but the input, in order; dense ones as the convolutions that they become. */
  readonly layers: readonly PlanLayer[];
}

export interface BackboneLine {
  readonly name: string;
  readonly isDense: boolean;
}

/** @param width of its first layer, or null for the published one. Null where there is no such net. */
export async function readBackbone(name: string, width: number | null, host: Host): Promise<Backbone | null> {
  const path = `fcnc/backbones/${name}.fcn`;
  const { tree: file } = parse(await host.read(path), path);
  const definition = file.declarations.find((each): each is Definition => each.kind === "backbone");
  if (definition === undefined) return null;
  const parameter = definition.parameters?.find((each) => each.name.text === "width");
  const usual = parameter?.default?.kind === "number" ? parameter.default.value : null;
  const lines = definition.members
    .filter((member): member is LayerStatement => member.kind === "layer")
    .map((line) => ({ name: line.name.text, isDense: line.flow.calls.some(({ callee }) => callee.text === "dense") }));
  const input = definition.members.find((member) => member.kind === "input");
  const taps = new Map(
    definition.members.flatMap((member) =>
      member.kind === "tap"
        ? [[member.value.parts.map(({ text }) => text).join("."), numberOf(member.stride)] as const]
        : [],
    ),
  );
  const dense = lines.filter(({ isDense }) => isDense).map((line) => line.name);
  const channels = input?.format.text === "gray" ? 1 : 3;
  const text = [
    "fcn 1",
    `import ${name} from "${path}"`,
    "net library {",
    // A border, so that the deepest layers of every backbone see something.
    `  input image: ${input?.format.text ?? "bgr"}[1024, 1024, ${channels}]`,
    `  trunk = image -> ${name}${width === null || usual === null ? "" : `(width: ${width})`} {`,
    `    convolutionize: [${dense.join(", ")}]`,
    "  }",
    "  output trunk",
    "}",
  ].join("\n");
  const { plan } = await compile({ text, path: "library.fcn" }, host);
  if (plan === null) return null;
  return { name, width: usual, lines, taps, layers: plan.layers.filter(({ kind }) => kind !== "input") };
}

const numberOf = (value: Value | null): number => (value?.kind === "number" ? value.value : 0);
