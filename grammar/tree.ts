/**
 * The tree of a `.fcn` file: one flat union of readonly nodes. Numbers keep their spelling (`1e-4`, `100_000`), and
 * comments hang on the nodes beside which they stand, so that the printer can give back what was written.
 */
import type { Span } from "../src/diagnostics/diagnostic.js";

/** A `//` comment, without its line end. `///` documentation is not a comment: it is a declaration's `documentation`. */
export interface Comment {
  readonly text: string;
  readonly span: Span;
  /** True when a blank line stands above it. */
  readonly blankBefore: boolean;
  /** True when a blank line stands between it and what follows it. */
  readonly blankAfter: boolean;
}

interface NodeBase {
  readonly span: Span;
  /** Comments on the lines above the node. */
  readonly leading?: readonly Comment[];
  /** Comments that end the node's last line. */
  readonly trailing?: readonly Comment[];
  /** Comments inside a pair of brackets after the last item. */
  readonly dangling?: readonly Comment[];
  /** True when a blank line stands above the node (and above its leading comments and documentation). */
  readonly blankBefore?: boolean;
}

export interface File extends NodeBase {
  readonly kind: "file";
  readonly edition: Edition | null;
  readonly declarations: readonly Declaration[];
}

/** `fcn 1` */
export interface Edition extends NodeBase {
  readonly kind: "edition";
  readonly number: NumberValue;
}

export type Declaration = Import | Definition | Train | Target | Broken;

/** `import vgg16, skip as step from "./backbones/vgg16.fcn"` */
export interface Import extends NodeBase {
  readonly kind: "import";
  readonly names: readonly ImportName[];
  readonly from: StringValue;
}

export interface ImportName extends NodeBase {
  readonly kind: "import-name";
  readonly name: Name;
  readonly alias: Name | null;
}

/** `net n(classes: int = 21) { ... }`, and the same for `backbone` and `block`. */
export interface Definition extends NodeBase {
  readonly kind: "net" | "backbone" | "block";
  /** The lines of `///` above it, without the marks. */
  readonly documentation: readonly string[];
  readonly name: Name;
  /** Null where no parentheses were written. */
  readonly parameters: readonly Parameter[] | null;
  readonly members: readonly Member[];
}

export interface Parameter extends NodeBase {
  readonly kind: "parameter";
  readonly name: Name;
  readonly type: Name;
  readonly default: Value | null;
}

/** `train net { key: value ... }`, `train net as accumulated { ... }` */
export interface Train extends NodeBase {
  readonly kind: "train";
  readonly documentation: readonly string[];
  readonly net: Name;
  /** The recipe's name; null for the one that is meant where none is named. */
  readonly recipe: Name | null;
  readonly settings: Settings;
}

/** `target web for net { key: value ... }` */
export interface Target extends NodeBase {
  readonly kind: "target";
  readonly documentation: readonly string[];
  /** Words with hyphens between them: `web`, `tfjs-node`. */
  readonly target: Name;
  readonly net: Name;
  /** Null where no braces were written. */
  readonly settings: Settings | null;
}

/** What is left of a member or declaration that could not be parsed: its name, so that uses of it stay silent. */
export interface Broken extends NodeBase {
  readonly kind: "broken";
  readonly name: Name | null;
}

export type Member = Input | Output | Tap | Let | Expect | Return | LayerStatement | Broken;

/** `input image: bgr[H, W, 3] { mean: [104, 117, 123] }` */
export interface Input extends NodeBase {
  readonly kind: "input";
  readonly documentation: readonly string[];
  readonly name: Name;
  /** `bgr`, `rgb`, `gray`, `raw` */
  readonly format: Name;
  /** As written between the brackets: height, width, channels. */
  readonly dimensions: readonly Value[];
  readonly settings: Settings | null;
}

/** `output score { labels: "voc.labels" }` */
export interface Output extends NodeBase {
  readonly kind: "output";
  readonly documentation: readonly string[];
  readonly value: Reference;
  readonly settings: Settings | null;
}

/** `tap pool4 at stride 16` */
export interface Tap extends NodeBase {
  readonly kind: "tap";
  readonly value: Reference;
  readonly stride: Value | null;
}

/** `let width: 64` */
export interface Let extends NodeBase {
  readonly kind: "let";
  readonly name: Name;
  readonly value: Value;
}

/** `expect rf(vgg.fc7) == 404`, `expect valid(H >= 1)` */
export interface Expect extends NodeBase {
  readonly kind: "expect";
  readonly condition: Value;
}

/** `return fuse` */
export interface Return extends NodeBase {
  readonly kind: "return";
  readonly value: Reference;
}

/** `conv1_1 = image -> conv(64, 3, pad: 1) -> relu` */
export interface LayerStatement extends NodeBase {
  readonly kind: "layer";
  readonly documentation: readonly string[];
  readonly name: Name;
  readonly flow: Flow;
}

export interface Flow extends NodeBase {
  readonly kind: "flow";
  /** The value at the head of the flow, or null where a call heads it. */
  readonly head: Reference | null;
  readonly calls: readonly Call[];
}

/** `relu`, `conv(64, 3)`, `vgg16 { without: [fc8] }` */
export interface Call extends NodeBase {
  readonly kind: "call";
  readonly callee: Name;
  /** Null where no parentheses were written. */
  readonly arguments: readonly Argument[] | null;
  readonly settings: Settings | null;
}

export interface Argument extends NodeBase {
  readonly kind: "argument";
  readonly name: Name | null;
  readonly value: Value;
}

/** `{ key: value, other.key: value }`, also as a value. */
export interface Settings extends NodeBase {
  readonly kind: "settings";
  readonly entries: readonly Setting[];
  /** True when it was written over several lines: the formatter leaves it so. */
  readonly multiline?: boolean;
}

export interface Setting extends NodeBase {
  readonly kind: "setting";
  /** `conv1_1.pad` */
  readonly key: Reference;
  readonly value: Value;
}

export type Value =
  | NumberValue
  | FactorValue
  | ExtentValue
  | StringValue
  | BooleanValue
  | Reference
  | List
  | Settings
  | Call
  | Unary
  | Binary;

/** `64`, `100_000`, `1e-10`. Never signed: the sign is a `Unary`. */
export interface NumberValue extends NodeBase {
  readonly kind: "number";
  readonly value: number;
  /** As it was written. */
  readonly spelling: string;
}

/** `2x`: a factor. */
export interface FactorValue extends NodeBase {
  readonly kind: "factor";
  readonly value: number;
  readonly spelling: string;
}

/** `3x5`: a height by a width. */
export interface ExtentValue extends NodeBase {
  readonly kind: "extent";
  readonly height: number;
  readonly width: number;
  readonly spelling: string;
}

export interface StringValue extends NodeBase {
  readonly kind: "string";
  readonly value: string;
  readonly spelling: string;
}

export interface BooleanValue extends NodeBase {
  readonly kind: "boolean";
  readonly value: boolean;
}

/** `vgg.fc7`, and every bare word: `auto`, `floor`, `zero`. */
export interface Reference extends NodeBase {
  readonly kind: "reference";
  readonly parts: readonly Name[];
}

export interface List extends NodeBase {
  readonly kind: "list";
  readonly items: readonly Value[];
}

/** `-183` */
export interface Unary extends NodeBase {
  readonly kind: "unary";
  readonly operator: "-";
  readonly operand: Value;
}

/** `H mod 32 == 0`, `4 * width`, `-183 / 2`. Arithmetic on numbers alone: data flows through `->`. */
export interface Binary extends NodeBase {
  readonly kind: "binary";
  readonly operator: "+" | "-" | "*" | "/" | "mod" | "==" | "!=" | ">=" | "<=" | ">" | "<";
  readonly left: Value;
  readonly right: Value;
  /** True when the pair stood in parentheses. */
  readonly parenthesised: boolean;
}

export interface Name extends NodeBase {
  readonly kind: "name";
  readonly text: string;
}

export type Node =
  File | Edition | ImportName | Declaration | Parameter | Member | Flow | Call | Argument | Setting | Value | Name;
