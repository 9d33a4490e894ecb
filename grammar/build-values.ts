/** Values, references and calls: from the concrete tree to ours. */
import type { CstNode, IToken } from "chevrotain";
import type { Span } from "../src/diagnostics/diagnostic.js";
import { nesting } from "./codes.js";
import { demand, node, nodes, token, tokens } from "./cst.js";
import { endOf, type Faults } from "./faults.js";
import { blankAbove } from "./gaps.js";
import { extentOf, factorOf, numberOf, stringOf } from "./literals.js";
import type { Argument, Binary, Call, List, Name, Reference, Setting, Settings, Value } from "./tree.js";

/** Values deeper than this are refused, so that whoever walks them may recur. A sum of n terms is n deep. */
const DEPTH_LIMIT = 200;

type Operator = Binary["operator"];

export class ValueBuilder {
  #tooDeep = false;

  constructor(readonly faults: Faults) {}

  name(from: IToken): Name {
    return { kind: "name", span: this.faults.over(from), text: from.image };
  }

  reference(cst: CstNode): Reference {
    return this.#path(demand(token(cst, "Identifier")), nodes(cst, "part"));
  }

  value(cst: CstNode, depth = 0): Value {
    const [left, right] = nodes(cst, "sum");
    const first = this.#sum(demand(left), depth + 1);
    const operator = token(cst, "Comparison");
    if (right === undefined || operator === undefined) return first;
    return this.#binary(operator, first, this.#sum(right, depth + 1));
  }

  list(cst: CstNode, depth = 0): List {
    const items = nodes(cst, "value").map((item) => this.value(item, depth + 1));
    return { kind: "list", span: this.#between(cst, "LeftBracket", "RightBracket"), items };
  }

  settings(cst: CstNode, depth = 0): Settings {
    const entries = nodes(cst, "setting").map((entry) => this.setting(entry, depth + 1));
    const span = this.#between(cst, "LeftBrace", "RightBrace");
    const first = entries[0];
    const head = this.faults.text.slice(span.start, first?.span.start ?? span.end);
    return { kind: "settings", span, entries, multiline: /[\r\n]/.test(head) };
  }

  setting(cst: CstNode, depth = 0): Setting {
    const key = this.#path(demand(token(cst, "Word")), nodes(cst, "part"));
    const value = this.value(demand(node(cst, "value")), depth);
    const blank = blankAbove(this.faults.text, key.span.start) ? { blankBefore: true } : {};
    return { kind: "setting", span: this.#join(key.span, value.span), key, value, ...blank };
  }

  arguments(cst: CstNode, depth = 0): { readonly items: readonly Argument[]; readonly end: number } {
    const items = nodes(cst, "argument").map((argument) => this.#argument(argument, depth + 1));
    return { items, end: endOf(demand(token(cst, "RightParenthesis"))) };
  }

  /** `relu`, `conv(64, 3)`, `vgg16 { without: [fc8] }` */
  call(callee: IToken, argumentsCst: CstNode | undefined, settingsCst: CstNode | undefined, depth = 0): Call {
    const given = argumentsCst === undefined ? null : this.arguments(argumentsCst, depth);
    const settings = settingsCst === undefined ? null : this.settings(settingsCst, depth);
    const end = settings?.span.end ?? given?.end ?? endOf(callee);
    const span = this.faults.span(callee.startOffset, end);
    return { kind: "call", span, callee: this.name(callee), arguments: given?.items ?? null, settings };
  }

  /** A name with a tail: a call as a value, or a reference. */
  word(cst: CstNode, depth = 0): Call | Reference {
    const name = demand(token(cst, "Identifier"));
    const tail = node(cst, "tail");
    const given = tail && node(tail, "arguments");
    return given ? this.call(name, given, undefined, depth) : this.#path(name, tail ? nodes(tail, "part") : []);
  }

  #path(first: IToken, rest: readonly CstNode[]): Reference {
    const parts = [first, ...rest.map((part) => demand(token(part, "Word")))].map((part) => this.name(part));
    const end = parts[parts.length - 1]?.span.end ?? endOf(first);
    return { kind: "reference", span: this.faults.span(first.startOffset, end), parts };
  }

  #argument(cst: CstNode, depth: number): Argument {
    const name = token(cst, "Word");
    const value = this.value(demand(node(cst, "value")), depth);
    const span = name === undefined ? value.span : this.#join(this.faults.over(name), value.span);
    return { kind: "argument", span, name: name === undefined ? null : this.name(name), value };
  }

  #sum(cst: CstNode, depth: number): Value {
    return this.#chain(nodes(cst, "product"), tokens(cst, "Additive"), depth, (part, at) => this.#product(part, at));
  }

  #product(cst: CstNode, depth: number): Value {
    return this.#chain(nodes(cst, "signed"), tokens(cst, "Multiplicative"), depth, (part, at) =>
      this.#signed(part, at),
    );
  }

  /** Operators of one rank, from left to right: the leftmost operand lies deepest. */
  #chain(
    operands: readonly CstNode[],
    operators: readonly IToken[],
    depth: number,
    build: (cst: CstNode, depth: number) => Value,
  ): Value {
    const last = operators[operators.length - 1];
    const deepest = depth + operators.length;
    if (last !== undefined && deepest > DEPTH_LIMIT) {
      this.#refuse(last);
      return build(demand(operands[0]), depth);
    }
    let left = build(demand(operands[0]), deepest);
    operators.forEach((operator, i) => {
      left = this.#binary(operator, left, build(demand(operands[i + 1]), deepest - i));
    });
    return left;
  }

  #signed(cst: CstNode, depth: number): Value {
    const minus = token(cst, "Minus");
    const operand = this.#primary(demand(node(cst, "primary")), depth + 1);
    if (minus === undefined) return operand;
    const span = this.#join(this.faults.over(minus), operand.span);
    return { kind: "unary", span, operator: "-", operand };
  }

  #primary(cst: CstNode, depth: number): Value {
    for (const [name, [child]] of Object.entries(cst.children)) {
      if (child === undefined) continue;
      if ("children" in child) {
        if (name === "list") return this.list(child, depth);
        if (name === "settings") return this.settings(child, depth);
        if (name === "word") return this.word(child, depth);
        continue;
      }
      if (name === "NumberLiteral") return numberOf(this.faults, child);
      if (name === "Factor") return factorOf(this.faults, child);
      if (name === "Extent") return extentOf(this.faults, child);
      if (name === "StringLiteral") return stringOf(this.faults, child);
      if (name === "true" || name === "false") {
        return { kind: "boolean", span: this.faults.over(child), value: name === "true" };
      }
    }
    const inner = this.value(demand(node(cst, "value")), depth);
    if (inner.kind !== "binary") return inner;
    return { ...inner, span: this.#between(cst, "LeftParenthesis", "RightParenthesis"), parenthesised: true };
  }

  #binary(operator: IToken, left: Value, right: Value): Binary {
    const span = this.#join(left.span, right.span);
    // The categories of the lexer hold these spellings and no others.
    return { kind: "binary", span, operator: operator.image as Operator, left, right, parenthesised: false };
  }

  #refuse(at: IToken): void {
    if (this.#tooDeep) return;
    this.#tooDeep = true;
    this.faults.report(nesting, this.faults.over(at), `a value is nested more than ${DEPTH_LIMIT} deep`, {
      label: "too many operators are joined here",
      help: ["name parts of it with `let`"],
    });
  }

  #join(first: Span, last: Span): Span {
    return this.faults.span(first.start, last.end);
  }

  #between(cst: CstNode, open: string, close: string): Span {
    return this.faults.over(demand(token(cst, open)), demand(token(cst, close)));
  }
}
