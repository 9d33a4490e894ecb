/** The lists inside a node between whose items comments can stand: members, settings, arguments, calls of a flow. */
import type { Call, Definition, Node, Settings, Value } from "./tree.js";

export interface Container {
  readonly owner: Node;
  readonly items: readonly Node[];
  readonly start: number;
  readonly end: number;
  /** True when comments after the last item are the owner's. */
  readonly keepsDangling: boolean;
}

/** Where the bodies of definitions open: the tree does not say. */
export type Openings = ReadonlyMap<Node, number>;

/** The outermost lists inside a node, in the order of the text. */
export function containersIn(node: Node, openings: Openings): readonly Container[] {
  switch (node.kind) {
    case "file":
      return [container(node, node.edition === null ? node.declarations : [node.edition, ...node.declarations], 0)];
    case "net":
    case "backbone":
    case "block":
      return inDefinition(node, openings.get(node) ?? node.name.span.end);
    case "import":
      return [{ ...container(node, node.names, node.span.start, node.from.span.start), keepsDangling: false }];
    case "train":
    case "target":
    case "output":
      return node.settings === null ? [] : inSettings(node.settings);
    case "input": {
      const start = node.settings?.span.start ?? node.span.end;
      const dimensions = { ...container(node, node.dimensions, node.format.span.end, start), keepsDangling: false };
      return [dimensions, ...(node.settings === null ? [] : inSettings(node.settings))];
    }
    case "layer":
      return containersIn(node.flow, openings);
    case "flow": {
      const items = node.head === null ? node.calls : [node.head, ...node.calls];
      return [{ ...container(node, items, node.span.start), keepsDangling: false }];
    }
    case "call":
      return inCall(node);
    case "tap":
      return node.stride === null ? [] : inValue(node.stride);
    case "let":
    case "argument":
    case "setting":
      return inValue(node.value);
    case "expect":
      return inValue(node.condition);
    case "parameter":
      return node.default === null ? [] : inValue(node.default);
    case "list":
    case "settings":
    case "unary":
    case "binary":
      return inValue(node);
    default:
      return [];
  }
}

function container(owner: Node, items: readonly Node[], start: number, end = owner.span.end): Container {
  return { owner, items, start, end, keepsDangling: true };
}

function inDefinition(node: Definition, open: number): readonly Container[] {
  const members = container(node, node.members, open);
  if (node.parameters === null || node.parameters.length === 0) return [members];
  return [{ ...container(node, node.parameters, node.name.span.end, open), keepsDangling: false }, members];
}

const inSettings = (settings: Settings): readonly Container[] => [
  container(settings, settings.entries, settings.span.start),
];

function inCall(node: Call): readonly Container[] {
  const end = node.settings?.span.start ?? node.span.end;
  const settings = node.settings === null ? [] : inSettings(node.settings);
  if (node.arguments === null) return settings;
  return [container(node, node.arguments, node.callee.span.end, end), ...settings];
}

function inValue(value: Value): readonly Container[] {
  switch (value.kind) {
    case "list":
      return [container(value, value.items, value.span.start)];
    case "settings":
      return inSettings(value);
    case "call":
      return inCall(value);
    case "unary":
      return inValue(value.operand);
    case "binary":
      return [...inValue(value.left), ...inValue(value.right)];
    default:
      return [];
  }
}
