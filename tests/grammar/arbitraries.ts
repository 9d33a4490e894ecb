/** Random trees that a text can spell: no fault in them, and no parentheses but those that are needed. */
import fc from "fast-check";
import type {
  Argument,
  Call,
  Comment,
  File,
  Flow,
  Member,
  Name,
  Reference,
  Settings,
  Value,
} from "../../grammar/tree.js";

const span = { file: "", start: 0, end: 0 };
const reserved = "net backbone block input output tap let expect return true false".split(" ");
const contextual = "fcn import from as train target for at stride mod".split(" ");

const plain = fc.stringMatching(/^[a-zA-Z_]\w{0,12}$/).filter((word) => !reserved.includes(word));
const nameText = fc.oneof({ weight: 4, arbitrary: plain }, fc.constantFrom(...contextual));
const wordText = fc.oneof({ weight: 6, arbitrary: nameText }, fc.constantFrom(...reserved));

const named = (text: string): Name => ({ kind: "name", span, text });
const name = nameText.map(named);
const word = wordText.map(named);
/** `web`, `tfjs-node` */
const targetName = fc
  .array(nameText, { minLength: 1, maxLength: 3 })
  .map((words) => words.join("-"))
  .map(named);

const path = (first: fc.Arbitrary<Name>): fc.Arbitrary<Reference> =>
  fc.tuple(first, fc.array(word, { maxLength: 2 })).map(([head, rest]) => ({
    kind: "reference",
    span,
    parts: [head, ...rest],
  }));
const reference = path(name);

const number = fc
  .constantFrom("0", "64", "100_000", "1e-10", "0.5", "5E+3", "1.50")
  .map((spelling): Value => ({ kind: "number", span, value: Number(spelling.replaceAll("_", "")), spelling }));
const atom: fc.Arbitrary<Value> = fc.oneof(
  number,
  fc.nat(99).map((value): Value => ({ kind: "factor", span, value, spelling: `${value}x` })),
  fc.tuple(fc.nat(9), fc.nat(9)).map(([height, width]): Value => ({
    kind: "extent",
    span,
    height,
    width,
    spelling: `${height}x${width}`,
  })),
  fc.constantFrom('""', '"a // b"', '"\u{1F600} {["').map((spelling): Value => ({
    kind: "string",
    span,
    value: spelling.slice(1, -1),
    spelling,
  })),
  fc.boolean().map((value): Value => ({ kind: "boolean", span, value })),
  reference,
);

const rank = { "+": 2, "-": 2, "*": 3, "/": 3, mod: 3, "==": 1, "!=": 1, ">=": 1, "<=": 1, ">": 1, "<": 1 } as const;
type Operator = keyof typeof rank;

/** Puts an operand in parentheses where its place demands them. */
function operand(value: Value, atLeast: number): Value {
  if (value.kind !== "binary") return value;
  return { ...value, parenthesised: rank[value.operator] < atLeast };
}

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 5, arbitrary: atom },
    {
      weight: 1,
      arbitrary: fc.array(tie("value"), { maxLength: 5 }).map((items): Value => ({ kind: "list", span, items })),
    },
    { weight: 1, arbitrary: settingsOf(tie("value")) },
    {
      weight: 2,
      arbitrary: fc.tuple(name, argumentsOf(tie("value"))).map(([callee, given]) => call(callee, given, null)),
    },
    {
      weight: 1,
      arbitrary: tie("value").map((inner): Value => ({
        kind: "unary",
        span,
        operator: "-",
        operand: operand(inner, 9),
      })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...(Object.keys(rank) as Operator[])), tie("value"), tie("value"))
        .map(([operator, left, right]): Value => ({
          kind: "binary",
          span,
          operator,
          left: operand(left, rank[operator] === 1 ? 2 : rank[operator]),
          right: operand(right, rank[operator] + 1),
          parenthesised: false,
        })),
    },
  ),
}));

const call = (callee: Name, given: readonly Argument[] | null, settings: Settings | null): Call => ({
  kind: "call",
  span,
  callee,
  arguments: given,
  settings,
});

function argumentsOf(values: fc.Arbitrary<Value>): fc.Arbitrary<readonly Argument[]> {
  const argument = fc
    .tuple(fc.option(word), values)
    .map(([name, value]): Argument => ({ kind: "argument", span, name, value }));
  return fc.array(argument, { maxLength: 5 });
}

function settingsOf(values: fc.Arbitrary<Value>): fc.Arbitrary<Settings> {
  const setting = fc.tuple(path(word), values).map(([key, value]) => ({ kind: "setting" as const, span, key, value }));
  return fc
    .tuple(fc.array(setting, { maxLength: 4 }), fc.boolean())
    .map(([entries, multiline]) => ({ kind: "settings", span, entries, multiline }));
}

const settings = settingsOf(value);
const anyCall = fc
  .tuple(name, fc.option(argumentsOf(value)), fc.option(settings, { freq: 4 }))
  .map(([callee, given, settings]) => call(callee, given, settings));
const flow: fc.Arbitrary<Flow> = fc.oneof(
  fc
    .tuple(reference, fc.array(anyCall, { maxLength: 4 }))
    .map(([head, calls]): Flow => ({ kind: "flow", span, head, calls })),
  fc
    .array(anyCall, { minLength: 1, maxLength: 4 })
    .filter(([first]) => first !== undefined && (first.arguments !== null || first.settings !== null))
    .map((calls): Flow => ({ kind: "flow", span, head: null, calls })),
);

const documentation = fc.array(fc.constantFrom("", "A line.", "  indented, `a = b`"), { maxLength: 2 });
const comments = (maxLength: number): fc.Arbitrary<readonly Comment[]> =>
  fc.array(
    fc.constantFrom("// a comment", "//", "//// four", "// {[(").map((text) => ({
      text,
      span,
      blankBefore: false,
      blankAfter: false,
    })),
    { maxLength },
  );

const bare: fc.Arbitrary<Member> = fc.oneof(
  fc.tuple(name, flow, documentation).map(([name, flow, documentation]): Member => ({
    kind: "layer",
    span,
    documentation,
    name,
    flow,
  })),
  fc
    .record({
      documentation,
      name,
      format: name,
      dimensions: fc.array(value, { maxLength: 3 }),
      settings: fc.option(settings),
    })
    .map((fields): Member => ({ kind: "input", span, ...fields })),
  fc.record({ documentation, value: reference, settings: fc.option(settings) }).map((fields): Member => ({
    kind: "output",
    span,
    ...fields,
  })),
  fc.record({ value: reference, stride: fc.option(value) }).map((fields): Member => ({ kind: "tap", span, ...fields })),
  fc.record({ name, value }).map((fields): Member => ({ kind: "let", span, ...fields })),
  value.map((condition): Member => ({ kind: "expect", span, condition })),
  reference.map((value): Member => ({ kind: "return", span, value })),
);

/** A member with comments above and beside it. */
const member: fc.Arbitrary<Member> = fc
  .tuple(bare, comments(2), comments(1), fc.boolean())
  .map(([member, leading, trailing, blankBefore]) => ({
    ...member,
    ...(leading.length > 0 ? { leading } : {}),
    ...(trailing.length > 0 ? { trailing } : {}),
    blankBefore,
  }));

const parameter = fc
  .tuple(name, name, fc.option(value))
  .map(([name, type, given]) => ({ kind: "parameter" as const, span, name, type, default: given }));
const importName = fc
  .tuple(word, fc.option(name))
  .map(([name, alias]) => ({ kind: "import-name" as const, span, name, alias }));

const declaration = fc.oneof(
  fc.record({
    kind: fc.constantFrom("net" as const, "backbone" as const, "block" as const),
    span: fc.constant(span),
    documentation,
    name,
    parameters: fc.option(fc.array(parameter, { maxLength: 4 })),
    members: fc.array(member, { maxLength: 8 }),
  }),
  fc.tuple(name, fc.option(name), settings, documentation).map(([net, recipe, settings, documentation]) => ({
    kind: "train" as const,
    span,
    documentation,
    net,
    recipe,
    settings,
  })),
  fc.tuple(targetName, name, fc.option(settings), documentation).map(([target, net, settings, documentation]) => ({
    kind: "target" as const,
    span,
    documentation,
    target,
    net,
    settings,
  })),
  fc.array(importName, { minLength: 1, maxLength: 4 }).map((names) => ({
    kind: "import" as const,
    span,
    names,
    from: { kind: "string" as const, span, value: "./x.fcn", spelling: '"./x.fcn"' },
  })),
);

export const file: fc.Arbitrary<File> = fc.array(declaration, { maxLength: 4 }).map((declarations) => ({
  kind: "file",
  span,
  edition: { kind: "edition", span, number: { kind: "number", span, value: 1, spelling: "1" } },
  declarations,
}));
